"""The command line's surroundings; lets the modules here import each other."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "shell")]  # there are its processes


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """This process's environment without accounts, and a home of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZENDESK_")}
    home = tmp_path_factory.mktemp("home")
    folders = ("CACHE", "CONFIG", "STATE", "DATA")
    return kept | {f"XDG_{name}_HOME": str(home / name) for name in folders}

"""Where the shell's tests find what they share, and the world that they live in."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for the modules beside this file


@pytest.fixture
def world(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own, a screen of 256 colours, and UTF-8."""
    return environment | {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PAGER": "cat",
    }

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


@pytest.fixture
def terminal_of_256(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This process's own environment: colours, UTF-8, a home; gives the state's."""
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    state = tmp_path / "state"
    settings = {
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PAGER": "cat",
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(state),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return state

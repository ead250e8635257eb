"""Keys that are typed before a query runs are shown by the next prompt alone."""

import termios
from pathlib import Path

from terminals import on_terminal, shell

from auditql.runtime.profiles import private


def test_what_is_typed_before_a_query_runs_waits(world: dict[str, str]) -> None:
    """While its history waits for another shell, keys are not echoed."""
    with on_terminal(shell("demo"), world) as terminal:
        terminal.until(lambda: terminal.cursor_line() == "demo> ")
        folder = Path(world["XDG_STATE_HOME"]) / "auditql" / "history"
        with private.locked(folder):
            terminal.keys("action = login | count\r")
            terminal.until(lambda: termios.tcgetattr(terminal.theirs)[3] & termios.ISIG)
            while terminal.pump(0.3):  # what the prompt still draws
                pass
            terminal.keys("actor_name")
            while terminal.pump(0.3):
                pass
            assert "actor_name" not in terminal.text()
        terminal.until(lambda: terminal.cursor_line() == "demo> actor_name")
        assert 1 == terminal.text().count("actor_name")

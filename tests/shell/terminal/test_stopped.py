"""Ctrl-Z stops the shell as it stops every program, and `fg` goes on with it."""

import shlex
import shutil
import termios

import pytest
from terminals import Terminal, on_terminal, shell

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash"),
]
BEFORE = "bash> "


def started(terminal: Terminal) -> None:
    terminal.until(lambda: terminal.cursor_line() == BEFORE)
    terminal.keys(f"{shlex.join(shell('demo'))}\r")
    terminal.until(lambda: terminal.cursor_line() == "demo> ")


def stopped(terminal: Terminal) -> None:
    terminal.until(lambda: terminal.cursor_line() == BEFORE)
    assert "Stopped" in terminal.text()


def test_at_the_prompt(world: dict[str, str]) -> None:
    """What was typed is there again; it is run as if nothing had been."""
    command = ["bash", "--norc", "--noprofile", "-i"]
    with on_terminal(command, world | {"PS1": BEFORE}) as terminal:
        started(terminal)
        terminal.keys("action = login | cou")
        terminal.until(lambda: terminal.cursor_line() == "demo> action = login | cou")
        terminal.keys("\x1a")
        stopped(terminal)
        terminal.keys("echo between\r")
        terminal.until(lambda: "\nbetween" in terminal.text())
        terminal.keys("fg\r")
        terminal.until(lambda: terminal.cursor_line() == "demo> action = login | cou")
        terminal.keys("nt\r")
        terminal.sees("1 request")
        terminal.until(lambda: terminal.cursor_line() == "demo> ")


def test_while_rows_are_read(world: dict[str, str]) -> None:
    """The read goes on, and no key is echoed: the shell before had set the terminal."""
    command = ["bash", "--norc", "--noprofile", "-i"]
    with on_terminal(command, world | {"PS1": BEFORE}) as terminal:
        started(terminal)
        terminal.keys("\\format jsonl\rlimit 5000\r")
        terminal.until_written(lambda came: b'{"url"' in came)
        terminal.keys("\x1a")
        stopped(terminal)
        terminal.keys("fg\r")
        terminal.until_written(lambda came: b'{"url"' in came)
        local = termios.tcgetattr(terminal.theirs)[3]
        assert not local & (termios.ECHO | termios.ICANON)
        terminal.keys("\x03")
        # It may be over already on a slow machine, which then has no row to draw.
        ends = (b"partial", b"complete")
        terminal.until_written(lambda came: any(end in came for end in ends))

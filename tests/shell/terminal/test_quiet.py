"""Keys that are typed before a query runs are shown by the next prompt alone."""

import fcntl
import os
import select
import struct
import termios
import time
from pathlib import Path

from terminals import Terminal, on_terminal, shell

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


def test_what_is_typed_while_rows_are_written_waits(world: dict[str, str]) -> None:
    """A terminal that takes no more for a while echoes no key of that while."""
    with on_terminal(shell("demo", "-f", "jsonl"), world) as terminal:
        terminal.until(lambda: terminal.cursor_line() == "demo> ")
        terminal.keys("limit 2000\r")
        terminal.until_written(lambda came: b'{"url"' in came)
        full(terminal)
        assert not termios.tcgetattr(terminal.theirs)[3] & termios.ECHO
        os.write(terminal.ours, b"zebra")
        terminal.until(lambda: terminal.cursor_line() == "demo> zebra")
        rows, between, _prompt = terminal.raw.partition(b" requests ")
        assert between
        assert b"zebra" not in rows


def test_a_pager_finds_the_terminal_as_it_was(
    world: dict[str, str], tmp_path: Path
) -> None:
    """It echoes and reads lines while a pager has it, and again after the shell."""
    script, seen = tmp_path / "pager.sh", tmp_path / "modes"
    script.write_text(f"stty -a < /dev/tty > {seen}; cat")
    with on_terminal(shell("demo"), world | {"PAGER": f"sh {script}"}) as terminal:
        terminal.until(lambda: terminal.cursor_line() == "demo> ")
        terminal.keys("limit 60\r")
        terminal.until(lambda: "60 rows" in terminal.text())
        terminal.until(lambda: terminal.cursor_line() == "demo> ")
        terminal.keys("\x04")
        assert 0 == terminal.ends()
        assert terminal.before == termios.tcgetattr(terminal.theirs)
    modes = seen.read_text().replace(";", " ").split()
    assert {"echo", "icanon"} <= set(modes)


def full(terminal: Terminal) -> None:
    """Wait, reading nothing, until the kernel holds all that it takes."""
    held, same = -1, 0
    ends_s = time.monotonic() + 12
    while same < 10:
        assert time.monotonic() < ends_s
        select.select([], [], [], 0.02)
        now = struct.unpack("i", fcntl.ioctl(terminal.ours, termios.FIONREAD, b"1234"))
        same = same + 1 if now[0] == held else 0
        held = now[0]

"""A terminal that a test holds in its hands: a pty, and a screen that answers.

The screen is pyte's. What the program asks of its terminal (where is the cursor) is
answered, as a terminal would.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyte

WITHIN_S = 12.0


class Terminal:
    """A program on a terminal of its own."""

    def __init__(
        self,
        command: Sequence[str],
        env: dict[str, str],
        *,
        columns: int = 100,
        lines: int = 30,
        cwd: str | None = None,
    ) -> None:
        self.screen = pyte.HistoryScreen(columns, lines, history=2_000)
        self.screen.write_process_input = self._answer
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.read_s = 0.0
        self.has_ended = False
        self.ours, self.theirs = pty.openpty()
        self.resize(columns, lines)
        self.before = termios.tcgetattr(self.theirs)
        self.process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            preexec_fn=_own_terminal,
        )

    def _answer(self, data: str) -> None:
        os.write(self.ours, data.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Another size, as of a window."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    def keys(self, text: str | bytes) -> None:
        """Type."""
        data = text if isinstance(text, bytes) else text.encode()
        while data:
            self.pump(0)
            written = os.write(self.ours, data[:512])
            data = data[written:]

    def until_written(self, holds: Callable[[bytes], object]) -> float:
        """Take in bytes until what came since holds; gives the seconds.

        The screen is drawn afterwards: what draws it must not slow what writes.
        """
        began = time.monotonic()
        came = b""
        while not holds(came):
            assert time.monotonic() - began < WITHIN_S, came
            if select.select([self.ours], [], [], 0.1)[0]:
                came += os.read(self.ours, 65_536)
                self.read_s = time.monotonic()
        self.raw += came
        self.stream.feed(came)
        return self.read_s - began

    def pump(self, timeout_s: float = 0.02) -> bool:
        """Take in what was written; gives whether there was any."""
        if self.has_ended:
            return False
        ready, _, _ = select.select([self.ours], [], [], timeout_s)
        if not ready:
            return False
        try:
            data = os.read(self.ours, 65_536)
        except OSError:
            data = b""
        if not data:
            self.has_ended = True
            return False
        self.read_s = time.monotonic()
        self.raw += data
        self.stream.feed(data)
        return True

    def until(self, holds: Callable[[], object], within_s: float = WITHIN_S) -> float:
        """Pump until it holds; gives how many seconds that took."""
        began = time.monotonic()
        while not holds():
            past = time.monotonic() - began
            assert past < within_s, f"not within {within_s} s:\n{self.text()}"
            if not self.pump() and self.process.poll() is not None:
                while self.pump(0):
                    pass
                assert holds(), f"ended {self.process.poll()}:\n{self.text()}"
        return time.monotonic() - began

    def sees(self, *words: str) -> float:
        """Pump until all the words are on the screen."""
        return self.until(lambda: all(word in self.text() for word in words))

    def lines(self) -> list[str]:
        """The lines of the screen that are not empty at its end."""
        return (
            "\n".join(line.rstrip() for line in self.screen.display)
            .rstrip()
            .split("\n")
        )

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines())

    def cursor_line(self) -> str:
        """The line that the cursor is in, up to the cursor."""
        return self.screen.display[self.screen.cursor.y][: self.screen.cursor.x]

    def ends(self, within_s: float = WITHIN_S) -> int:
        """Wait for the end; gives the exit code."""
        self.until(lambda: self.process.poll() is not None, within_s)
        while self.pump(0):
            pass
        return self.process.wait()

    def close(self) -> None:
        """Let go of everything."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


def _own_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def on_terminal(
    command: Sequence[str], env: dict[str, str], **how: object
) -> Iterator[Terminal]:
    """A program on a terminal, ended with the block."""
    terminal = Terminal(command, env, **how)
    try:
        yield terminal
    finally:
        terminal.close()


def shell(*arguments: str) -> list[str]:
    """The command of the shell."""
    return [sys.executable, "-m", "auditql", *arguments]

"""The whole shell in this process: keys from a pipe, a screen of pyte's, no pty.

The shell runs in the main thread, as it does in life; a script runs beside it, types,
and looks at the screen until what it waits for is there.
"""

import threading
import time
from collections.abc import Callable

import pyte
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.shell.output import Output
from auditql.shell.session.accounts import Accounts, Transported
from auditql.shell.terminal.standing import Standing
from auditql.shell.terminal.start import Shell, Wanted

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400
WITHIN_S = 6.0


class Screen:
    """A screen, and the keys before it."""

    def __init__(self, columns: int, lines: int) -> None:
        self.size = Size(lines, columns)
        self.screen = pyte.HistoryScreen(columns, lines, history=2_000)
        self.stream = pyte.Stream(self.screen)
        self.raw = ""
        self.lock = threading.Lock()
        self.encoding = "utf-8"
        self.send: Callable[[str], object] = lambda _text: None
        self.screen.write_process_input = lambda data: self.send(data)

    # What a stream has.

    def write(self, text: str) -> int:
        """Show it; a line feed goes to the first column, as a terminal has it."""
        with self.lock:
            self.raw += text
            self.stream.feed(text.replace("\n", "\r\n"))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """It is a terminal to whoever asks."""
        return True

    def fileno(self) -> int:
        """It is none of the system's."""
        raise OSError("no file")

    # What a test asks.

    def lines(self) -> list[str]:
        """Its lines up to the last that is not empty."""
        with self.lock:
            shown = [line.rstrip() for line in self.screen.display]
        return "\n".join(shown).rstrip().split("\n")

    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines())

    def before_cursor(self) -> str:
        """The line of the cursor, up to it."""
        with self.lock:
            cursor = self.screen.cursor
            return self.screen.display[cursor.y][: cursor.x]

    def look(self, word: str) -> list[pyte.screens.Char]:
        """The characters of a word as they are drawn, at its last place."""
        with self.lock:
            for y in reversed(range(self.screen.lines)):
                x = self.screen.display[y].rfind(word)
                if x >= 0:
                    row = self.screen.buffer[y]
                    return [row[x + i] for i in range(len(word))]
        raise AssertionError(f"{word!r} is not on the screen:\n{self.text()}")

    def resize(self, columns: int, lines: int) -> None:
        """Another size, which the shell sees when it draws next."""
        with self.lock:
            self.size = Size(lines, columns)
            self.screen.resize(lines, columns)

    def keys(self, text: str) -> None:
        """Type."""
        self.send(text)

    def until(self, holds: Callable[[], object]) -> float:
        """Wait until it holds; gives the seconds that took."""
        began = time.monotonic()
        while not holds():
            past = time.monotonic() - began
            assert past < WITHIN_S, f"not within {WITHIN_S} s:\n{self.text()}"
            threading.Event().wait(0.002)
        return time.monotonic() - began

    def sees(self, *words: str) -> float:
        """Wait until all the words are there."""
        return self.until(lambda: all(word in self.text() for word in words))

    def prompts(self, name: str = "demo") -> float:
        """Wait until nothing is typed yet."""
        return self.until(lambda: self.before_cursor() == f"{name}> ")


def small_account(count: int = 300, **settings: object) -> Accounts:
    """An account of a month, in process."""
    records = generate(3, count, NOW_S - 30 * DAY_S, NOW_S)
    emulator = Emulator(records, Settings(**settings), clock=lambda: float(NOW_S))
    account = Transported("http://127.0.0.1", AsyncEmulatorTransport(emulator))
    return lambda _picked: account


def play(
    script: Callable[[Screen], object],
    *,
    columns: int = 100,
    lines: int = 30,
    accounts: Accounts | None = None,
    who: Standing | None = None,
    wanted: Wanted | None = None,
    is_demo: bool = False,
) -> int:
    """Run the shell, and a script beside it; gives the exit code.

    The script ends with the shell still there; Ctrl-C and Ctrl-D then end it.
    """
    screen = Screen(columns, lines)
    failed: list[BaseException] = []

    def act() -> None:
        try:
            screen.until(lambda: "> " in screen.before_cursor())
            script(screen)
        except BaseException as error:
            failed.append(error)
        finally:
            screen.keys("\x1b\x1b\x03\x03\x04")

    with create_pipe_input() as pipe:
        screen.send = pipe.send_text
        drawn = Vt100_Output(screen, lambda: screen.size, term="xterm", enable_cpr=True)
        with create_app_session(input=pipe, output=drawn):
            shell = Shell(
                wanted or Wanted(now_s=NOW_S),
                who or Standing("demo"),
                Output(screen, screen),
                None if is_demo else accounts or small_account(),
            )
            thread = threading.Thread(target=act, daemon=True)
            thread.start()
            code = shell.run()
            thread.join(WITHIN_S)
    if failed:
        raise failed[0]
    return int(code)

"""The screens that the README shows, as the shell draws them.

    python tests/shell/terminal/test_captures.py

writes them anew, into `captures/`; the test sees that they are what is drawn now.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from screens import NOW_S, Screen, play

from auditql.shell.terminal.start import Wanted

FOLDER = Path(__file__).parent / "captures"
COLUMNS = 88


def menu(screen: Screen) -> None:
    """The menu in the middle of a query, and what it would cost so far."""
    screen.keys("created_at >= -7d and act")
    screen.sees("change_description", "write 'act'")


def error(screen: Screen) -> None:
    """A wrong query, and its text kept for editing."""
    screen.keys("action in (create, destory) and actor_id = 7\r")
    screen.sees("did you mean `destroy`?", "✗ col 20")
    screen.until(lambda: screen.before_cursor().endswith("actor_id = 7"))


def explain(screen: Screen) -> None:
    """F5: what the API is asked, what is checked here, what it costs."""
    screen.keys("actor_name = 'Jane Doe' and created_at >= -7d limit 10")
    screen.sees("1000")
    screen.keys("\x1b")
    screen.until(lambda: "1000" not in screen.text())
    screen.keys("\x1b[15~")
    screen.sees("cost  ", "ok · ")
    screen.until(lambda: screen.before_cursor().endswith("limit 10"))


def bars(screen: Screen) -> None:
    """A timeline with its bars."""
    screen.keys("action = login and created_at >= -4d | timeline 1d\r")
    screen.sees("complete up to", "type a query")
    screen.prompts()


SCREENS: Mapping[str, Callable[[Screen], None]] = {
    one.__name__: one for one in (menu, error, explain, bars)
}

LATER = tuple(SCREENS)[1:]
"""Those of the full tier: each makes the demo's account."""


def drawn(name: str) -> str:
    """A screen, without the empty lines that a tall terminal has."""
    found: list[str] = []

    def script(screen: Screen) -> None:
        # The grammar is in memory once it has something to say.
        screen.keys("x")
        screen.sees("incomplete")
        screen.keys("\x03")
        screen.sees("type a query")
        SCREENS[name](screen)
        settled = re.sub(r"\d+\.\d s · ", "0.1 s · ", screen.text())
        found.append("\n".join(line for line in settled.split("\n") if line) + "\n")

    wanted = Wanted(is_demo=True, now_s=NOW_S)
    play(script, columns=COLUMNS, lines=34, wanted=wanted, is_demo=True)
    return found[0]


@pytest.mark.usefixtures("terminal_of_256")
@pytest.mark.parametrize(
    "name", ["menu", *(pytest.param(n, marks=pytest.mark.full) for n in LATER)]
)
def test_a_screen_is_what_is_drawn(name: str) -> None:
    """The capture, character by character."""
    assert (FOLDER / f"{name}.txt").read_text("utf-8") == drawn(name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TERM": "xterm", "LANG": "C.UTF-8", "XDG_STATE_HOME": home}
        os.environ.pop("NO_COLOR", None)
        for each in SCREENS:
            (FOLDER / f"{each}.txt").write_text(drawn(each), "utf-8")
            sys.stdout.write(
                f"== {each}\n{(FOLDER / f'{each}.txt').read_text('utf-8')}"
            )

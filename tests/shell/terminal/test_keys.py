"""Every key of the prompt: what is typed, and what entry comes of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from screens import NOW_S, small_account

from auditql.shell.live.themes import Theme
from auditql.shell.session.session import Session
from auditql.shell.session.state import State
from auditql.shell.terminal.actions import TABLE, Action
from auditql.shell.terminal.behind import Behind
from auditql.shell.terminal.history import History
from auditql.shell.terminal.mind import Mind
from auditql.shell.terminal.prompt import Prompt

pytestmark = pytest.mark.usefixtures("terminal_of_256")

LEFT = "\x1b[D"
RIGHT = "\x1b[C"
UP = "\x1b[A"
DOWN = "\x1b[B"
END = "\x1b[F"
SHIFT_TAB = "\x1b[Z"
LEAVE = "\x03\x04"


class Asked:
    """What keys asked of the shell, in their order."""

    def __init__(self, edited: str | None = None) -> None:
        self.said: list[tuple[str, object]] = []
        self._edited = edited
        self.then: Callable[[], object] = lambda: None

    def explain(self, text: str) -> None:
        self.said.append(("explain", text))

    def help(self, text: str, cursor: int) -> None:
        self.said.append(("help", (text, cursor)))

    def turn(self) -> None:
        self.said.append(("turn", None))

    def edit(self, text: str) -> str | None:
        self.said.append(("edit", text))
        self.then()
        return self._edited


@pytest.fixture(scope="module")
def behind() -> Behind:
    """A session, and the grammar in memory."""
    made = Behind(lambda: Session(State(clock=lambda: float(NOW_S)), small_account(50)))
    made.wait()
    return made


def typed(
    behind: Behind,
    *keys: str,
    asked: Asked | None = None,
    history: tuple[str, ...] = (),
    changed: Mapping[Action, tuple[str, ...]] | None = None,
) -> str | None:
    """The entry that comes of the keys; None where they leave the shell."""
    kept = History(None, lambda _why: None)
    for entry in history:
        kept.add(entry)
    with (
        create_pipe_input() as pipe,
        create_app_session(input=pipe, output=DummyOutput()),
    ):
        prompt = Prompt(
            Mind(behind),
            asked or Asked(),
            lambda: "acme",
            lambda: kept,
            theme=Theme.DARK,
            is_ascii=False,
            changed=changed or {},
        )
        if asked is not None:
            asked.then = lambda: pipe.send_text("\r" + LEAVE)
        pipe.send_text("".join(keys) + (LEAVE if asked is None else ""))
        found = prompt.entry("")
    return found if isinstance(found, str) else None


@pytest.mark.parametrize(
    ("keys", "entry"),
    [
        ("action = login\r", "action = login"),
        ("action = login and\rlimit\x7f\x7f\x7f\x7f\x7fid = 1\r",
         "action = login and\nid = 1"),
        ("action in (\rlogin,\rupdate\r)\r", "action in (\nlogin,\nupdate\n)"),
        ("'a\rb'\r", "'a\nb'"),
        ("action = login\x1b\rlimit 5\r", "action = login\nlimit 5"),
        ("-- who\raction = login\r", "-- who\naction = login"),
        ("-- who\r\r", "-- who\n"),
        ("\r", ""),
        ("action = nobody\r", "action = nobody"),
        ("\\limit 5\r", "\\limit 5"),
        ("\\explain action = \r", "\\explain action = "),
        ("rubbish\x03action = login\r", "action = login"),
        (f"action = logiX{LEFT}\x04n\r", "action = login"),
        ("\x1b[200~id = 2 or\nid = 1\x1b[201~\r", "id = 2 or\nid = 1"),
        ("\x1b[200~action = login\r\nlimit 1\x1b[201~\r", "action = login\nlimit 1"),
    ],
    ids=[
        "enter runs what is complete",
        "enter adds a line to what is not",
        "a list over lines",
        "a text over lines",
        "alt-enter adds a line anywhere",
        "a comment goes on",
        "a comment alone ends with an empty line",
        "nothing is nothing",
        "what is wrong runs, to hear why",
        "a command runs",
        "a command with half a query runs",
        "ctrl-c clears the line",
        "ctrl-d takes a character",
        "a paste of two lines",
        "a paste with the line ends of windows",
    ],
)  # fmt: skip
def test_enter_and_lines(behind: Behind, keys: str, entry: str) -> None:
    """The parser decides whether Enter runs the text or adds a line to it."""
    assert entry == typed(behind, keys)


def test_ctrl_d_leaves_on_an_empty_line(behind: Behind) -> None:
    """And only there."""
    assert typed(behind, "\x04") is None
    assert "limit 5" == typed(behind, "limit 5\x04\r")


@pytest.mark.parametrize(
    ("keys", "entry"),
    [
        ("source_t\t = user\r", "source_type = user"),
        ("action = destr\t\r", "action = destroy"),
        ("acto\t\t = 7\r", "actor_id = 7"),
        ("acto\t\t\t is null\r", "actor_name is null"),
        (f"acto\t\t\t{SHIFT_TAB} = 7\r", "actor_id = 7"),
        ("acto\t\t\r = 7\r", "actor_id = 7"),
        (f"acto\t{DOWN}\r = 7\r", "actor_id = 7"),
    ],
    ids=[
        "the only one",
        "the only value",
        "the first of two",
        "the second",
        "and back",
        "enter takes what was moved to",
        "the arrow moves too",
    ],
)
def test_tab_opens_or_takes_the_only_one(behind: Behind, keys: str, entry: str) -> None:
    """One item is taken at once; of several the next is moved to."""
    assert entry == typed(behind, keys)


def test_a_suggestion_is_taken_at_the_end(behind: Behind) -> None:
    """Right and End take the grey rest of the newest entry that begins so."""
    history = ("action = update limit 1", "action = login limit 5")
    for key in (RIGHT, END):
        assert history[1] == typed(behind, "act", key, "\r", history=history)
    assert history[0] == typed(behind, "action = u", END, "\r", history=history)
    keys = ("action = logi", LEFT, RIGHT, "n\r")
    assert "action = login" == typed(behind, *keys, history=("action = login",))


def test_history_goes_up_and_down_by_entries(behind: Behind) -> None:
    """An entry of several lines is one step at its first line."""
    history = ("id = 1", "action = login and\nid = 2")
    assert history[1] == typed(behind, UP, "\r", history=history)
    assert history[0] == typed(behind, UP, UP, UP, "\r", history=history)
    assert history[0] == typed(behind, "\x12id = 1\r\r", history=history)


def test_keys_that_ask_the_shell(behind: Behind) -> None:
    """F1, F3, F5, Ctrl-X Ctrl-E; the text stays, or is what the editor left."""
    asked = Asked("action = update")
    keys = ("id = 3", "\x1bOP", "\x1bOR", "\x1b[15~", "\x18\x05")
    assert "action = update" == typed(behind, *keys, asked=asked)
    assert [
        ("turn", None),  # the others wait until the prompt has made room
        ("help", ("id = 3", 6)),
        ("explain", "id = 3"),
        ("edit", "id = 3"),
    ] == asked.said


def test_an_editor_that_fails_changes_nothing(behind: Behind) -> None:
    """What was typed is what is run."""
    assert "id = 3" == typed(behind, "id = 3", "\x18\x05", asked=Asked(None))


def test_f4_gives_the_keys_of_vi(behind: Behind) -> None:
    """Esc 0 x takes the first character; F4 again gives those of emacs."""
    assert "id = 3" == typed(behind, "\x1bOS", "xid = 3", "\x1b", "0x", "\r")
    assert "id = 3" == typed(behind, "\x1bOS\x1bOS", " = 3", "\x01", "id", "\r")


def test_keys_are_bound_otherwise(behind: Behind) -> None:
    """A configuration's keys take the place of the usual ones."""
    changed = {Action.CLEAR: ("c-k",), Action.EXPLAIN: ("f6", "c-x e")}
    asked = Asked()
    keys = ("rubbish", "\x0b", "id = 3", "\x1b[17~", "\x18e", "\x1b[15~", "\x18\x05")
    assert "id = 3" == typed(behind, *keys, asked=asked, changed=changed)
    assert [("explain", "id = 3")] * 2 == asked.said[:-1]


def test_a_fault_of_ours_never_takes_the_prompt_away() -> None:
    """Where nothing can be said of the text it is plain, and Enter runs it."""

    def broken() -> float:
        raise KeyError("a clock that fails")

    behind = Behind(lambda: Session(State(clock=broken), small_account(5)))
    behind.begin()
    mind = Mind(behind)
    keys = ("acto\t", "r_id = 3 and", "\r")
    behind.wait()
    assert "actor_id = 3 and" == typed(behind, *keys)
    mind.check("id = 3")
    bar = mind.bar("id = 3", 80, is_ascii=False)
    assert "internal error: KeyError" == "".join(piece for _, piece in bar)


def test_every_action_has_a_row() -> None:
    """The table and the actions are the same."""
    assert list(Action) == [row.action for row in TABLE]


def test_the_state_has_nothing_of_it(terminal_of_256: Path) -> None:
    """A history without a file writes none."""
    assert not terminal_of_256.exists()

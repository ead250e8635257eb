"""The loop lives on, whatever one entry meets."""

import io
from collections.abc import Callable

import pytest
from screens import small_account

from auditql.errors import ConfigurationError, QueryError
from auditql.language.parser import parse
from auditql.shell.exits import ClosedPipe, Exit
from auditql.shell.output import Output
from auditql.shell.session.events import Confirm, Reply
from auditql.shell.session.session import Session
from auditql.shell.terminal.habits import HABITS
from auditql.shell.terminal.history import History
from auditql.shell.terminal.loop import Loop
from auditql.shell.terminal.reading import LEAVE, Leave
from auditql.shell.terminal.screen import Screen


class Typed:
    """A reader of entries that were typed before."""

    can_edit = True

    def __init__(self, *entries: str) -> None:
        self._entries = list(entries)
        self.begun: list[str] = []

    def entry(self, begun: str) -> str | Leave:
        self.begun.append(begun)
        return self._entries.pop(0) if self._entries else LEAVE

    def keys(self) -> str:
        return ""

    def reply(self, question: Confirm) -> Reply:
        return Reply.NO


def told(reader: Typed, session: Callable[[], Session]) -> tuple[Exit, str]:
    """How the loop ends, and what was said."""
    said = io.StringIO()
    output = Output(said, said)
    history = History(None, said.write)
    screen = Screen(output, lambda: None, lambda: 30)
    code = Loop(reader, session, screen, output, lambda: history).run()
    return code, said.getvalue()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (KeyboardInterrupt(), ""),
        (ConfigurationError("no such file"), "error: no such file"),
        (KeyError("hunter2"), "error: internal error: KeyError"),
    ],
    ids=["ctrl-c before there is a session", "an error", "a fault of our own"],
)
def test_the_next_entry_is_read(fault: BaseException, words: str) -> None:
    """One entry ends, and says why; a fault's own words are kept back."""
    faults = [fault]

    def session() -> Session:
        if faults:
            raise faults.pop()
        return Session(accounts=small_account(5))

    code, said = told(Typed("limit 1", "\\params"), session)
    assert Exit.OK == code
    assert words in said
    assert "note: none is known yet" in said
    assert "hunter2" not in said


def test_a_terminal_that_has_gone_ends_it() -> None:
    """Nobody is there to be told."""

    def session() -> Session:
        raise ClosedPipe

    with pytest.raises(ClosedPipe):
        told(Typed("limit 1", "limit 2"), session)


def test_quit_leaves_what_is_not_typed_yet() -> None:
    """`\\q` is the last entry."""
    reader = Typed("\\q", "limit 1")
    code, _ = told(reader, lambda: Session(accounts=small_account(5)))
    assert Exit.OK == code
    assert [""] == reader.begun


def test_what_is_wrong_is_kept_for_editing() -> None:
    """And only what is wrong."""
    reader = Typed("action = nobody", "action = login limit 1")
    told(reader, lambda: Session(accounts=small_account(50)))
    assert ["", "action = nobody", ""] == reader.begun


@pytest.mark.parametrize("word", ["exit", "quit", " QUIT "])
def test_a_word_of_other_shells_leaves(word: str) -> None:
    """As `\\q` does."""
    reader = Typed(word, "limit 1")
    code, said = told(reader, lambda: Session(accounts=small_account(5)))
    assert (Exit.OK, "") == (code, said)
    assert [""] == reader.begun


@pytest.mark.parametrize("word", ["help", "?"])
def test_a_word_that_asks_for_help_is_told_the_command(word: str) -> None:
    """In words, and the next entry is read."""
    reader = Typed(word)
    code, said = told(reader, lambda: Session(accounts=small_account(5)))
    assert Exit.OK == code
    assert "note: `\\?` lists commands, `\\q` leaves; else type a query\n" == said
    assert ["", ""] == reader.begun


@pytest.mark.parametrize("word", HABITS)
def test_no_word_of_other_shells_is_a_query(word: str) -> None:
    """Nothing that could be asked is taken for one."""
    with pytest.raises(QueryError):
        parse(word)

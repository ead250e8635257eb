"""Commands about how answers are shown, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.results.formats import FORMATS
from auditql.shell.completion.known import Takes
from auditql.shell.session.commands.answers import FORMAT_WORDS
from auditql.shell.session.events import Note, rows_are
from auditql.shell.session.output_file import OutputFile, format_of, path_of
from auditql.shell.session.registry import Group, choices, command, one_of
from auditql.shell.session.showing import check_columns
from auditql.shell.session.state import Expanded

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

_ON_OFF = {"on": True, "off": False}
_CHARTS: dict[str, bool | None] = {**_ON_OFF, "auto": None}


@command(
    "format",
    "[F]",
    "how rows are written",
    Group.SHOWING,
    takes=Takes.WORDS,
    words=FORMAT_WORDS,
)
async def format_(session: Session, argument: str) -> None:
    """Name the format, or switch to another."""
    state = session.state
    if argument:
        state.format = one_of(argument, tuple(FORMATS), "format")
        state.keeps_format = True
        if state.output is not None:
            state.output.format = None
    session.tell(Note(f"rows are written as {state.format}"))


@command(
    "x",
    "[on|off|auto]",
    "one field a line",
    Group.SHOWING,
    takes=Takes.WORDS,
    words=choices("on", "off", "auto"),
)
async def expanded(session: Session, argument: str) -> None:
    """Show tables one field a line, or not; without an argument, the other way."""
    state = session.state
    names = tuple(each.value for each in Expanded)
    if argument:
        state.expanded = Expanded(one_of(argument, names, "setting"))
    elif state.expanded is Expanded.ON:
        state.expanded = Expanded.AUTO
    else:
        state.expanded = Expanded.ON
    words = {
        Expanded.ON: "tables are shown one field a line",
        Expanded.OFF: "tables are shown as tables, however wide",
        Expanded.AUTO: "tables are shown one field a line where they do not fit",
    }
    session.tell(Note(words[state.expanded]))


@command(
    "columns",
    "[A,B|all]",
    "the fields of records that are shown",
    Group.SHOWING,
    takes=Takes.FIELDS,
)
async def columns(session: Session, argument: str) -> None:
    """Choose the fields that are shown of records, or show them all again."""
    state = session.state
    before = state.columns
    if argument:
        state.columns = None if argument.lower() == "all" else argument
        try:
            check_columns(state, None)
        except ConfigurationError:
            state.columns = before
            raise
    shown = "all fields that there is room for"
    session.tell(Note(f"of records are shown: {state.columns or shown}"))


@command(
    "chart",
    "[on|off|auto]",
    "bars behind counts",
    Group.SHOWING,
    takes=Takes.WORDS,
    words=choices("on", "off", "auto"),
)
async def chart(session: Session, argument: str) -> None:
    """Draw bars always, never, or where a table is shown."""
    state = session.state
    if argument:
        state.chart = _CHARTS[one_of(argument, tuple(_CHARTS), "setting")]
    said = next(word for word, value in _CHARTS.items() if value is state.chart)
    session.tell(Note(f"bars behind counts: {said}"))


@command(
    "timing",
    "[on|off]",
    "the line of numbers below an answer",
    Group.SHOWING,
    takes=Takes.WORDS,
    words=choices("on", "off"),
)
async def timing(session: Session, argument: str) -> None:
    """Say what an answer took, or not; without an argument, the other way."""
    state = session.state
    state.timing = _switched(argument, state.timing)
    session.tell(Note(f"the line below an answer: {'on' if state.timing else 'off'}"))


@command(
    "exact",
    "[on|off]",
    "count by reading, not by the API's own count",
    Group.SHOWING,
    takes=Takes.WORDS,
    words=choices("on", "off"),
)
async def exact(session: Session, argument: str) -> None:
    """Read every record where the API's own count would do, or not."""
    state = session.state
    state.exact = _switched(argument, state.exact)
    how = "by reading every record" if state.exact else "by the API where that is exact"
    session.tell(Note(f"`| count` is answered {how}"))


@command("limit", "[N|off]", "rows shown at a time", Group.SHOWING)
async def limit(session: Session, argument: str) -> None:
    """Show so many rows at a time of a query without a limit of its own."""
    state = session.state
    if argument:
        state.limit = None if argument.lower() == "off" else _number(argument)
    if state.limit is None:
        session.tell(Note("all rows are read and shown"))
    else:
        session.tell(Note(f"{rows_are(state.limit)} shown at a time"))


@command("o", "[FILE]", "write answers to a file; alone: close it", Group.SAVED)
async def output(session: Session, argument: str) -> None:
    """Let answers go to a file, whole, until the file is closed."""
    _write_to(session, argument, may_replace=False)


@command("o!", "FILE", "write answers to a file, in place of another", Group.SAVED)
async def output_over(session: Session, argument: str) -> None:
    """Let answers go to a file, whatever is there."""
    if not argument:
        raise ConfigurationError("the name of a file is missing")
    _write_to(session, argument, may_replace=True)


def _write_to(session: Session, argument: str, *, may_replace: bool) -> None:
    """Close the file that is open, and open the one that is named.

    Where no format was chosen, the end of its name says which.

    Raises:
        ConfigurationError: it is there already.
        OutputError: it cannot be written.
    """
    state = session.state
    before, state.output = state.output, None
    if before is not None:
        session.tell(before.closed())
    if argument:
        path = path_of(argument)
        opened = OutputFile(path, may_replace=may_replace)
        is_free = not state.keeps_format and state.format == "table"
        opened.format = format_of(path) if is_free else None
        state.output = opened
        how = state.format
        if opened.format is not None:
            how = f"{opened.format}, as its name says"
        said = f"answers go to {path} as {how}, all of their rows; \\o alone closes it"
        session.tell(Note(said))
    elif before is None:
        session.tell(Note("answers go to the screen"))


def _switched(argument: str, before: bool) -> bool:
    """What a switch is set to; without a word, the other way."""
    if not argument:
        return not before
    return _ON_OFF[one_of(argument, tuple(_ON_OFF), "setting")]


def _number(text: str) -> int:
    """A number of rows.

    Raises:
        ConfigurationError: it is none.
    """
    digits = text.replace(",", "").replace("_", "")
    if digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits):
        return int(digits)
    raise ConfigurationError(f"`{text[:40]}` is no number of rows; or write off")

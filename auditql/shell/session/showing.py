"""How the rows of an answer are laid out for the screen, or into a file.

In: a plan, the settings. Out: a format that takes rows, and the words beside them
in the shell's own terms. What a terminal shows is made harmless by the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.results.formats import FORMATS, Format, Layout, Row
from auditql.results.formats.bars import number_of
from auditql.shell.columns import chosen_columns
from auditql.shell.exits import UsageError
from auditql.shell.layouts import bars_of
from auditql.shell.session.state import Expanded, State
from auditql.shell.staged import staged

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.shell.session.answer import Answer

PEOPLE = ("table", "vertical", "markdown")
"""The formats that a person reads; the others are for programs."""

_WIDE = 100_000  # columns of a screen that every row fits on

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "-f vertical": r"\x on",
        "--columns": r"\columns",
        "--exact": r"\exact on",
        "--chart": r"\chart",
        "`auditql queries`": r"`\queries`",
        "`auditql fields`": r"`\d`",
    }
)
"""What the command line calls things, and what they are called here."""


def in_shell_words(text: str) -> str:
    """The text with the shell's commands in the place of options."""
    for option, command in _WORDS.items():
        text = text.replace(option, command)
    return text


def format_name(state: State, wanted: str | None = None) -> str:
    """The format that rows are written in.

    Args:
        state: of the session.
        wanted: a format that was asked for; None for the session's.
    """
    name = state.format if wanted is None else wanted
    if name == "table" and wanted is None and state.expanded is Expanded.ON:
        return "vertical"
    return name


def check_columns(state: State, plan: Plan | None) -> tuple[str, ...] | None:
    r"""The columns that `\columns` chose, where the answer has them; None for all.

    What was chosen of records says nothing of what stages give.

    Raises:
        ConfigurationError: a name is none.
    """
    known = staged(plan)
    if known.columns is not None:
        return None
    try:
        return chosen_columns(state.columns, "", None)
    except UsageError as error:
        raise ConfigurationError(in_shell_words(str(error))) from None


def made_for_answer(state: State, answer: Answer, name: str) -> Format:
    """What lays out rows of an answer, all of whose bars have one scale.

    Raises:
        ConfigurationError: a chosen column is none.
    """

    def most(column: str) -> int:
        rows = chain(answer.rows, answer.found)
        return max((number_of(row, column) for row in rows), default=0)

    return made_for_screen(state, answer.plan, name, most)


def made_for_screen(
    state: State,
    plan: Plan | None,
    name: str,
    most: Callable[[str], int | None] = lambda _column: None,
) -> Format:
    """What lays rows out for the terminal.

    Args:
        state: of the session.
        plan: of the answer; None for rows of none.
        name: of the format.
        most: as `bars_of` asks for it.

    Raises:
        ConfigurationError: a chosen column is none.
    """
    known = staged(plan)
    width = _WIDE if state.expanded is Expanded.OFF else state.width
    layout = Layout(
        check_columns(state, plan),
        width,
        answer=known.columns,
        bars=bars_of(known, name, state.chart, is_seen=True, most=most),
        zone=state.zone if plan is None else plan.query.zone,
    )
    return FORMATS[name](layout)


def made_for_file(state: State, plan: Plan | None, name: str) -> Format:
    """What lays rows out for a file: whole, with times as the API wrote them.

    Raises:
        ConfigurationError: a chosen column is none.
    """
    known = staged(plan)
    layout = Layout(
        check_columns(state, plan),
        None,
        answer=known.columns,
        bars=bars_of(known, name, state.chart, is_seen=False),
    )
    return FORMATS[name](layout)


def laid_out(rows: Sequence[Row], made: Format) -> str:
    """All of these rows, from beginning to end."""
    return made.rows(rows) + made.end()

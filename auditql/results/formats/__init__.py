"""How rows are written: one module a format, and the table of them.

In: rows as they arrive, records as received or what stages made of them. Out:
pieces of text, the next ones as soon as they can be known. Nothing is printed
here, and what a format needs is loaded when it is first made.

A value is written as received. What must be altered for a screen or a
spreadsheet is altered visibly: see `cells` and `separated`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from auditql.catalog.forms import form

if TYPE_CHECKING:
    from auditql.language.query import Column

Row = Mapping[str, object]
"""A row: values of JSON by the name of their field or column, in their order."""


@form
class Bars:
    """Bars behind the rows of a table.

    Attributes:
        column: the one whose numbers are drawn.
        blocks: of block characters; else of what every terminal has.
        most: the largest number of the whole answer, where its rows are laid out in
            parts; None for the largest of those that are.
    """

    column: str
    blocks: bool
    most: int | None = None


@form
class Begun:
    """What is out of an answer, as far as the text of the rest depends on it.

    Attributes:
        columns: those of the heading; None for a format without one.
        late: the fields that came after the heading, in the order they came.
    """

    columns: tuple[str, ...] | None = None
    late: tuple[str, ...] = ()


@form
class Layout:
    """How an answer is laid out.

    Attributes:
        columns: those to show, in this order; None for all that there are.
        width: columns of the terminal that shows it; None where there is none.
        guarded: a cell of csv or tsv never becomes a formula.
        answer: the columns that stages give, in this order; None for records, whose
            fields are seen only when they come.
        bars: what a table draws; None for nothing.
        zone: name of the zone that a table on a terminal shows times in; None for
            times as they are, and so they are everywhere else.
        begun: the answer goes on: its first rows are out, in a format of
            `RESUMABLE`; None where it begins.
    """

    columns: tuple[str, ...] | None = None
    width: int | None = None
    guarded: bool = True
    answer: "tuple[Column, ...] | None" = None
    bars: Bars | None = None
    zone: str | None = None
    begun: Begun | None = None


class Format(Protocol):
    """Writes the rows of one answer; used once, from the first row to the last."""

    def rows(self, rows: Sequence[Row]) -> str:
        """The text of these rows, or of as much of the answer as is certain now.

        Args:
            rows: the next rows, in their order; may be none.
        """
        ...

    def end(self) -> str:
        """The rest of the text; the whole of it for an answer without rows."""
        ...

    def notes(self) -> Sequence[str]:
        """What of the rows the text does not show, to be said beside it."""
        ...

    def begun(self) -> Begun | None:
        """What the rest depends on; None for a format that cannot go on."""
        ...


Maker = Callable[[Layout], Format]


def _from(module: str) -> Maker:
    """A maker that loads its module when it is first called."""

    def make(layout: Layout) -> Format:
        maker: Maker = import_module(f"{__name__}.{module}").make
        return maker(layout)

    return make


FORMATS: Mapping[str, Maker] = MappingProxyType(
    {
        "table": _from("table"),
        "vertical": _from("vertical"),
        "json": _from("json_array"),
        "jsonl": _from("json_lines"),
        "csv": _from("csv"),
        "tsv": _from("tsv"),
        "markdown": _from("markdown"),
        "none": _from("none"),
    }
)
"""The formats by name; `table` is the one nobody has to ask for."""

RESUMABLE = ("jsonl", "json", "csv", "tsv")
"""The formats whose text can go on after a stop: no row changes what is out."""

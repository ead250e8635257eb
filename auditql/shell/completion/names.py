"""Names that may stand at a place: fields, columns, functions of them, aggregates.

In: a place, the columns there, what the session knows. Out: offers: fields that
the API filters in the order of its table, then the others in that of the catalog.
Only what the resolver would take is offered: no list as a key, no address in an
order, no column of a kind that the function refuses.
"""

from collections.abc import Iterator, Sequence

from auditql.catalog.fields import BY_NAME
from auditql.catalog.functions import (
    AGGREGATES,
    AGGREGATES_BY_NAME,
    FUNCTIONS,
    FUNCTIONS_BY_NAME,
    Function,
)
from auditql.catalog.kinds import Kind
from auditql.language.operands import RECORD, Columns
from auditql.language.query import Column
from auditql.shell.completion import support
from auditql.shell.completion.context import called_at, keyword_before
from auditql.shell.completion.known import ItemKind, Known
from auditql.shell.completion.offers import Offer
from auditql.shell.completion.place import Place
from auditql.shell.completion.support import margin

_PLACES = frozenset({"ORDER", "SELECT", "COUNT", "STATS", "TOP", "DISTINCT"}) | {
    "TIMELINE",
    "WHERE",
    "VBAR",
    "SEMICOLON",
}
_TAKES: dict[str, frozenset[Kind]] = {
    "ORDER": frozenset(kind for kind in Kind if kind.is_ordered),
    "COUNT": frozenset(kind for kind in Kind if kind.is_single),
    "STATS": frozenset(kind for kind in Kind if kind.is_single),
    "TOP": frozenset(kind for kind in Kind if kind.is_single),
    "DISTINCT": frozenset(kind for kind in Kind if kind.is_single),
    "TIMELINE": frozenset(kind for kind in Kind if kind.is_single),
}
"""The kinds that may be named behind a keyword; all of them where it is not here."""

_ALL = frozenset(Kind)
_LENGTHS = ("1h", "1d", "1w", "1mo")


def operands(place: Place, columns: Columns, known: Known) -> Iterator[Offer]:
    """The columns and functions of them where either may stand."""
    called = called_at(place.mark)
    if called is not None:
        yield from _aggregated(called, place, columns, known)
        return
    keyword = keyword_before(place.mark, _PLACES)
    kinds = _TAKES.get(keyword or "", _ALL)
    fitting = [column for column in columns.values() if column.kind in kinds]
    if keyword == "ORDER" and "MINUS" in place.mark.accepts and "created_at" in columns:
        yield Offer(
            "-created_at",
            ItemKind.FIELD,
            margin(_support(columns["created_at"], place, columns, known), "newest"),
        )
    yield from _columns(fitting, place, columns, known)
    for function in FUNCTIONS:
        if function.gives in kinds:
            yield from _function(function, columns, place)


def arguments(place: Place, columns: Columns, known: Known) -> Iterator[Offer]:
    """The columns that the function before the parenthesis takes."""
    function = FUNCTIONS_BY_NAME.get(called_at(place.mark) or "")
    takes = _ALL if function is None else frozenset(function.takes)
    fitting = [column for column in columns.values() if column.kind in takes]
    yield from _columns(fitting, place, columns, known)


def aggregates(place: Place) -> Iterator[Offer]:
    """The aggregates, those of a column with their parenthesis."""
    open_ = place.text[place.end : place.end + 1] == "("
    for row in AGGREGATES:
        inside = "" if open_ else "(" if row.takes_column else "()"
        yield Offer(
            f"{row.name}{inside}",
            ItemKind.FUNCTION,
            margin("aggregate", row.help),
            keeps_case=False,
        )


def _aggregated(
    name: str, place: Place, columns: Columns, known: Known
) -> Iterator[Offer]:
    """The columns that an aggregate takes, or a function of one."""
    row = AGGREGATES_BY_NAME.get(name)
    if row is not None and not row.takes_column:
        return
    ordered = row is not None and row.ordered
    fitting = [
        column
        for column in columns.values()
        if column.kind.is_single and (column.kind.is_ordered or not ordered)
    ]
    yield from _columns(fitting, place, columns, known)
    for function in FUNCTIONS:
        yield from _function(function, columns, place)


def _columns(
    fitting: Sequence[Column], place: Place, columns: Columns, known: Known
) -> Iterator[Offer]:
    order = {name: place for place, name in enumerate(known.capabilities)}
    if columns is RECORD:
        fitting = sorted(fitting, key=lambda c: order.get(c.name, len(order)))
    for column in fitting:
        field = BY_NAME.get(column.name) if columns is RECORD else None
        said = _support(column, place, columns, known)
        example = "" if field is None else field.example
        yield Offer(
            column.name,
            ItemKind.FIELD,
            margin(said, column.kind.value, example),
            keeps_case=False,
        )


def _support(column: Column, place: Place, columns: Columns, known: Known) -> str:
    if columns is not RECORD:
        return "column"
    beside = place.mark.so_far.fields
    return support.of_field(column.name, known.capabilities, beside)


def _function(function: Function, columns: Columns, place: Place) -> Iterator[Offer]:
    """A function: with its column where there is only one, else open."""
    fitting = [c.name for c in columns.values() if c.kind in function.takes]
    if not fitting:
        return
    text, matched = function.name, f"{function.name}("
    if place.text[place.end : place.end + 1] != "(":
        more = f", {_LENGTHS[0]}" if function.takes_duration else ""
        text += f"({fitting[0]}{more})" if len(fitting) == 1 else "("
    yield Offer(
        text,
        ItemKind.FUNCTION,
        margin(support.HERE if columns is RECORD else "", function.help),
        matched=matched,
        keeps_case=False,
    )

"""Checked order, paging and stages, and the query that holds them."""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.diagnostics.model import Span
from auditql.language.query.filters import (
    Filter,
)
from auditql.language.query.operands import (
    Column,
    Length,
    Operand,
)


@form
class SortKey:
    """One key of an order; missing values come last in both directions."""

    operand: Operand
    descending: bool
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class OffsetPage:
    """Exactly one page by number; size is 1 to 100, number times size <= 10,000."""

    number: int
    size: int
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class CursorPage:
    """Exactly the page behind (or before) a cursor that the API gave."""

    is_after: bool
    token: str
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Given:
    """A column that a stage gives: its name, and what it is computed from."""

    column: Column
    source: Operand


@form
class Aggregate:
    """One aggregate of a group; `operand` is None for `count()`."""

    function: str
    operand: Operand | None
    column: Column


@form
class Where:
    """Keep the rows that pass."""

    filter: Filter
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Select:
    """Give these columns, in this order."""

    columns: tuple[Given, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Group:
    """`count` and `stats`: one row a group; one row in all without keys.

    Rows come in ascending order of their keys, missing last.
    """

    keys: tuple[Given, ...]
    aggregates: tuple[Aggregate, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Top:
    """The `number` most frequent groups, ties in the order of their keys."""

    number: int
    keys: tuple[Given, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Distinct:
    """Each combination of the keys once."""

    keys: tuple[Given, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Timeline:
    """Count per bucket of time, empty buckets as 0, per combination of the keys."""

    step: Length
    time: Column
    keys: tuple[Given, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class OrderBy:
    """Sort the rows."""

    keys: tuple[SortKey, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class LimitTo:
    """Give the first rows and stop."""

    number: int
    span: Span | None = field(default=None, compare=False, repr=False)


Stage = Where | Select | Group | Top | Distinct | Timeline | OrderBy | LimitTo

STREAMING = (Where, Select, Distinct, LimitTo)
"""Stages that give rows while they take others; behind all the rest, rows come at
the end, and those of a part of the records would mislead."""


@form
class Query:
    """A query that can be planned.

    Attributes:
        filter: EVERYTHING for none.
        order: as written; empty for the default, newest first.
        limit: rows to give at most; None for all.
        offset: rows to leave out first.
        page_size: records a request, 1 to 100; None for the planner's choice.
        page: exactly one page of the API instead of a read; None for a read.
        columns: what the answer's rows hold, after all stages.
        now_s: the frozen now, seconds since 1970 UTC.
        zone: name of the IANA zone that days and hours are read in.
        text: the text it was written in, for messages.
    """

    filter: Filter
    order: tuple[SortKey, ...]
    limit: int | None
    offset: int
    page_size: int | None
    page: OffsetPage | CursorPage | None
    stages: tuple[Stage, ...]
    columns: tuple[Column, ...]
    now_s: int
    zone: str
    text: str = field(compare=False, repr=False)

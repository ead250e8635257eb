"""The checked query: fields known, values typed, `now` frozen, no names left.

Made by the resolver from the syntax tree; every later pass reads this and
nothing earlier. Logic is two-valued: a test on a missing value is false
(except Missing), and Not is the exact opposite.
"""

from dataclasses import field
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind, Unit
from auditql.catalog.operators import TextOperator
from auditql.diagnostics.model import Span

Scalar = int | str | IPv4Address | IPv6Address
"""A typed value: an integer (also a weekday 0-6 and a time in whole seconds
since 1970 UTC), text, or an address. Text compared with a column that folds
case is folded already."""

Network = IPv4Network | IPv6Network


# --- operands -------------------------------------------------------------


@form
class Column:
    """A field of the record, or a column that the stage before gives.

    Attributes:
        folds_case: equality and order compare case-folded text (`action`).
        many: several values may stand in one record (`changed`): a test holds
            when any of them passes; without any, the value is missing.
    """

    name: str
    kind: Kind
    folds_case: bool = False
    many: bool = False


@form
class Length:
    """The length of a bucket of `bin` or `timeline`."""

    count: int
    unit: Unit


@form
class Apply:
    """A scalar function of a column, by its name in the catalog.

    Times are read in the query's zone. `length` is set for `bin` alone.
    """

    function: str
    column: Column
    kind: Kind
    length: Length | None = None


Operand = Column | Apply


# --- filters --------------------------------------------------------------


class Order(Enum):
    """A strict or loose order between a column and a value."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@form
class And:
    """All terms hold; with no terms, every record passes."""

    terms: "tuple[Filter, ...]"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Or:
    """At least one term holds; with no terms, no record passes."""

    terms: "tuple[Filter, ...]"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Not:
    """The term does not hold; so `x != v` is Not(OneOf(x, (v,)))."""

    term: "Filter"
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class OneOf:
    """The operand equals one of the values; never on kind TIME.

    Values are distinct, in the order written, at least one.
    """

    operand: Operand
    values: tuple[Scalar, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Compare:
    """The operand stands in that order to the value; never on kind TIME."""

    operand: Operand
    op: Order
    value: Scalar
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Between:
    """low <= operand <= high; never on kind TIME."""

    operand: Operand
    low: Scalar
    high: Scalar
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class InRange:
    """start <= operand < end, on kind TIME, in seconds since 1970 UTC.

    None is an open end. At least one of the two is set. start >= end is legal
    and holds for nothing.
    """

    operand: Operand
    start: int | None
    end: int | None
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class InNetworks:
    """The address lies in one of the networks (a network of one is an address)."""

    operand: Operand
    networks: tuple[Network, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class TextMatch:
    """A test of text; `value` is as written, wildcards and escapes included."""

    operand: Operand
    op: TextOperator
    value: str
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Missing:
    """The operand has no value."""

    operand: Operand
    span: Span | None = field(default=None, compare=False, repr=False)


@form
class Search:
    """Any of the searched fields contains the text, ignoring case."""

    text: str
    span: Span | None = field(default=None, compare=False, repr=False)


Test = OneOf | Compare | Between | InRange | InNetworks | TextMatch | Missing | Search
Filter = And | Or | Not | Test

EVERYTHING = And(())
"""The filter that every record passes."""


# --- order, paging, stages ------------------------------------------------


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

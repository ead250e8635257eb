"""Clauses and stages, as written."""

from dataclasses import field

from auditql.catalog.forms import form
from auditql.diagnostics.model import Span
from auditql.language.syntax.filters import (
    Expr,
    Name,
    Operand,
)
from auditql.language.syntax.values import (
    Duration,
    Integer,
    Parameter,
    Text,
)


@form
class OrderKey:
    """One key of `order by`."""

    operand: Operand
    descending: bool
    span: Span = field(compare=False, repr=False)


@form
class Page:
    """`page 3 size 50`."""

    number: Integer | Parameter
    size: Integer | Parameter | None
    span: Span = field(compare=False, repr=False)


@form
class Cursor:
    """`after 'token'`, `before 'token'`."""

    is_after: bool
    token: Text | Parameter
    span: Span = field(compare=False, repr=False)


@form
class Key:
    """A grouping key or selected column: `hour(created_at) as h`."""

    operand: Operand
    alias: Name | None
    span: Span = field(compare=False, repr=False)


@form
class AggregateCall:
    """`count_distinct(ip_address) as ips`, `count()`."""

    function: Name
    operand: Operand | None
    alias: Name | None
    span: Span = field(compare=False, repr=False)


@form
class Where:
    """`| where FILTER`."""

    filter: Expr
    span: Span = field(compare=False, repr=False)


@form
class Select:
    """`| select a, b as c`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Count:
    """`| count [by k, …]`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Stats:
    """`| stats count(), min(created_at) by k`."""

    aggregates: tuple[AggregateCall, ...]
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Top:
    """`| top 10 k, …`."""

    number: Integer | Parameter
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Distinct:
    """`| distinct k, …`."""

    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class Timeline:
    """`| timeline [1d] [by k, …]`."""

    step: Duration | None
    keys: tuple[Key, ...]
    span: Span = field(compare=False, repr=False)


@form
class OrderBy:
    """`| order by …`."""

    keys: tuple[OrderKey, ...]
    span: Span = field(compare=False, repr=False)


@form
class LimitTo:
    """`| limit n`."""

    number: Integer | Parameter
    span: Span = field(compare=False, repr=False)


Stage = Where | Select | Count | Stats | Top | Distinct | Timeline | OrderBy | LimitTo

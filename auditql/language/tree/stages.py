"""Clauses and stages, from their parts to their nodes.

In: the children of a rule. Out: its node. Clauses stay as they were met; what
comes twice is for the parser to say.
"""

from lark import Token

from auditql.catalog.forms import form
from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.tree.filters import name
from auditql.language.tree.places import over

Number = syntax.Integer | syntax.Parameter
Keys = tuple[syntax.Key, ...]


@form
class Ordering:
    """`order by -created_at, id`."""

    keys: tuple[syntax.OrderKey, ...]
    span: Span


@form
class Limit:
    """`limit 50`."""

    number: Number
    span: Span


@form
class Offset:
    """`offset 50`."""

    number: Number
    span: Span


@form
class PageSize:
    """`page size 50`."""

    number: Number
    span: Span


Clause = Ordering | Limit | Offset | PageSize | syntax.Page | syntax.Cursor


# --- clauses


def minus_key(minus: Token, operand: syntax.Operand) -> syntax.OrderKey:
    """`-created_at`."""
    return syntax.OrderKey(operand, True, over(minus, operand))


def plain_key(operand: syntax.Operand, way: Token | None = None) -> syntax.OrderKey:
    """`created_at`, `created_at desc`."""
    descending = way is not None and way.type == "DESC"
    return syntax.OrderKey(operand, descending, over(operand, way or operand))


def order(word: Token, *keys: syntax.OrderKey) -> Ordering:
    """`order by -created_at, id`."""
    return Ordering(keys, over(word, keys[-1]))


def limit(word: Token, number: Number) -> Limit:
    """`limit 50`."""
    return Limit(number, over(word, number))


def offset(word: Token, number: Number) -> Offset:
    """`offset 50`."""
    return Offset(number, over(word, number))


def page_size(word: Token, number: Number) -> PageSize:
    """`page size 50`."""
    return PageSize(number, over(word, number))


def page(word: Token, number: Number, size: Number | None = None) -> syntax.Page:
    """`page 3 size 50`."""
    return syntax.Page(number, size, over(word, size or number))


def cursor(word: Token, token: syntax.Text | syntax.Parameter) -> syntax.Cursor:
    """`after 'token'`."""
    return syntax.Cursor(word.type == "AFTER", token, over(word, token))


# --- stages


def key(operand: syntax.Operand, alias: Token | None = None) -> syntax.Key:
    """`hour(created_at) as h`."""
    named = None if alias is None else name(alias)
    return syntax.Key(operand, named, over(operand, named or operand))


def keys(*given: syntax.Key) -> Keys:
    """`k, l as m`."""
    return given


def aggregated(
    function: Token,
    _open: Token,
    inner: syntax.Operand | Token,
    close: Token | None = None,
) -> syntax.AggregateCall:
    """`count()`, `min(created_at)`."""
    if isinstance(inner, Token):
        return syntax.AggregateCall(name(function), None, None, over(function, inner))
    at = over(function, close or inner)
    return syntax.AggregateCall(name(function), inner, None, at)


def aggregate(
    made: syntax.AggregateCall, alias: Token | None = None
) -> syntax.AggregateCall:
    """`count_distinct(ip_address) as ips`."""
    if alias is None:
        return made
    at = over(made, alias)
    return syntax.AggregateCall(made.function, made.operand, name(alias), at)


def aggregates(*calls: syntax.AggregateCall) -> tuple[syntax.AggregateCall, ...]:
    """`count(), max(id)`."""
    return calls


def where(word: Token, inner: syntax.Expr) -> syntax.Where:
    """`where FILTER`."""
    return syntax.Where(inner, over(word, inner))


def select(word: Token, given: Keys) -> syntax.Select:
    """`select a, b as c`."""
    return syntax.Select(given, over(word, given[-1]))


def count(word: Token, by: Keys = ()) -> syntax.Count:
    """`count by k`."""
    return syntax.Count(by, over(word, by[-1] if by else word))


def stats(
    word: Token, calls: tuple[syntax.AggregateCall, ...], by: Keys = ()
) -> syntax.Stats:
    """`stats count(), max(id) by k`."""
    return syntax.Stats(calls, by, over(word, by[-1] if by else calls[-1]))


def top(word: Token, number: Number, given: Keys) -> syntax.Top:
    """`top 10 k`."""
    return syntax.Top(number, given, over(word, given[-1]))


def distinct(word: Token, given: Keys) -> syntax.Distinct:
    """`distinct k, l`."""
    return syntax.Distinct(given, over(word, given[-1]))


def timeline(word: Token, *parts: syntax.Duration | Keys) -> syntax.Timeline:
    """`timeline 1d by k`."""
    step: syntax.Duration | None = None
    by: Keys = ()
    for part in parts:
        if isinstance(part, syntax.Duration):
            step = part
        else:
            by = part
    return syntax.Timeline(step, by, over(word, by[-1] if by else step or word))


def stage_order(word: Token, *given: syntax.OrderKey) -> syntax.OrderBy:
    """`order by k`."""
    return syntax.OrderBy(given, over(word, given[-1]))


def stage_limit(word: Token, number: Number) -> syntax.LimitTo:
    """`limit 5`."""
    return syntax.LimitTo(number, over(word, number))

"""As much of a filter as DuckDB can check: it lets pass what matches, and maybe more.

In: a filter. Out: a condition and its parameters. Text is compared without regard to
case only where both sides are ASCII: any other text passes, and is looked at by those
who know all letters. `not` is only put before what is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from typing import assert_never

from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.catalog.like import Wild, parse_like
from auditql.catalog.operators import TextOperator
from auditql.catalog.patterns import scalar
from auditql.catalog.text import fold
from auditql.language import query
from auditql.providers.lake.contents import Contents
from auditql.providers.lake.table import ALTERED

_EARLIEST_S, _LATEST_S = -9_000_000_000_000, 9_000_000_000_000
"""Times that DuckDB surely has, in seconds; the log's lie far within."""

_TIMESTAMP = "make_timestamp(CAST(? AS BIGINT))"


@form
class Sql:
    """A condition, true, false or NULL; NULL counts as false.

    Attributes:
        text: of the condition, in parentheses where it needs them.
        values: of its placeholders, in order.
        is_exact: it holds for no record that does not match.
    """

    text: str
    values: tuple[object, ...] = ()
    is_exact: bool = True


_ALL = Sql("true")
_ANYTHING = Sql("true", is_exact=False)


def pushed(filter_: query.Filter, contents: Contents) -> Sql:
    """The condition that every match fulfils."""
    match filter_:
        case query.And(terms):
            return _joined([pushed(term, contents) for term in terms], " AND ", "true")
        case query.Or(terms):
            return _joined([pushed(term, contents) for term in terms], " OR ", "false")
        case query.Not(term):
            inner = pushed(term, contents)
            if not inner.is_exact:
                return _ANYTHING
            return Sql(f"(NOT coalesce({inner.text}, false))", inner.values)
        case query.Search(text):
            names = [f.name for f in SEARCHED if f.name in contents.columns]
            looks = [_folded("contains", name, text) for name in names]
            return _kept(_joined(looks, " OR ", "false"), names, contents)
        case query.Missing(query.Column(name)) if _is_stored(name, contents):
            return Sql(f"({name} IS NULL)")
        case query.Missing():
            return _ANYTHING
        case _:
            return _on_column(filter_, contents)


def _on_column(
    test: query.OneOf
    | query.Compare
    | query.Between
    | query.InRange
    | query.InNetworks
    | query.TextMatch,
    contents: Contents,
) -> Sql:
    """The condition of a test of one column; anything for a function of it."""
    operand = test.operand
    if not isinstance(operand, query.Column) or not _is_stored(operand.name, contents):
        return _ANYTHING
    if operand.kind in (Kind.INTEGER, Kind.TIME):
        return _of_number(test, operand.name)
    return _kept(_of_text(test, operand), (operand.name,), contents)


def _of_number(test: query.Test, name: str) -> Sql:
    match test:
        case query.OneOf(_, values):
            return Sql(f"({name} IN ({_places(values)}))", values)
        case query.Compare(_, op, value):
            return Sql(f"({name} {op.value} ?)", (value,))
        case query.Between(_, low, high):
            return Sql(f"({name} BETWEEN ? AND ?)", (low, high))
        case query.InRange(_, start, end):
            bounds = [(">=", start), ("<", end)]
            parts = [
                Sql(f"({name} {sign} {_TIMESTAMP})", (_microseconds(second),))
                for sign, second in bounds
                if second is not None
            ]
            return _joined(parts, " AND ", "true")
        case _:
            return _ANYTHING


def _microseconds(second: int) -> int:
    return max(_EARLIEST_S, min(second, _LATEST_S)) * 1_000_000


def _of_text(test: query.Test, operand: query.Column) -> Sql:
    name = operand.name
    match test:
        case query.OneOf(_, values) if operand.folds_case:
            texts = [value for value in values if isinstance(value, str)]
            wanted = tuple(text for text in texts if text.isascii())
            equal = f"lower({name}) IN ({_places(wanted)})" if wanted else "false"
            return Sql(f"({equal} OR {_not_ascii(name)})", wanted, is_exact=False)
        case query.OneOf(_, values):
            texts = [str(value) for value in values if _has_one_spelling(value)]
            if len(texts) < len(values) or not all(map(_is_utf8, texts)):
                return _ANYTHING
            return Sql(f"({name} IN ({_places(texts)}))", tuple(texts))
        case query.TextMatch(_, op, value):
            return _of_match(op, name, value)
        case _:
            return _ANYTHING


def _of_match(op: TextOperator, name: str, value: str) -> Sql:
    match op:
        case TextOperator.CONTAINS:
            return _folded("contains", name, value)
        case TextOperator.STARTS_WITH:
            return _folded("starts_with", name, value)
        case TextOperator.ENDS_WITH:
            return _folded("ends_with", name, value)
        case TextOperator.LIKE:
            piece = _longest(value)
            if not piece or not _is_utf8(piece):
                return _ANYTHING
            return Sql(f"contains({name}, ?)", (piece,), is_exact=False)
        case TextOperator.ILIKE:
            piece = _longest(value)
            return _folded("contains", name, piece) if piece else _ANYTHING
        case TextOperator.MATCHES:
            return Sql(f"regexp_matches({name}, ?)", (scalar(value),))
        case TextOperator.IMATCHES:
            return Sql(f"regexp_matches({name}, ?)", (f"(?i){scalar(value)}",))
        case _:
            assert_never(op)


def _longest(pattern: str) -> str:
    """The longest text that stands in every match of a LIKE pattern."""
    parts = [part for part in parse_like(pattern) if not isinstance(part, Wild)]
    return max(parts, key=len, default="")


def _folded(function: str, name: str, text: str) -> Sql:
    """A test of ASCII without regard to case; any other text passes."""
    piece = fold(text)
    if not piece.isascii():  # it stands in no text of ASCII
        return Sql(_not_ascii(name), is_exact=False)
    test = f"({function}(lower({name}), ?) OR {_not_ascii(name)})"
    return Sql(test, (piece,), is_exact=False)


def _not_ascii(name: str) -> str:
    return f"strlen({name}) <> length({name})"


def _kept(sql: Sql, names: Sequence[str], contents: Contents) -> Sql:
    """The condition of texts; rows whose text is another in the record pass."""
    if contents.altered.isdisjoint(names):
        return sql
    return replace(sql, text=f"({sql.text} OR {ALTERED})", is_exact=False)


def _is_stored(name: str, contents: Contents) -> bool:
    return name in contents.columns and BY_NAME[name].derived_from is None


def _has_one_spelling(value: object) -> bool:
    return isinstance(value, str | IPv4Address)


def _is_utf8(text: str) -> bool:
    return scalar(text) == text


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _joined(parts: Sequence[Sql], sign: str, none: str) -> Sql:
    if not parts:
        return Sql(none)
    return Sql(
        f"({sign.join(part.text for part in parts)})",
        tuple(value for part in parts for value in part.values),
        all(part.is_exact for part in parts),
    )

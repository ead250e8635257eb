"""Tests of numbers and times as SQL.

In: an expression of SQL and a test of its value. Out: a piece, or None where it
cannot be said exactly. A time is whole seconds since 1970 UTC.
"""

import json
from collections.abc import Sequence

from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.language import query
from auditql.providers.mirror.sql.pieces import NEVER, Param, Piece

SHIFT_S = 102_739 * 604_800
"""Whole weeks, more than 1,969 years: every time of a record is positive with it."""

TIME = "record.created_s"
INTEGERS = {"id": False, "actor_id": True, "source_id": True}
"""Fields that stand in a column of their own: whether they can be missing."""

_DAY_S = 86_400
UTC_PARTS = {
    "hour": f"({TIME} + {SHIFT_S}) % {_DAY_S} / 3600",
    # 1970-01-01 was a Thursday; so is every seventh day before it.
    "weekday": f"(({TIME} + {SHIFT_S}) / {_DAY_S} + 3) % 7",
}
"""Functions of a time that are arithmetic where the clock is that of UTC."""

_FEW = 50
"""Values that stand in the text one by one; more are one list."""


def number_test(expression: str, node: query.Test, *, nullable: bool) -> Piece | None:
    """A test of a number.

    Args:
        expression: of SQL; NULL is missing.
        node: the test; its operand is not looked at.
        nullable: the expression may be NULL.
    """
    match node:
        case query.Missing():
            return Piece(f"({expression} IS NULL)") if nullable else NEVER
        case query.OneOf(_, values):
            numbers = _numbers(values)
            return None if numbers is None else one_of(expression, numbers)
        case query.Compare(_, op, value):
            return _bounded([(expression, op.value, value)])
        case query.Between(_, low, high):
            return _bounded([(expression, ">=", low), (expression, "<=", high)])
        case query.InRange(_, start, end):
            bounds: list[tuple[str, str, query.Scalar]] = []
            if start is not None:
                bounds.append((expression, ">=", start))
            if end is not None:
                bounds.append((expression, "<", end))
            return _bounded(bounds)
        case _:
            return None


def one_of(expression: str, values: Sequence[int | str]) -> Piece:
    """A test whether the value of an expression is one of these; none is NULL.

    Args:
        expression: of SQL.
        values: numbers of 64 bits, or texts that JSON can hold.
    """
    if len(values) == 1:
        return Piece(f"({expression} = ?)", (values[0],))
    if len(values) <= _FEW:
        marks = ", ".join("?" * len(values))
        return Piece(f"({expression} IN ({marks}))", tuple(values), 2)
    listed = json.dumps(list(values))
    inner = "(SELECT value FROM json_each(?))"
    return Piece(f"({expression} IN {inner})", (listed,), 3)


def _bounded(bounds: Sequence[tuple[str, str, query.Scalar]]) -> Piece | None:
    numbers = _numbers([value for *_, value in bounds])
    if numbers is None or not bounds:
        return None
    texts = [f"{expression} {sign} ?" for expression, sign, _ in bounds]
    params: tuple[Param, ...] = tuple(numbers)
    return Piece(f"({' AND '.join(texts)})", params, len(texts))


def _numbers(values: Sequence[query.Scalar]) -> list[int] | None:
    """The values as numbers of 64 bits; None where one is none."""
    found = [v for v in values if isinstance(v, int) and INT64_MIN <= v <= INT64_MAX]
    return found if len(found) == len(values) else None

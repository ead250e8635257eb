"""A checked filter as a condition of SQL on `record`.

In: a filter and its zone. Out: SQL and what it needs. Whoever passes the filter meets
the condition; where it is exact, whoever meets the condition passes the filter too.
What cannot be said exactly is let through, and under a `not` the other way round.
Nothing is asked of a database here.
"""

from functools import partial
from typing import assert_never

from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.forms import form
from auditql.language import query
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.providers.mirror.schema import TEXTS
from auditql.providers.mirror.sql import numbers
from auditql.providers.mirror.sql.asking import Test, test_of
from auditql.providers.mirror.sql.numbers import INTEGERS, TIME, number_test
from auditql.providers.mirror.sql.pieces import (
    ALWAYS,
    DEEPEST,
    NEVER,
    Called,
    Param,
    Piece,
    all_of,
    any_of,
    negated,
)
from auditql.providers.mirror.sql.words import CALL_COST, TEST, missing, word_test

MOST_PARAMS, MOST_TESTS, MOST_CHARACTERS = 20_000, 200, 400_000
"""Beyond one of these a condition is not said: SQLite's own bounds are near."""


@form
class Sql:
    """A condition on `record`.

    Attributes:
        text: SQL; a test is called as `mirror_test(number, value)`.
        params: for its `?`, in order.
        tests: by their place, what `Called` among the params stand for.
        of_times: places of those that take seconds; all others take a text.
        is_exact: it holds for nothing that does not pass the filter.
    """

    text: str
    params: tuple[Param | Called, ...]
    tests: tuple[Test, ...]
    is_exact: bool
    of_times: frozenset[int] = frozenset()


def where(filter_: query.Filter, zone: str, *, is_lazy: bool = False) -> Sql:
    """The condition of a filter.

    Args:
        filter_: over the fields of a record.
        zone: name of the IANA zone that hours and days are read in.
        is_lazy: texts are tested one by one as records are met, not all at once:
            better where few records are looked at.
    """
    writer = _Writer(zone, is_lazy=is_lazy)
    piece = writer.piece(buckets_to_ranges(filter_, zone), lets_through=True)
    is_too_much = (
        len(piece.params) > MOST_PARAMS
        or len(writer.tests) > MOST_TESTS
        or len(piece.text) > MOST_CHARACTERS
    )
    if is_too_much:
        return Sql("1", (), (), is_exact=False)
    return Sql(
        piece.text,
        piece.params,
        tuple(writer.tests),
        writer.is_exact,
        frozenset(writer.of_times),
    )


class _Writer:
    """Writes the pieces of a filter.

    Attributes:
        tests: what was registered so far.
        of_times: the places of those that take seconds.
        is_exact: nothing was let through so far.
    """

    def __init__(self, zone: str, *, is_lazy: bool) -> None:
        self.tests: list[Test] = []
        self.of_times: set[int] = set()
        self.is_exact = True
        self._zone = zone
        self._is_utc = zone == "UTC"
        self._is_lazy = is_lazy

    def piece(self, node: query.Filter, *, lets_through: bool) -> Piece:
        """The piece of a filter.

        Args:
            node: the filter.
            lets_through: what cannot be said counts as true; else as false.
        """
        said = self._said(node, lets_through=lets_through)
        if said is None or said.depth > DEEPEST:
            self.is_exact = False
            return ALWAYS if lets_through else NEVER
        return said

    def _said(self, node: query.Filter, *, lets_through: bool) -> Piece | None:
        """As `piece`; None for a test that cannot be said."""
        match node:
            case query.And(terms):
                return all_of([self.piece(t, lets_through=lets_through) for t in terms])
            case query.Or(terms):
                return any_of([self.piece(t, lets_through=lets_through) for t in terms])
            case query.Not(term):
                return negated(self.piece(term, lets_through=not lets_through))
            case _:
                return self._test(node)

    def _test(self, node: query.Test) -> Piece | None:
        """The piece of a test; None where it cannot be said exactly."""
        match node:
            case query.Search():
                return any_of([self._word(f.name, node) for f in SEARCHED])
            case query.Missing(operand) | query.OneOf(operand, _):
                return self._of(operand, node)
            case query.Compare(operand, _, _) | query.TextMatch(operand, _, _):
                return self._of(operand, node)
            case query.Between(operand, _, _) | query.InRange(operand, _, _):
                return self._of(operand, node)
            case query.InNetworks(operand, _):
                return self._of(operand, node)
            case _:
                assert_never(node)

    def _of(self, operand: query.Operand, node: query.Test) -> Piece | None:
        column = operand.column if isinstance(operand, query.Apply) else operand
        stored = BY_NAME[column.name].derived_from or column.name
        if stored in TEXTS:
            if isinstance(node, query.Missing):
                return self._missing(stored, column.many, node)
            return self._word(stored, node)
        if stored == "created_at":
            if isinstance(operand, query.Apply):
                return self._of_time(operand, node)
            return number_test(TIME, node, nullable=False)
        if stored in INTEGERS and isinstance(operand, query.Column):
            nullable = INTEGERS[stored]
            return number_test(f"record.{stored}", node, nullable=nullable)
        return None

    def _missing(self, stored: str, many: bool, node: query.Missing) -> Piece:
        if not many and BY_NAME[stored].name == _name(node.operand):
            return missing(stored)
        return any_of([missing(stored), self._word(stored, node)])

    def _word(self, name: str, node: query.Test) -> Piece:
        test = test_of(node, name, self._zone)
        return word_test(name, node, partial(self._call, test), is_lazy=self._is_lazy)

    def _of_time(self, operand: query.Apply, node: query.Test) -> Piece | None:
        part = numbers.UTC_PARTS.get(operand.function)
        if part is not None and self._is_utc:
            return number_test(part, node, nullable=False)
        if isinstance(node, query.Missing):
            return NEVER
        test = test_of(node, "created_at", self._zone)
        called = self._call(test)
        self.of_times.add(called.place)
        return Piece(f"{TEST}(?, {TIME})", (called,), CALL_COST)

    def _call(self, test: Test) -> Called:
        self.tests.append(test)
        return Called(len(self.tests) - 1)


def _name(operand: query.Operand) -> str:
    return operand.column.name if isinstance(operand, query.Apply) else operand.name

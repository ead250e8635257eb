"""Filters as conditions of SQL, two-valued as the language is.

In: a checked filter. Out: a condition that holds for exactly the rows that pass:
where it is NULL, the row does not. `not` turns NULL into false first, so that it is
the exact opposite.
"""

from collections.abc import Callable, Sequence
from typing import assert_never

from sqlglot import exp

from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.catalog.networks import Address
from auditql.catalog.operators import TextOperator
from auditql.diagnostics.model import Span
from auditql.language import query
from auditql.language.query import Apply, Column, Filter, Operand, Order
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.providers.warehouse.folding import folding_of_whole
from auditql.providers.warehouse.nodes import (
    Node,
    between,
    binary,
    every,
    is_null,
    not_null,
    one_of,
    opposite,
    some,
)
from auditql.providers.warehouse.operands import Operands, Scope
from auditql.providers.warehouse.refusals import Refusals, Refused
from auditql.providers.warehouse.texts import TextTests
from auditql.providers.warehouse.times import literal

_ORDERS: dict[Order, type[exp.Binary]] = {
    Order.LT: exp.LT,
    Order.LE: exp.LTE,
    Order.GT: exp.GT,
    Order.GE: exp.GTE,
}


@form
class Condition:
    """A condition, and whether it may be NULL, which is as good as false."""

    node: Node
    nullable: bool


class Filters:
    """Makes conditions of filters."""

    def __init__(self, operands: Operands, refusals: Refusals) -> None:
        """Take what all filters of a statement share."""
        self._operands = operands
        self._refusals = refusals
        self._texts = TextTests(operands.functions, operands.bindings)

    def condition(
        self, filter_: Filter, scope: Scope, searched: Sequence[Column]
    ) -> Node:
        """The condition of a filter.

        Args:
            filter_: over the columns of the scope.
            scope: gives them.
            searched: those that a text alone looks into.
        """
        plain = buckets_to_ranges(filter_, self._operands.zone)
        return self._condition(plain, scope, searched).node

    def _condition(
        self, filter_: Filter, scope: Scope, searched: Sequence[Column]
    ) -> Condition:
        match filter_:
            case query.And(terms):
                made = [self._condition(t, scope, searched) for t in terms]
                return Condition(every([c.node for c in made]), _any_null(made))
            case query.Or(terms):
                made = [self._condition(t, scope, searched) for t in terms]
                return Condition(some([c.node for c in made]), _any_null(made))
            case query.Not(query.Missing(operand, span)):
                return self._told(
                    lambda: self._missing(operand, scope, negated=True), span
                )
            case query.Not(term):
                inner = self._condition(term, scope, searched)
                return Condition(opposite(inner.node, nullable=inner.nullable), False)
            case _:
                return self._told(
                    lambda: self._test(filter_, scope, searched), filter_.span
                )

    def _told(self, make: Callable[[], Condition], span: Span | None) -> Condition:
        """What is made; a refusal is kept, and the making goes on."""
        try:
            return make()
        except Refused as refused:
            self._refusals.add(refused, span)
            return Condition(exp.false(), False)

    def _missing(self, operand: Operand, scope: Scope, *, negated: bool) -> Condition:
        column = operand.column if isinstance(operand, Apply) else operand
        cell = scope.cell(column)
        if not cell.nullable:
            return Condition(exp.true() if negated else exp.false(), False)
        test = not_null if negated else is_null
        return Condition(test(cell.node), False)

    def _test(
        self, test: query.Test, scope: Scope, searched: Sequence[Column]
    ) -> Condition:
        match test:
            case query.Search(text):
                return self._search(text, scope, searched)
            case query.Missing(operand):
                return self._missing(operand, scope, negated=False)
            case query.OneOf():
                return self._one_of(test, scope)
            case query.Compare(operand, op, value):
                node, nullable = self._ordered(operand, scope)
                bound = self._scalar(value)
                return Condition(binary(_ORDERS[op], node, bound), nullable)
            case query.Between(operand, low, high):
                node, nullable = self._ordered(operand, scope)
                made = between(node, self._scalar(low), self._scalar(high))
                return Condition(made, nullable)
            case query.InRange(operand, start, end):
                return self._in_range(operand, start, end, scope)
            case query.InNetworks(operand, networks):
                found = self._operands.value(operand, scope)
                inside = self._operands.addresses.inside(found.node, networks)
                return Condition(inside, found.nullable)
            case query.TextMatch(operand, op, text):
                return self._text_match(operand, op, text, scope)
            case _:
                assert_never(test)

    def _search(self, text: str, scope: Scope, searched: Sequence[Column]) -> Condition:
        looks = [
            self._texts.contains(scope.cell(column).node, text) for column in searched
        ]
        return Condition(some(looks), bool(looks))

    def _one_of(self, test: query.OneOf, scope: Scope) -> Condition:
        operand, values = test.operand, test.values
        value = self._operands.value(operand, scope)
        node = value.node
        if operand.kind is Kind.ADDRESS:
            addresses = [v for v in values if isinstance(v, Address)]
            made = self._operands.addresses.one_of(node, addresses)
            return Condition(made, value.nullable)
        texts = [v for v in values if isinstance(v, str)]
        if isinstance(operand, Column) and operand.folds_case:
            letters = folding_of_whole(texts)
            node = self._operands.functions.replaced(node, letters)
        return Condition(one_of(node, map(self._scalar, values)), value.nullable)

    def _ordered(self, operand: Operand, scope: Scope) -> tuple[Node, bool]:
        """A value that is compared by its order."""
        if isinstance(operand, Column) and operand.folds_case:
            value = self._operands.key(operand, scope)
        else:
            value = self._operands.value(operand, scope)
        if operand.kind.is_text:
            return self._operands.functions.ordered(value.node), value.nullable
        return value.node, value.nullable

    def _in_range(
        self, operand: Operand, start: int | None, end: int | None, scope: Scope
    ) -> Condition:
        value = self._operands.value(operand, scope)
        bounds = [(exp.GTE, start), (exp.LT, end)]
        made = []
        for kind, second in bounds:
            if second is None:
                continue
            raw = scope.cell(operand).raw if isinstance(operand, Column) else None
            typed = None
            if raw is not None:
                typed = literal(second, self._operands.functions, raw[1])
            if raw is None or typed is None:
                number = self._operands.bindings.integer(second)
                made.append(binary(kind, value.node, number))
            else:
                made.append(binary(kind, raw[0], typed))
        return Condition(every(made), value.nullable)

    def _text_match(
        self, operand: Operand, op: TextOperator, text: str, scope: Scope
    ) -> Condition:
        folds = op not in (
            TextOperator.LIKE,
            TextOperator.MATCHES,
            TextOperator.IMATCHES,
        )
        if folds and isinstance(operand, Apply) and operand.function == "lower":
            operand = operand.column  # case is folded anyway
        value = self._operands.value(operand, scope)
        return Condition(self._texts.match(value.node, op, text), value.nullable)

    def _scalar(self, value: query.Scalar) -> Node:
        bindings = self._operands.bindings
        if isinstance(value, str):
            return bindings.text(value)
        if isinstance(value, int):
            return bindings.integer(value)
        raise AssertionError(f"no address is compared so: {value!r}")


def _any_null(made: Sequence[Condition]) -> bool:
    return any(c.nullable for c in made)

"""Filters as written to checked filters.

In: an expression of the syntax tree, the columns there are, a scope. Out: a
checked filter; where something is wrong, a diagnostic in the scope and a
filter that is never used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import assert_never

from auditql.catalog import limits
from auditql.catalog.kinds import Kind
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import query, syntax
from auditql.language.operands import Columns, resolve_operand
from auditql.language.patterns import check_pattern
from auditql.language.scope import MOST_TERMS, Scope
from auditql.language.times import period_of
from auditql.language.values import (
    address,
    at,
    in_range,
    operand_text,
    typed,
    wrong_type,
)

_ORDERS = {
    Comparator.LT: query.Order.LT,
    Comparator.LE: query.Order.LE,
    Comparator.GT: query.Order.GT,
    Comparator.GE: query.Order.GE,
}
_WRONG = query.EVERYTHING  # stands where a diagnostic was noted


def resolve_filter(expr: syntax.Expr, columns: Columns, scope: Scope) -> query.Filter:
    """The checked filter of an expression."""
    match expr:
        case syntax.Or(terms):
            _mixed(expr, scope)
            made = tuple(resolve_filter(t, columns, scope) for t in terms)
            return query.Or(tuple(_flat(made, query.Or)), expr.span)
        case syntax.And(terms):
            made = tuple(resolve_filter(t, columns, scope) for t in terms)
            return query.And(tuple(_flat(made, query.And)), expr.span)
        case syntax.Not(term):
            return query.Not(resolve_filter(term, columns, scope), expr.span)
        case syntax.Search(text):
            scope.terms += 1
            return query.Search(text.value, expr.span)
        case syntax.Reference():
            return _reference(expr, scope)
        case _:
            scope.terms += 1
            operand = resolve_operand(expr.operand, columns, scope)
            return _WRONG if operand is None else _test(expr, operand, scope)


def _flat(terms: Sequence[query.Filter], kind: type) -> Iterator[query.Filter]:
    for term in terms:
        if isinstance(term, kind) and isinstance(term, query.And | query.Or):
            yield from term.terms
        else:
            yield term


def _mixed(expr: syntax.Or, scope: Scope) -> None:
    """Show how `and` and `or` side by side are read."""
    from auditql.language.printer import format_filter

    loose = [t for t in expr.terms if isinstance(t, syntax.And) and not t.parenthesised]
    if not loose:
        return
    shown = " or ".join(
        f"({format_filter(t)})" if isinstance(t, syntax.And) else format_filter(t)
        for t in expr.terms
    )
    scope.warn(
        Code.MIXED_AND_OR,
        "`and` binds tighter than `or`",
        loose[0].span,
        "read as if in parentheses",
        f"read as `{shown if len(shown) <= 300 else shown[:299] + '…'}`",
        fix=Fix(loose[0].span, f"({scope.written(loose[0].span)})"),
    )


def _reference(expr: syntax.Reference, scope: Scope) -> query.Filter:
    found = scope.filters.get(expr.name)
    if found is not None:
        scope.terms += size(found)
        if scope.terms > MOST_TERMS:
            scope.error(
                Code.TOO_MANY_TOKENS,
                f"the names of this text stand for more than {MOST_TERMS:,} tests",
                expr.span,
                "too many from here on",
                "use fewer names in each other",
            )
            return _WRONG
        return found
    if expr.name == scope.defining:
        scope.error(
            Code.RECURSIVE_NAME,
            f"`@{expr.name}` is defined by itself",
            expr.span,
            "its own name",
            "use only names defined before",
        )
        return _WRONG
    meant = nearest(expr.name, scope.filters)
    scope.error(
        Code.UNKNOWN_NAME,
        f"there is no filter `@{expr.name}`",
        expr.span,
        "not defined before this",
        f"did you mean `@{meant[0]}`?"
        if meant
        else f"`let @{expr.name} = …;` defines it",
        fix=Fix(expr.span, f"@{meant[0]}") if meant else None,
    )
    return _WRONG


def size(filter_: query.Filter) -> int:
    """The number of tests of a filter."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            return sum(map(size, terms))
        case query.Not(term):
            return size(term)
        case _:
            return 1


def depth(filter_: query.Filter) -> int:
    """How deep a filter is nested; 1 for a single test."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            return 1 + max(map(depth, terms), default=0)
        case query.Not(term):
            return 1 + depth(term)
        case _:
            return 1


def _test(test: syntax.Test, operand: query.Operand, scope: Scope) -> query.Filter:
    match test:
        case syntax.Comparison():
            return _comparison(test, operand, scope)
        case syntax.In(_, items, negated):
            made = _in(items, operand, test.span, scope)
            return _negated(made, negated, test.span)
        case syntax.InOne(_, value, negated):
            return _negated(_in_one(test, value, operand, scope), negated, test.span)
        case syntax.Between(_, _, _, negated):
            return _negated(_between(test, operand, scope), negated, test.span)
        case syntax.TextTest(_, _, _, negated):
            return _negated(_text_test(test, operand, scope), negated, test.span)
        case syntax.IsNull(_, negated):
            return _negated(query.Missing(operand, test.span), negated, test.span)
        case syntax.Search() | syntax.Reference():
            raise AssertionError("these have no operand")
        case _:
            assert_never(test)


def _negated(made: query.Filter, negated: bool, span: Span) -> query.Filter:
    return query.Not(made, span) if negated else made


def _not_for(operand: query.Operand, op: str, span: Span, scope: Scope) -> query.Filter:
    """Say that an operator is not for the operand's kind, and what is."""
    name = operand_text(operand)
    instead = {
        Kind.ADDRESS: f"write `{name} in 10.0.0.0/8`, or search with a quoted text",
        Kind.TIME: f"write `{name} in 2026-02`, or `>=`, `<`, `between`",
        Kind.INTEGER: f"write `{name} = 42`, `in (…)`, `<` or `between`",
        Kind.WEEKDAY: f"write `{name} in (sat, sun)`",
    }
    scope.error(
        Code.WRONG_OPERATOR,
        f"`{op}` is not for {operand.kind.value} fields such as `{name}`",
        span,
        f"`{name}` is {operand.kind.value}",
        instead.get(operand.kind),
    )
    return _WRONG


def _comparison(
    test: syntax.Comparison, operand: query.Operand, scope: Scope
) -> query.Filter:
    op = test.op
    if operand.kind is Kind.TIME:
        period = period_of(test.value, operand, scope)
        if period is None:
            return _WRONG
        start, end = period.start, period.end
        ranges = {
            Comparator.EQ: (start, end),
            Comparator.NE: (start, end),
            Comparator.LT: (None, start),
            Comparator.LE: (None, end),
            Comparator.GT: (end, None),
            Comparator.GE: (start, None),
        }
        made = query.InRange(operand, *ranges[op], span=test.span)
        return _negated(made, op is Comparator.NE, test.span)
    if op in _ORDERS and not operand.kind.is_ordered:
        return _not_for(operand, op.value, test.op_span, scope)
    if isinstance(test.value, syntax.Address) and _is_network(test.value, operand):
        return _equals_network(test, operand, scope)
    value = typed(test.value, operand, scope)
    if value is None:
        return _WRONG
    if op in _ORDERS:
        return query.Compare(operand, _ORDERS[op], value, test.span)
    made_one = query.OneOf(operand, (value,), test.span)
    return _negated(made_one, op is Comparator.NE, test.span)


def _is_network(value: syntax.Address, operand: query.Operand) -> bool:
    return operand.kind is Kind.ADDRESS and "/" in value.text


def _equals_network(
    test: syntax.Comparison, operand: query.Operand, scope: Scope
) -> query.Filter:
    word = "not in" if test.op is Comparator.NE else "in"
    if address(test.value, operand, scope) is not None:
        scope.error(
            Code.WRONG_OPERATOR,
            "a network holds addresses and equals none",
            test.op_span,
            f"`{word}` is meant",
            f"write `{operand_text(operand)} {word} {scope.written(test.value.span)}`",
            fix=Fix(test.op_span, word),
        )
    return _WRONG


def _in_one(
    test: syntax.InOne, value: syntax.Value, operand: query.Operand, scope: Scope
) -> query.Filter:
    if isinstance(value, syntax.Parameter):
        bound = scope.bound(value)
        if bound is None:
            return _WRONG
        items = bound if isinstance(bound, tuple) else as_items(bound)
        return _in(tuple(at(i, value.span) for i in items), operand, test.span, scope)
    if operand.kind is Kind.TIME:
        period = period_of(value, operand, scope, years=True)
        if period is None:
            return _WRONG
        return query.InRange(operand, period.start, period.end, test.span)
    if scope.written(test.op_span).lower().endswith("during"):
        return _not_for(operand, "during", test.op_span, scope)
    if operand.kind is Kind.ADDRESS:
        found = address(value, operand, scope)
        if found is None:
            return _WRONG
        if hasattr(found, "prefixlen"):
            return query.InNetworks(operand, (ip_network(found),), test.span)
    written = scope.written(value.span)
    scope.error(
        Code.NOT_A_LIST,
        "`in` takes a list",
        value.span,
        "one value",
        f"write `({written})`, or `=`",
        fix=Fix(value.span, f"({written})"),
    )
    return _WRONG


def as_items(value: syntax.Value) -> tuple[syntax.Item, ...]:
    """One value as the list that holds it."""
    if isinstance(value, syntax.Integer):
        piece = ((value.span.start, str(value.value)),)
        return (syntax.IntegerRun((value.value,), syntax.RunSpans(piece), value.span),)
    return (value,)


def _in(
    items: Sequence[syntax.Item], operand: query.Operand, span: Span, scope: Scope
) -> query.Filter:
    flat = tuple(_bound_items(items, scope))
    count = sum(len(i.values) if isinstance(i, syntax.IntegerRun) else 1 for i in flat)
    if count > limits.LIST_VALUES:
        scope.error(
            Code.LIST_TOO_LONG,
            f"a list has at most {limits.LIST_VALUES:,} values; this one has {count:,}",
            span,
            "too long",
            "ask in several queries",
        )
        return _WRONG
    if operand.kind is Kind.TIME:
        return _in_periods(flat, operand, span, scope)
    if operand.kind is Kind.ADDRESS:
        return _in_addresses(flat, operand, span, scope)
    values: list[query.Scalar] = []
    for item in flat:
        if isinstance(item, syntax.IntegerRun):
            values += _run(item, operand, scope)
        else:
            one = typed(item, operand, scope)
            values += () if one is None else (one,)
    distinct = tuple(dict.fromkeys(values))
    return query.OneOf(operand, distinct, span) if distinct else _WRONG


def _bound_items(items: Sequence[syntax.Item], scope: Scope) -> Iterator[syntax.Item]:
    """The items with parameters put in, lists among them flattened."""
    for item in items:
        if not isinstance(item, syntax.Parameter):
            yield item
            continue
        bound = scope.bound(item)
        if bound is not None:
            inner = bound if isinstance(bound, tuple) else as_items(bound)
            for one in inner:
                yield at(one, item.span)


def _run(
    run: syntax.IntegerRun, operand: query.Operand, scope: Scope
) -> tuple[int, ...]:
    """The integers of a run; its places are found only where one is wrong."""
    if operand.kind is not Kind.INTEGER:
        wrong_type(syntax.Integer(run.values[0], _place(run, 0)), operand, scope)
        return ()
    if min(run.values) >= limits.INT64_MIN and max(run.values) <= limits.INT64_MAX:
        return run.values
    return tuple(
        number
        for index, number in enumerate(run.values)
        if in_range(number, _place(run, index), scope) is not None
    )


def _place(run: syntax.IntegerRun, index: int) -> Span:
    try:
        found = run.spans.of(index)
    except IndexError:
        return run.span
    inside = run.span.start <= found.start and found.end <= run.span.end
    return found if inside else run.span


def _in_periods(
    items: Sequence[syntax.Item], operand: query.Operand, span: Span, scope: Scope
) -> query.Filter:
    ranges: list[query.Filter] = []
    for item in items:
        values: list[syntax.Value] = (
            [
                syntax.Integer(number, _place(item, index))
                for index, number in enumerate(item.values)
            ]
            if isinstance(item, syntax.IntegerRun)
            else [item]
        )
        for value in values:
            period = period_of(value, operand, scope, years=True)
            if period is not None:
                made = query.InRange(operand, period.start, period.end, span)
                ranges += () if made in ranges else (made,)
    if not ranges:
        return _WRONG
    return ranges[0] if len(ranges) == 1 else query.Or(tuple(ranges), span)


def _in_addresses(
    items: Sequence[syntax.Item], operand: query.Operand, span: Span, scope: Scope
) -> query.Filter:
    found = []
    for item in items:
        if isinstance(item, syntax.IntegerRun):
            wrong_type(syntax.Integer(item.values[0], _place(item, 0)), operand, scope)
            continue
        one = address(item, operand, scope)
        if one is not None:
            found.append(one)
    if not found:
        return _WRONG
    if any(hasattr(one, "prefixlen") for one in found):
        networks = tuple(dict.fromkeys(ip_network(one) for one in found))
        return query.InNetworks(operand, networks, span)
    plain = tuple(dict.fromkeys(one for one in found if not hasattr(one, "prefixlen")))
    return query.OneOf(operand, plain, span)


def _between(
    test: syntax.Between, operand: query.Operand, scope: Scope
) -> query.Filter:
    if operand.kind is Kind.TIME:
        low = period_of(test.low, operand, scope)
        high = period_of(test.high, operand, scope)
        if low is None or high is None:
            return _WRONG
        if low.start >= high.end:
            _reversed(test, scope)
        return query.InRange(operand, low.start, high.end, test.span)
    if not operand.kind.is_ordered:
        return _not_for(operand, "between", test.op_span, scope)
    first = typed(test.low, operand, scope)
    second = typed(test.high, operand, scope)
    if first is None or second is None:
        return _WRONG
    if (isinstance(first, int) and isinstance(second, int) and first > second) or (
        isinstance(first, str) and isinstance(second, str) and first > second
    ):
        _reversed(test, scope)
    return query.Between(operand, first, second, test.span)


def _reversed(test: syntax.Between, scope: Scope) -> None:
    low, high = scope.written(test.low.span), scope.written(test.high.span)
    both = Span(test.low.span.start, test.high.span.end)
    scope.warn(
        Code.REVERSED_RANGE,
        "the range ends before it begins, so nothing lies inside",
        both,
        "reversed",
        f"write `between {high} and {low}`",
        fix=Fix(both, f"{high} and {low}"),
    )


def _text_test(
    test: syntax.TextTest, operand: query.Operand, scope: Scope
) -> query.Filter:
    if not operand.kind.is_text:
        return _not_for(operand, test.op.value, test.op_span, scope)
    unfolded = (
        replace(operand, folds_case=False)
        if isinstance(operand, query.Column)
        else operand
    )
    value = typed(test.value, unfolded, scope)
    if value is None:
        return _WRONG
    assert isinstance(value, str)
    if test.op in (TextOperator.LIKE, TextOperator.ILIKE):
        if "%" not in value and "_" not in value:
            scope.warn(
                Code.NO_WILDCARD,
                f"`{test.op.value}` without `%` or `_` matches the whole text only",
                test.value.span,
                "no wildcard",
                "write '%…%' for a part of the text, or use `contains`",
            )
    elif test.op in (TextOperator.MATCHES, TextOperator.IMATCHES):
        if not check_pattern(value, test.value, scope):
            return _WRONG
    return query.TextMatch(unfolded, test.op, value, test.span)

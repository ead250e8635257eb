"""Tests of one operand, checked: comparisons, ranges, text.

In: a test of the syntax tree and its operand. Out: a checked test, or a
diagnostic in the scope and WRONG. Membership is checked elsewhere.
"""

from dataclasses import replace
from typing import assert_never

from auditql.catalog.kinds import Kind
from auditql.catalog.like import has_wildcard
from auditql.catalog.operators import Comparator, TextOperator
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.language import query, syntax
from auditql.language.addresses import address
from auditql.language.membership import WRONG, is_in, is_in_one, not_for
from auditql.language.mending import apart, quoted
from auditql.language.misread import like_pattern, warn_of_text, warn_of_wildcard
from auditql.language.patterns import check_pattern
from auditql.language.scope import Scope
from auditql.language.times import is_year, period_of, warn_of_second
from auditql.language.values import typed
from auditql.language.wrong_kind import operand_text, refuse_list

_ORDERS = {
    Comparator.LT: query.Order.LT,
    Comparator.LE: query.Order.LE,
    Comparator.GT: query.Order.GT,
    Comparator.GE: query.Order.GE,
}


def resolve_test(
    test: syntax.Test, operand: query.Operand, scope: Scope
) -> query.Filter:
    """The checked test of an operand that is known."""
    if not isinstance(test, syntax.IsNull) and refuse_list(
        operand, "compared", test.span, scope
    ):
        return WRONG
    match test:
        case syntax.Comparison():
            return _comparison(test, operand, scope)
        case syntax.In(_, items, negated):
            made = is_in(items, operand, test.span, scope)
            return _negated(made, negated, test.span)
        case syntax.InOne(_, value, negated):
            return _negated(is_in_one(test, value, operand, scope), negated, test.span)
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
    return query.Not(made, span) if negated and made is not WRONG else made


def _comparison(
    test: syntax.Comparison, operand: query.Operand, scope: Scope
) -> query.Filter:
    op = test.op
    if operand.kind is Kind.TIME:
        if isinstance(test.value, syntax.Integer) and is_year(test.value.value):
            return _year(test, test.value.value, operand, scope)
        period = period_of(test.value, operand, scope)
        if period is None:
            return WRONG
        if op in (Comparator.EQ, Comparator.NE):
            warn_of_second(test.value, operand, test.op_span, scope)
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
        return not_for(operand, op.value, test.op_span, scope)
    if isinstance(test.value, syntax.Address) and _is_network(test.value, operand):
        return _equals_network(test, operand, scope)
    value = typed(test.value, operand, scope)
    if value is None:
        return WRONG
    if op in _ORDERS:
        return query.Compare(operand, _ORDERS[op], value, test.span)
    if isinstance(value, str):
        warn_of_text(test.value, value, operand, scope)
        warn_of_wildcard(test, value, operand, scope)
    made_one = query.OneOf(operand, (value,), test.span)
    return _negated(made_one, op is Comparator.NE, test.span)


_ROUND = ("hour", "weekday")
"""Functions whose numbers begin again: 22 to 6 is a night."""

_WHOLE_YEARS = {
    Comparator.EQ: "in {}",
    Comparator.NE: "not in {}",
    Comparator.LT: "< {}-01",
    Comparator.LE: "<= {}-12",
    Comparator.GT: "> {}-12",
    Comparator.GE: ">= {}-01",
}
"""What a comparison with a year means, in words that say it of its months."""


def _year(
    test: syntax.Comparison, number: int, operand: query.Operand, scope: Scope
) -> query.Filter:
    """Say how a comparison with a whole year is written."""
    instead = _WHOLE_YEARS[test.op].format(number)
    span = Span(test.op_span.start, test.value.span.end)
    scope.error(
        Code.WRONG_TYPE,
        "a year stands behind `in` or `during` only",
        test.value.span,
        "a number, no time",
        f"write `{operand_text(operand)} {instead}`",
        fix=Fix(span, apart(instead, span, scope.text)),
    )
    return WRONG


def _years(test: syntax.Between, operand: query.Operand, scope: Scope) -> bool:
    """Say how a range from or to a whole year is written; False where there is none."""
    ends = []
    for value, month in ((test.low, "01"), (test.high, "12")):
        if isinstance(value, syntax.Integer) and is_year(value.value):
            ends.append((value.span, f"{value.value}-{month}"))
    if not ends:
        return False
    span = ends[0][0].to(ends[-1][0])
    instead = " and ".join(written for _, written in ends)
    scope.error(
        Code.WRONG_TYPE,
        "a year stands behind `in` or `during` only",
        span,
        "numbers, no times" if len(ends) > 1 else "a number, no time",
        f"write `{instead}`",
        fix=Fix(span, instead),
    )
    return True


def _is_network(value: syntax.Address, operand: query.Operand) -> bool:
    return operand.kind is Kind.ADDRESS and "/" in value.text


def _equals_network(
    test: syntax.Comparison, operand: query.Operand, scope: Scope
) -> query.Filter:
    word = "not in" if test.op is Comparator.NE else "in"
    network = address(test.value, operand, scope)
    written = scope.written(test.value.span)
    scope.error(
        Code.WRONG_OPERATOR,
        "a network holds addresses and equals none",
        test.op_span,
        f"`{word}` is meant",
        f"write `{word}`"
        if network is None
        else f"write `{operand_text(operand)} {word} {written}`",
        fix=Fix(test.op_span, apart(word, test.op_span, scope.text)),
    )
    return WRONG


def _between(
    test: syntax.Between, operand: query.Operand, scope: Scope
) -> query.Filter:
    if operand.kind is Kind.TIME:
        if _years(test, operand, scope):
            return WRONG
        low = period_of(test.low, operand, scope)
        high = period_of(test.high, operand, scope)
        if low is None or high is None:
            return WRONG
        if low.start >= high.end:
            _reversed(test, operand, scope)
        return query.InRange(operand, low.start, high.end, test.span)
    if not operand.kind.is_ordered:
        return not_for(operand, "between", test.op_span, scope)
    first = typed(test.low, operand, scope)
    second = typed(test.high, operand, scope)
    if first is None or second is None:
        return WRONG
    if (isinstance(first, int) and isinstance(second, int) and first > second) or (
        isinstance(first, str) and isinstance(second, str) and first > second
    ):
        _reversed(test, operand, scope)
    return query.Between(operand, first, second, test.span)


def _reversed(test: syntax.Between, operand: query.Operand, scope: Scope) -> None:
    low, high = scope.written(test.low.span), scope.written(test.high.span)
    both = Span(test.low.span.start, test.high.span.end)
    if isinstance(test.low, syntax.Parameter) or isinstance(
        test.high, syntax.Parameter
    ):
        _reversed_values(test, operand, both, scope)
        return
    if isinstance(operand, query.Apply) and operand.function in _ROUND:
        name = operand_text(operand)
        around = f"({name} >= {low} or {name} <= {high})"
        instead = f"not {around}" if test.negated else around
        scope.warn(
            Code.REVERSED_RANGE,
            "the range ends before it begins, so nothing lies inside",
            both,
            "reversed",
            f"write `{instead}`",
            fix=Fix(test.span, instead),
        )
        return
    scope.warn(
        Code.REVERSED_RANGE,
        "the range ends before it begins, so nothing lies inside",
        both,
        "reversed",
        f"write `between {high} and {low}`",
        fix=Fix(both, f"{high} and {low}"),
    )


def _reversed_values(
    test: syntax.Between, operand: query.Operand, both: Span, scope: Scope
) -> None:
    """Say of which values a range is, where the text alone is not at fault."""
    low, high = (f"`{scope.stands_for(end)}`" for end in (test.low, test.high))
    first, last = "lower", "higher"
    if operand.kind is Kind.TIME:
        first, last = "earlier", "later"
    match test.low, test.high:
        case syntax.Parameter(name), syntax.Parameter(other):
            help_ = f"give `{name}` the {first} value and `{other}` the {last}"
        case syntax.Parameter(name), _:
            help_ = f"give `{name}` a value {first} than {high}"
        case _, syntax.Parameter(name):
            help_ = f"give `{name}` a value {last} than {low}"
        case _:
            raise AssertionError("neither end is a parameter")
    scope.warn(
        Code.REVERSED_RANGE,
        "the range ends before it begins, so nothing lies inside",
        both,
        f"from {low} to {high}",
        help_,
    )


def _text_test(
    test: syntax.TextTest, operand: query.Operand, scope: Scope
) -> query.Filter:
    if not operand.kind.is_text:
        return not_for(operand, test.op.value, test.op_span, scope)
    unfolded = (
        replace(operand, folds_case=False)
        if isinstance(operand, query.Column)
        else operand
    )
    value = typed(test.value, unfolded, scope)
    if value is None:
        return WRONG
    assert isinstance(value, str)
    is_like = test.op in (TextOperator.LIKE, TextOperator.ILIKE)
    if is_like and not has_wildcard(value):
        scope.warn(
            Code.NO_WILDCARD,
            f"`{test.op.value}` without `%` or `_` matches the whole text only",
            test.value.span,
            "no wildcard",
            f"write {quoted(like_pattern(value))}"
            if "*" in value
            else "write '%…%' for a part of the text, or use `contains`",
        )
    is_pattern = test.op in (TextOperator.MATCHES, TextOperator.IMATCHES)
    if is_pattern and not check_pattern(value, test.value, scope):
        return WRONG
    return query.TextMatch(unfolded, test.op, value, test.span)

"""Membership, checked: lists, networks, periods, lists that parameters stand for.

In: what stands behind `in` or `during`, and the operand. Out: a checked test,
or a diagnostic in the scope and WRONG.
"""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

from auditql.catalog import limits
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.language import query, syntax
from auditql.language.addresses import address
from auditql.language.misread import warn_of_text
from auditql.language.scope import Scope
from auditql.language.times import period_of, warn_of_second
from auditql.language.values import at, in_range, typed
from auditql.language.wrong_kind import KIND_WORDS, operand_text, wrong_type

WRONG = query.EVERYTHING
"""What stands where a diagnostic was noted; never used."""


def not_for(operand: query.Operand, op: str, span: Span, scope: Scope) -> query.Filter:
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
        f"`{name}` is {KIND_WORDS[operand.kind]}",
        instead.get(operand.kind),
    )
    return WRONG


def is_in_one(
    test: syntax.InOne, value: syntax.Value, operand: query.Operand, scope: Scope
) -> query.Filter:
    """Membership in what one value means: a network, a period, a bound list."""
    if isinstance(value, syntax.Parameter):
        bound = scope.bound(value, operand.kind, takes_list=True)
        if bound is None:
            return WRONG
        items = bound if isinstance(bound, tuple) else as_items(bound)
        return is_in(tuple(at(i, value.span) for i in items), operand, test.span, scope)
    if operand.kind is Kind.TIME:
        period = period_of(value, operand, scope, years=True)
        if period is None:
            return WRONG
        warn_of_second(value, operand, test.op_span, scope)
        return query.InRange(operand, period.start, period.end, test.span)
    if scope.written(test.op_span).lower().endswith("during"):
        return not_for(operand, "during", test.op_span, scope)
    if operand.kind is Kind.ADDRESS:
        found = address(value, operand, scope)
        if found is None:
            return WRONG
        if hasattr(found, "prefixlen"):
            return query.InNetworks(operand, (ip_network(found),), test.span)
    elif typed(value, operand, scope) is None:
        return WRONG  # the list of it would be wrong as well
    written = scope.written(value.span)
    scope.error(
        Code.NOT_A_LIST,
        "`in` takes a list",
        value.span,
        "one value",
        f"write `({written})`, or `=`",
        fix=Fix(value.span, f"({written})"),
    )
    return WRONG


def as_items(value: syntax.Value) -> tuple[syntax.Item, ...]:
    """One value as the list that holds it."""
    return (
        (syntax.run_of_one(value),) if isinstance(value, syntax.Integer) else (value,)
    )


def is_in(
    items: Sequence[syntax.Item], operand: query.Operand, span: Span, scope: Scope
) -> query.Filter:
    """Membership in a list, parameters in it put in and flattened."""
    before = len(scope.diagnostics)
    flat = tuple(_bound_items(items, operand.kind, scope))
    if not flat and len(scope.diagnostics) == before:
        scope.error(
            Code.EMPTY_LIST,
            "the list is empty",
            span,
            "holds for no value",
            "give at least one value; `is null` finds records without one",
        )
        return WRONG
    count = sum(len(i.values) if isinstance(i, syntax.IntegerRun) else 1 for i in flat)
    if count > limits.LIST_VALUES:
        scope.error(
            Code.LIST_TOO_LONG,
            f"a list has at most {limits.LIST_VALUES:,} values; this one has {count:,}",
            span,
            "too long",
            "ask in several queries",
        )
        return WRONG
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
            if isinstance(one, str):
                warn_of_text(item, one, operand, scope)
    distinct = tuple(dict.fromkeys(values))
    return query.OneOf(operand, distinct, span) if distinct else WRONG


def _bound_items(
    items: Sequence[syntax.Item], kind: Kind, scope: Scope
) -> Iterator[syntax.Item]:
    """The items with parameters put in, lists among them flattened."""
    for item in items:
        if not isinstance(item, syntax.Parameter):
            yield item
            continue
        bound = scope.bound(item, kind, takes_list=True)
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
    """Membership in a list, parameters in it put in and flattened."""
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
        return WRONG
    return ranges[0] if len(ranges) == 1 else query.Or(tuple(ranges), span)


def _in_addresses(
    items: Sequence[syntax.Item], operand: query.Operand, span: Span, scope: Scope
) -> query.Filter:
    """Membership in a list, parameters in it put in and flattened."""
    found = []
    for item in items:
        if isinstance(item, syntax.IntegerRun):
            wrong_type(syntax.Integer(item.values[0], _place(item, 0)), operand, scope)
            continue
        one = address(item, operand, scope)
        if one is not None:
            found.append(one)
    if not found:
        return WRONG
    if any(hasattr(one, "prefixlen") for one in found):
        networks = tuple(dict.fromkeys(ip_network(one) for one in found))
        return query.InNetworks(operand, networks, span)
    plain = tuple(dict.fromkeys(one for one in found if not hasattr(one, "prefixlen")))
    return query.OneOf(operand, plain, span)

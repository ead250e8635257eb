"""Stages, checked: what each gives the next.

In: the stages of the syntax tree and the columns of a record. Out: checked
stages and the columns of the answer. A stage that names a column that the one
before does not give is an error that names the columns there are.
"""

import itertools
from collections.abc import Sequence
from typing import assert_never

from auditql.catalog.functions import AGGREGATES, AGGREGATES_BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import query, syntax
from auditql.language.clauses import at_least_one, number_of, order_of
from auditql.language.filters import resolve_filter
from auditql.language.operands import DAY, Columns, resolve_operand, step_of
from auditql.language.scope import Scope
from auditql.language.wrong_kind import refuse_list

_Written = syntax.Key | syntax.AggregateCall | None
_COUNT = query.Column("count", Kind.INTEGER)


def resolve_stages(
    stages: Sequence[syntax.Stage], columns: Columns, scope: Scope
) -> tuple[tuple[query.Stage, ...], Columns]:
    """The checked stages in order, and the columns after the last."""
    made = []
    for stage in stages:
        found, given = _stage(stage, columns, scope)
        if found is None:
            break  # what comes after would be blamed for this
        made.append(found)
        columns = given
    return tuple(made), columns


def _stage(
    stage: syntax.Stage, columns: Columns, scope: Scope
) -> tuple[query.Stage | None, Columns]:
    """The checked stage, or None and a diagnostic; the columns behind it."""
    match stage:
        case syntax.Where(filter_):
            before = len(scope.diagnostics)
            found = query.Where(resolve_filter(filter_, columns, scope), stage.span)
            clean = not any(d.is_error for d in scope.diagnostics[before:])
            return (found if clean else None), columns
        case syntax.OrderBy(order):
            sorted_by = order_of(order, columns, scope)
            good = len(sorted_by) == len(order)
            return (query.OrderBy(sorted_by, stage.span) if good else None), columns
        case syntax.LimitTo(number):
            most = number_of(number, scope)
            return most if most is None else query.LimitTo(most, stage.span), columns
        case syntax.Stats(aggregates, keys):
            return _stats(aggregates, keys, stage.span, columns, scope)
        case syntax.Timeline():
            return _timeline(stage, columns, scope)
        case _:
            return _keyed(stage, columns, scope)


def _keyed(
    stage: syntax.Select | syntax.Count | syntax.Top | syntax.Distinct,
    columns: Columns,
    scope: Scope,
) -> tuple[query.Stage | None, Columns]:
    """A stage that is all keys: they give its columns, a count beside them or not."""
    given = _given(stage.keys, columns, scope, lists=isinstance(stage, syntax.Select))
    most = 1
    if isinstance(stage, syntax.Top):
        most = at_least_one(stage.number, "`top`", scope) or 0
    if given is None or not most:
        return None, columns
    counts = isinstance(stage, syntax.Count | syntax.Top)
    more = (_COUNT,) if counts else ()
    after = _columns(given, more, (*stage.keys, None), stage.span, scope)
    match stage:
        case syntax.Select():
            return query.Select(given, stage.span), after
        case syntax.Count():
            count = query.Aggregate("count", None, _COUNT)
            return query.Group(given, (count,), stage.span), after
        case syntax.Top():
            return query.Top(most, given, stage.span), after
        case syntax.Distinct():
            return query.Distinct(given, stage.span), after
        case _:
            assert_never(stage)


def _given(
    keys: Sequence[syntax.Key], columns: Columns, scope: Scope, *, lists: bool = False
) -> tuple[query.Given, ...] | None:
    """The columns that keys give; None where one is wrong.

    Only `select` takes `lists`: nothing can be grouped by one.
    """
    made = []
    for key in keys:
        operand = resolve_operand(key.operand, columns, scope)
        if operand is None:
            continue
        if not lists and refuse_list(operand, "a key", key.span, scope):
            continue
        if key.alias is not None:
            name = key.alias.value
        elif isinstance(operand, query.Apply):
            name = operand.function
        else:
            name = operand.name
        source = operand if isinstance(operand, query.Column) else operand.column
        same = isinstance(operand, query.Column)
        column = query.Column(
            name,
            operand.kind,
            folds_case=same and source.folds_case,
            many=lists and source.many,
        )
        made.append(query.Given(column, operand))
    return tuple(made) if len(made) == len(keys) else None


def _columns(
    given: Sequence[query.Given],
    more: Sequence[query.Column],
    written: Sequence[_Written],
    span: Span,
    scope: Scope,
) -> Columns:
    """The columns by name; two of one name are an error.

    Args:
        given: the columns that keys give.
        more: those behind them.
        written: what names each of them; None for one that the stage names.
        span: of the stage.
        scope: is told.
    """
    found: dict[str, query.Column] = {}
    columns = (*(g.column for g in given), *more)
    for column in columns:
        if column.name in found:
            alike = [
                place
                for of, place in zip(columns, written, strict=False)
                if of.name == column.name and place is not None
            ]
            free = (f"{column.name}_{n}" for n in itertools.count(2))
            other = next(n for n in free if all(n != c.name for c in columns))
            _name_twice(column.name, other, alike[-1], span, scope)
        found[column.name] = column
    return found


def _name_twice(
    name: str,
    other: str,
    last: syntax.Key | syntax.AggregateCall,
    span: Span,
    scope: Scope,
) -> None:
    """Say that two columns have a name; the last that is written could have another."""
    end = last.span.end if last.alias is None else last.alias.span.start
    kept = scope.text[last.span.start : end]
    renamed = f"{kept} as {other}" if last.alias is None else kept + other
    scope.error(
        Code.NAME_TWICE,
        f"two columns are named `{name}`",
        span,
        "gives both",
        f"name one of them with `as`, like `{' '.join(renamed.split())}`",
        fix=Fix(last.span, renamed),
    )


def _stats(
    aggregates: Sequence[syntax.AggregateCall],
    keys: Sequence[syntax.Key],
    span: Span,
    columns: Columns,
    scope: Scope,
) -> tuple[query.Stage | None, Columns]:
    given = _given(keys, columns, scope)
    made = [_aggregate(call, columns, scope) for call in aggregates]
    good = tuple(a for a in made if a is not None)
    if given is None or len(good) != len(made):
        return None, columns
    written: tuple[_Written, ...] = (*keys, *aggregates)
    after = _columns(given, [a.column for a in good], written, span, scope)
    return query.Group(given, good, span), after


def _aggregate(
    call: syntax.AggregateCall, columns: Columns, scope: Scope
) -> query.Aggregate | None:
    name = call.function.value
    row = AGGREGATES_BY_NAME.get(name)
    if row is None:
        meant = nearest(name, AGGREGATES_BY_NAME)
        scope.error(
            Code.UNKNOWN_FUNCTION,
            f"there is no aggregate `{name[:60]}`",
            call.function.span,
            "not an aggregate",
            f"did you mean `{meant[0]}`?"
            if meant
            else "aggregates: " + ", ".join(a.name for a in AGGREGATES),
            fix=Fix(call.function.span, meant[0]) if meant else None,
            expected=meant,
        )
        return None
    if (call.operand is not None) != row.takes_column:
        scope.error(
            Code.WRONG_ARGUMENT,
            f"`{name}` takes {'one column' if row.takes_column else 'no column'}",
            call.span,
            "not this",
            f"write `{name}({'actor_id' if row.takes_column else ''})`",
        )
        return None
    if call.operand is None:
        alias = call.alias.value if call.alias else name
        return query.Aggregate(name, None, query.Column(alias, Kind.INTEGER))
    operand = resolve_operand(call.operand, columns, scope)
    if operand is None or refuse_list(operand, "aggregated", call.span, scope):
        return None
    if row.ordered and not operand.kind.is_ordered:
        scope.error(
            Code.WRONG_ARGUMENT,
            f"`{name}` needs values that have an order",
            call.operand.span,
            "addresses have none",
            "count them with `count_distinct`",
        )
        return None
    of = operand.function if isinstance(operand, query.Apply) else operand.name
    alias = call.alias.value if call.alias else f"{name}_{of}"
    if row.gives is not None:
        return query.Aggregate(name, operand, query.Column(alias, row.gives))
    folds = isinstance(operand, query.Column) and operand.folds_case
    return query.Aggregate(
        name, operand, query.Column(alias, operand.kind, folds_case=folds)
    )


def _timeline(
    stage: syntax.Timeline, columns: Columns, scope: Scope
) -> tuple[query.Stage | None, Columns]:
    step = DAY if stage.step is None else step_of(stage.step, scope)
    given = _given(stage.keys, columns, scope)
    time = columns.get("created_at")
    if time is None or time.kind is not Kind.TIME:
        scope.error(
            Code.UNKNOWN_COLUMN,
            "`timeline` needs the column `created_at`",
            stage.span,
            "no longer there",
            "put it before the stages that leave out `created_at`; "
            "the stage before gives " + ", ".join(columns),
        )
        return None, columns
    if step is None or given is None:
        return None, columns
    shown = query.Given(query.Column("time", Kind.TIME), time)
    written = (None, *stage.keys, None)
    after = _columns((shown, *given), (_COUNT,), written, stage.span, scope)
    return query.Timeline(step, time, given, stage.span), after

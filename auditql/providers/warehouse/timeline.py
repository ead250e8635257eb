"""`timeline` in SQL: a count for every bucket of time, empty ones too.

In: the stage and the rows. Out: rows, one for every bucket and combination of keys.
Buckets are counted by their number, so those between the first and the last are
whole numbers; they are made of ten digits joined with themselves, which every
engine can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from auditql.catalog.kinds import Kind
from auditql.language.query import Column, Timeline
from auditql.plan.shown import Shown
from auditql.providers.warehouse.cells import Cell
from auditql.providers.warehouse.nodes import (
    Node,
    binary,
    call,
    cast,
    every,
    is_null,
    minus,
    named,
    number,
    plus,
    some,
    times,
)
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.rows import Key, Rows, of, relation
from auditql.providers.warehouse.statement import Dialect

if TYPE_CHECKING:
    from auditql.providers.warehouse.stages import Stages

_MOST_DIGITS = 4
_TOO_MANY = (
    "auditql makes at most 10,000 buckets of a timeline in SQL, and this is more"
)


def timeline(stage: Timeline, rows: Rows, stages: Stages) -> Rows:
    """The buckets in the order of time, then of keys.

    Raises:
        Refused: the engine cannot say it exactly.
    """
    cell = rows.cell(stage.time)
    if cell.nullable:
        raise Refused("a timeline of times that may be missing", READ_HERE)
    clock = stages.operands.clock(cell)
    count, unit = stage.step.count, stage.step.unit
    ordinal = clock.ordinal(cell.node, count, unit)
    keyed, words, (bucket,) = stages.relations.keyed(
        stage.keys, rows, [("bucket", ordinal)]
    )
    low = high = None
    outer = stages.span
    if not outer.is_empty:
        if not clock.covers(outer):
            raise Refused(
                "a timeline of years that no clock of a zone is written out for",
                f"bound created_at within 1970 to 2100, or `tz 'UTC'`, or {READ_HERE}",
            )
        if outer.start is not None:
            low = clock.ordinal_of(outer.start, count, unit)
        if outer.end is not None:
            high = clock.ordinal_of(outer.end - 1, count, unit)
    group = [of(w, keyed) for w in (bucket, *words)]
    counted = stages.relations.add(
        exp.Select(
            expressions=[
                *(
                    named(node, w)
                    for node, w in zip(group, (bucket, *words), strict=True)
                ),
                named(exp.Count(this=exp.Star()), "number of rows"),
            ]
        )
        .from_(relation(keyed), copy=False)
        .group_by(*[g.copy() for g in group], copy=False)
    )
    known = cell.bounded and stages.operands.within.is_known
    digits = _MOST_DIGITS
    if known and low is not None and high is not None:
        digits = len(str(high - low))
        if digits > _MOST_DIGITS:
            raise Refused("a timeline of so many buckets", "take longer buckets")
    edges = _edges(stages, counted, bucket, low, high)
    buckets = _buckets(stages, edges, digits, checks=not known)
    grouped = _filled(stages, counted, bucket, words, buckets)
    start = clock.first_second(of(bucket, grouped), count, unit)
    total = cast(of("number of rows", grouped), "BIGINT")
    picked = [(w, of(w, grouped)) for w in (*words, bucket)]
    picked += [("number of rows", total), ("start", start)]
    filled, digits_of = stages.relations.ranked(
        stages.relations.over(grouped, picked), [w for w, _ in picked], stage.keys
    )
    cells = stages.relations.key_cells(stage.keys, rows, words, filled)
    order = (
        Key(of(bucket, filled), False),
        *stages.relations.key_order(stage.keys, cells, digits_of),
    )
    made = {"time": Cell(of("start", filled), Shown.TIME, False), **cells}
    made["count"] = Cell(of("number of rows", filled), Shown.PLAIN, False)
    stages.name_columns(
        [
            Column("time", Kind.TIME),
            *(g.column for g in stage.keys),
            Column("count", Kind.INTEGER),
        ]
    )
    return Rows(relation(filled), rows.fields, made, (), order, None)


def _edges(
    stages: Stages, counted: str, bucket: str, low: int | None, high: int | None
) -> str:
    """A relation of one row: the first and the last bucket; NULL where none is."""
    functions = stages.operands.functions
    first: Node = exp.Min(this=_nullable(of(bucket, counted), stages))
    last: Node = exp.Max(this=_nullable(of(bucket, counted), stages))
    if low is not None:
        met = exp.Coalesce(this=first, expressions=[number(low)])
        first = functions.smaller(met, number(low))
    if high is not None:
        met = exp.Coalesce(this=last, expressions=[number(high)])
        last = functions.larger(met, number(high))
    # An end alone says nothing where no row was met.
    made = exp.Select(expressions=[named(first, "low"), named(last, "high")])
    return stages.relations.add(made.from_(relation(counted), copy=False))


def _nullable(node: Node, stages: Stages) -> Node:
    is_clickhouse = stages.operands.functions.dialect is Dialect.CLICKHOUSE
    return call("toNullable", node) if is_clickhouse else node


def _buckets(stages: Stages, edges: str, digits: int, *, checks: bool) -> str:
    """A relation of the numbers of all buckets."""
    ten: exp.Query = exp.Select(expressions=[named(number(0), "digit")])
    for digit in range(1, 10):
        more = exp.Select(expressions=[named(number(digit), "digit")])
        ten = exp.Union(this=ten, expression=more, distinct=False)
    ten_word = stages.relations.add(ten)
    total: Node = number(0)
    for place in range(digits):
        of_place = of("digit", f"d{place}")
        total = plus(total, times(of_place, number(10**place)))
    low, high = of("low", edges), of("high", edges)
    size = minus(high, low)
    if checks:
        functions = stages.operands.functions
        missing = some([is_null(low), is_null(high)])
        large = binary(exp.GTE, size, number(10**digits))
        wrong = exp.Coalesce(
            this=every([exp.Not(this=exp.Paren(this=missing)), large]),
            expressions=[exp.false()],
        )
        size = functions.checked(size, wrong, _TOO_MANY, cast(size, "TEXT"))
    made = exp.Select(expressions=[named(plus(low, total), "bucket")])
    made = made.from_(relation(edges), copy=False)
    for place in range(digits):
        table = exp.Table(
            this=exp.to_identifier(ten_word, quoted=True),
            alias=exp.TableAlias(this=exp.to_identifier(f"d{place}", quoted=True)),
        )
        made = made.join(table, join_type="cross", copy=False)
    within = binary(exp.LTE, total, size)
    return stages.relations.add(made.where(within, copy=False))


def _filled(
    stages: Stages, counted: str, bucket: str, words: list[str], buckets: str
) -> str:
    """A relation of every bucket with every combination, and the number of rows."""
    empty = exp.Select(
        expressions=[named(of("bucket", buckets), bucket)]
        + [named(of(w, "combinations"), w) for w in words]
        + [named(number(0), "number of rows")]
    ).from_(relation(buckets), copy=False)
    if words:
        different = exp.Select(expressions=[named(of(w, counted), w) for w in words])
        different = different.from_(relation(counted), copy=False)
        different = different.group_by(*[of(w, counted) for w in words], copy=False)
        inner = exp.Subquery(
            this=different,
            alias=exp.TableAlias(this=exp.to_identifier("combinations", quoted=True)),
        )
        empty = empty.join(inner, join_type="cross", copy=False)
    met = exp.Select(
        expressions=[
            named(of(w, counted), w) for w in (bucket, *words, "number of rows")
        ]
    ).from_(relation(counted), copy=False)
    both = stages.relations.add(exp.Union(this=empty, expression=met, distinct=False))
    group = [of(w, both) for w in (bucket, *words)]
    total = exp.Sum(this=of("number of rows", both))
    made = exp.Select(
        expressions=[
            *(named(g, w) for g, w in zip(group, (bucket, *words), strict=True)),
            named(total, "number of rows"),
        ]
    ).from_(relation(both), copy=False)
    return stages.relations.add(made.group_by(*[g.copy() for g in group], copy=False))

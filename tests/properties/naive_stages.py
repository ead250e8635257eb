"""The meaning of stages, as slowly and plainly as it can be said.

In: a checked query, raw records in the order of the answer. Out: rows. Written
apart from the pipeline that it judges: every stage makes a whole table of a whole
table, a value is always a tuple (none for missing), nothing is compiled, and
buckets are found by walking through time.

* `answer(query, raws, span)`: the rows; `span` is the range of the query's time,
  known to who drew it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product

import naive
from naive_cells import (
    Raw,
    Row,
    Table,
    Values,
    as_json,
    cell,
    local,
    passes,
    rank,
    same,
)

from auditql.catalog.kinds import Kind, Unit
from auditql.language import query
from auditql.language.query import Given, Query

Span = tuple[int | None, int | None]

STEP = 900  # the zones of the tests change their clocks at quarters of an hour
SHORTEST_H = {
    Unit.DAY: 20,
    Unit.WEEK: 6 * 24,
    Unit.MONTH: 27 * 24,
    Unit.QUARTER: 3 * 27 * 24,
    Unit.YEAR: 364 * 24,
}


def answer(query_: Query, raws: Sequence[Raw], span: Span) -> list[Raw]:
    """The rows of the stages, as JSON has them."""
    zone = query_.zone
    rows = [
        Row(raw, {}, (naive.second_of(raw["created_at"]), raw["id"])) for raw in raws
    ]
    table = Table(rows, None)
    for stage in query_.stages:
        table = _stage(stage, table, zone, span)
    return [as_json(row, table, zone) for row in table.rows]


def _stage(stage: query.Stage, table: Table, zone: str, span: Span) -> Table:
    rows = table.rows
    match stage:
        case query.Where(filter_):
            return Table([r for r in rows if passes(filter_, r, zone)], table.ways)
        case query.LimitTo(number):
            return Table(rows[:number], table.ways)
        case query.OrderBy(keys):
            for key in reversed(keys):
                rows = _sorted(key, rows, zone)
            return Table(rows, table.ways)
        case query.Select(columns):
            ways = {c.column.name: table.way(c.source, single=False) for c in columns}
            made = [
                Row(
                    None,
                    {c.column.name: cell(c.source, row, zone) for c in columns},
                    row.stamp,
                )
                for row in rows
            ]
            return Table(made, ways)
        case query.Distinct(keys):
            return _grouped(table, keys, list(_groups(keys, rows, zone)), {})
        case query.Top(number, keys):
            groups = _groups(keys, rows, zone)
            ordered = _in_order(groups, keys)
            ordered.sort(key=lambda key: -len(groups[key]))
            said = {key: {"count": (len(groups[key]),)} for key in groups}
            made = _grouped(table, keys, ordered[:number], said)
            assert made.ways is not None
            return Table(made.rows, made.ways | {"count": "plain"})
        case query.Group(keys, aggregates):
            return _stats(table, keys, aggregates, zone)
        case query.Timeline():
            return _timeline(stage, table, zone, span)
    raise AssertionError(stage)


# --- tables to tables


def _sorted(key: query.SortKey, rows: list[Row], zone: str) -> list[Row]:
    def value(row: Row) -> object:
        return same(key.operand, cell(key.operand, row, zone)[0])

    there = [row for row in rows if cell(key.operand, row, zone)]
    missing = [row for row in rows if not cell(key.operand, row, zone)]
    return sorted(there, key=value, reverse=key.descending) + missing


def _groups(
    keys: Sequence[Given], rows: Sequence[Row], zone: str
) -> dict[Values, list[Row]]:
    """The rows of each combination of keys, in the order of their first rows."""
    groups: dict[Values, list[Row]] = {}
    for row in rows:
        choices = []
        for key in keys:
            found = [same(key.source, v) for v in cell(key.source, row, zone)]
            choices.append(list(dict.fromkeys(found)) or [None])
        for combination in product(*choices):
            groups.setdefault(combination, []).append(row)
    return groups


def _in_order(groups: Iterable[Values], keys: Sequence[Given]) -> list[Values]:
    def place(combination: Values) -> object:
        return [
            (1,) if value is None else (0, rank(key.source, value))
            for key, value in zip(keys, combination, strict=True)
        ]

    return sorted(groups, key=place)


def _grouped(
    table: Table,
    keys: Sequence[Given],
    groups: Sequence[Values],
    said: dict[Values, dict[str, Values]],
) -> Table:
    """A row for each group, its keys first; `said` are numbers beside them."""
    ways = {k.column.name: table.way(k.source, single=True) for k in keys}
    rows = []
    for group in groups:
        row = Row(None)
        for key, value in zip(keys, group, strict=True):
            row.cells[key.column.name] = () if value is None else (value,)
        row.cells |= said.get(group, {})
        rows.append(row)
    return Table(rows, ways)


def _stats(
    table: Table,
    keys: Sequence[Given],
    aggregates: Sequence[query.Aggregate],
    zone: str,
) -> Table:
    groups = _groups(keys, table.rows, zone)
    if not keys and not groups:
        groups = {(): []}
    said = {
        key: {a.column.name: _aggregate(a, rows, zone) for a in aggregates}
        for key, rows in groups.items()
    }
    made = _grouped(table, keys, _in_order(groups, keys), said)
    assert made.ways is not None
    for a in aggregates:
        keeps = a.operand is not None and a.function != "count_distinct"
        made.ways[a.column.name] = (
            table.way(a.operand, single=True) if keeps else "plain"
        )
    return made


def _aggregate(a: query.Aggregate, rows: Sequence[Row], zone: str) -> Values:
    if a.operand is None:
        return (len(rows),)
    found = [same(a.operand, v) for row in rows for v in cell(a.operand, row, zone)]
    if a.function == "count_distinct":
        return (len(set(found)),)
    if not found:
        return ()
    if a.function in ("min", "max"):
        return (min(found) if a.function == "min" else max(found),)
    there = [row for row in rows if cell(a.operand, row, zone)]
    if there[0].stamp is not None:
        there.sort(key=lambda row: row.stamp)
    place = 0 if a.function == "first" else -1
    return (cell(a.operand, there[place], zone)[place],)


def _timeline(stage: query.Timeline, table: Table, zone: str, span: Span) -> Table:
    bucket = query.Apply("bin", stage.time, Kind.TIME, stage.step)
    keys = (Given(query.Column("time", Kind.TIME), bucket), *stage.keys)
    groups = _groups(keys, table.rows, zone)
    numbers = {key: len(rows) for key, rows in groups.items()}
    met = [key[0] for key in groups if key[0] is not None]
    low, high = span
    lows = met + ([] if low is None else [_bin(low, stage, zone)])
    highs = met + ([] if high is None else [_bin(high - 1, stage, zone)])
    if lows and highs:
        combinations = {key[1:] for key in groups} if stage.keys else {()}
        second, last = min(lows), max(highs)
        while second <= last:
            for combination in combinations:
                numbers.setdefault((second, *combination), 0)
            second = _next(second, stage, zone)
    said = {key: {"count": (number,)} for key, number in numbers.items()}
    made = _grouped(table, keys, _in_order(numbers, keys), said)
    assert made.ways is not None
    made.ways |= {"time": "time", "count": "plain"}
    return made


def _bin(second: int, stage: query.Timeline, zone: str) -> int:
    return naive._bin(second, stage.step.count, stage.step.unit, zone)


def _next(second: int, stage: query.Timeline, zone: str) -> int:
    """The start of the next bucket: the first quarter of an hour that is one."""
    length = stage.step.count * (stage.step.unit.seconds or 0)
    later = second + STEP
    if length == 0:  # days and longer: nearly all of it later, it is the same still
        later = second + stage.step.count * SHORTEST_H[stage.step.unit] * 3600
        while _bin(later, stage, zone) == second:
            later += STEP
        return later
    while not _starts(later, length, zone):
        later += STEP
    return later


def _starts(second: int, length: int, zone: str) -> bool:
    """Whether the clock comes to, or jumps over, a multiple of the length."""
    now, before = _face(second, zone), _face(second - 60, zone)
    midnight = now.replace(hour=0, minute=0)
    gone = (now - midnight) % timedelta(seconds=length)
    return not gone or before < now - gone


def _face(second: int, zone: str) -> datetime:
    return local(second, zone).replace(tzinfo=None)

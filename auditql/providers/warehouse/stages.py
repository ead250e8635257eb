"""Stages as relations of one statement, each made of the one before.

In: a checked query and what its statement shares. Out: the rows of the answer, and
the relations that they are made of, in order.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from sqlglot import exp

from auditql.catalog.fields import BY_NAME, SEARCHED
from auditql.catalog.kinds import WEEKDAYS, Kind
from auditql.language import query
from auditql.language.query import Apply, Column, Given, Operand, is_searched
from auditql.plan.model import Interval
from auditql.plan.shown import Shown
from auditql.providers.warehouse.aggregates import grouped
from auditql.providers.warehouse.cells import Cell, shown
from auditql.providers.warehouse.filters import Filters
from auditql.providers.warehouse.nodes import (
    Node,
    cases,
    equal,
    named,
    number,
    string,
    times,
)
from auditql.providers.warehouse.operands import Operands, Value
from auditql.providers.warehouse.refusals import READ_HERE, Refusals, Refused
from auditql.providers.warehouse.relations import Relations
from auditql.providers.warehouse.rows import (
    Key,
    Names,
    Rows,
    again,
    of,
    order_keys,
    relation,
)
from auditql.providers.warehouse.timeline import timeline
from auditql.providers.warehouse.times import time_text

_COUNT = "count"


class Stages:
    """Makes relations of stages.

    Attributes:
        relations: those that were made, each of those before it.
    """

    def __init__(
        self,
        operands: Operands,
        filters: Filters,
        refusals: Refusals,
        span: Interval,
    ) -> None:
        """Take what the statement shares, and the range of the query's time."""
        self.operands = operands
        self.span = span
        self._filters = filters
        self._refusals = refusals
        self.relations = Relations(operands)
        self._kinds: dict[str, Column] | None = None

    # --- the query's own filter, order and limit

    def records(self, asked: query.Query, rows: Rows) -> Rows:
        """The records of the answer, before any stage."""
        looked = [Column(f.name, f.kind) for f in SEARCHED]
        made = rows.where(self._filters.condition(asked.filter, rows, looked))
        made = self._sorted(asked.order, made)
        if asked.limit is None and not asked.offset:
            return made
        try:
            return self._cut(made, asked.limit, asked.offset)
        except Refused as refused:
            self._refusals.add(refused, None)
            return made

    # --- stages

    def apply(self, stage: query.Stage, rows: Rows) -> Rows:
        """The rows that a stage gives.

        Raises:
            Refused: the engine cannot say it exactly.
        """
        match stage:
            case query.Where(filter_):
                rows = self._settled(rows)
                condition = self._filters.condition(filter_, rows, self._looked(rows))
                return rows.where(condition)
            case query.Select(columns):
                return self._select(columns, rows)
            case query.OrderBy(keys):
                return self._sorted(keys, self._settled(rows))
            case query.LimitTo(limit):
                rows = self._settled(rows)
                return self._cut(rows, limit, 0)
            case query.Distinct(keys):
                return self._distinct(keys, self._settled(rows))
            case query.Group(keys, aggregates):
                return self._group(keys, aggregates, self._settled(rows))
            case query.Top(limit, keys):
                count = query.Aggregate(_COUNT, None, Column(_COUNT, Kind.INTEGER))
                made = self._group(keys, (count,), self._settled(rows))
                assert made.cells is not None
                first = Key(made.cells[_COUNT].node, False, True)
                made = replace(made, order=(first, *made.order))
                return self._cut(made, limit, 0)
            case query.Timeline():
                return timeline(stage, self._settled(rows), self)
            case _:
                assert_never(stage)

    def _looked(self, rows: Rows) -> list[Column]:
        if rows.cells is None:
            return [Column(f.name, f.kind) for f in SEARCHED]
        kinds = self._kinds or {}
        return [c for c in kinds.values() if is_searched(c)]

    def name_columns(self, columns: Sequence[Column]) -> None:
        """Remember the kinds of the columns that there are now."""
        self._kinds = {c.name: c for c in columns}

    def _select(self, columns: Sequence[Given], rows: Rows) -> Rows:
        cells = {}
        for given in columns:
            source = given.source
            if isinstance(source, Column):
                cells[given.column.name] = rows.cell(source)
                continue
            value = self.operands.value(source, rows)
            way = shown(source, rows.cell(source.column))
            cells[given.column.name] = Cell(value.node, way, value.nullable)
        self.name_columns([g.column for g in columns])
        made = replace(rows, cells=cells)
        # A time that is computed is named often by what is computed of it.
        times_made = any(
            isinstance(g.source, Apply) and g.source.kind is Kind.TIME for g in columns
        )
        return self.relation_of(made) if times_made else made

    def _cut(self, rows: Rows, limit: int | None, offset: int) -> Rows:
        """The rows with a limit.

        Raises:
            Refused: the engine counts no rows so far.
        """
        most = self.operands.functions.engine.most_rows
        if (limit or 0) + offset > most:
            raise Refused(f"a limit or an offset beyond {most:,} rows", READ_HERE)
        return replace(rows, limit=(limit, offset))

    def _sorted(self, keys: Sequence[query.SortKey], rows: Rows) -> Rows:
        made = []
        for key in keys:
            try:
                value = self.operands.key(key.operand, rows)
            except Refused as refused:
                self._refusals.add(refused, key.span)
                continue
            node = self._comparable(key.operand, value)
            made.append(Key(node, value.nullable, key.descending))
        return replace(rows, order=(*made, *rows.order))

    def _comparable(self, operand: Operand, value: Value) -> Node:
        if operand.kind.is_text:
            return self.operands.functions.ordered(value.node)
        return value.node

    # --- relations

    def _settled(self, rows: Rows) -> Rows:
        """The same rows, their limit a matter of the past."""
        return self.relation_of(rows) if rows.is_cut else rows

    def relation_of(self, rows: Rows) -> Rows:
        """The rows as those of a new relation, with all that they carry."""
        names = Names()
        cells = rows.every_cell()
        words = {column: names.take(column) for column in cells}
        picked = [(words[column], cell.node) for column, cell in cells.items()]
        order = [names.take("by") for _ in rows.order]
        picked += [(w, k.node) for w, k in zip(order, rows.order, strict=True)]
        stamp = None
        if rows.stamp is not None:
            stamp = (names.take("at"), names.take("of_id"))
            picked += list(zip(stamp, rows.stamp, strict=True))
        engine = self.operands.functions.engine
        word = self.relations.add(rows.ordered(rows.select(picked), engine))
        made = {
            column: replace(cell, node=of(words[column], word), raw=None)
            for column, cell in cells.items()
        }
        if rows.cells is None:
            self.name_columns(
                [Column(n, BY_NAME[n].kind, BY_NAME[n].folds_case) for n in made]
            )
        keys = tuple(
            replace(key, node=again(of(w, word), key.node))
            for w, key in zip(order, rows.order, strict=True)
        )
        return Rows(
            relation(word),
            rows.fields,
            made,
            (),
            keys,
            None if stamp is None else (of(stamp[0], word), of(stamp[1], word)),
        )

    def _distinct(self, keys: Sequence[Given], rows: Rows) -> Rows:
        if not all(isinstance(k.node, exp.Column) for k in rows.order):
            rows = self.relation_of(rows)  # what may fail cannot order a window
        number_ = _row_number([], rows.order)
        word, words, (place,) = self.relations.keyed(keys, rows, [("place", number_)])
        picked = [(w, of(w, word)) for w in words]
        least = exp.Min(this=of(place, word))
        made = exp.Select(
            expressions=[named(n, w) for w, n in [*picked, (place, least)]]
        )
        made = made.from_(relation(word), copy=False)
        made = made.group_by(*[of(w, word) for w in words], copy=False)
        grouped = self.relations.add(made)
        cells = self.relations.key_cells(keys, rows, words, grouped)
        self.name_columns([g.column for g in keys])
        order = (Key(of(place, grouped), False),)
        return Rows(relation(grouped), rows.fields, cells, (), order, None)

    def _group(
        self,
        keys: Sequence[Given],
        aggregates: Sequence[query.Aggregate],
        rows: Rows,
    ) -> Rows:
        made = grouped(self, keys, aggregates, rows)
        columns = [g.column for g in keys] + [a.column for a in aggregates]
        self.name_columns(columns)
        return made

    # --- the answer

    def written(self, cell: Cell) -> Node:
        """A value as the answer has it."""
        functions = self.operands.functions
        match cell.shown:
            case Shown.PLAIN:
                return cell.node
            case Shown.TIME:
                return time_text(cell.node, functions)
            case Shown.DATE | Shown.MONTH:
                day = self.operands.clock(cell).day(cell.node)
                text = time_text(times(day, number(86_400)), functions)
                size = 10 if cell.shown is Shown.DATE else 7
                return functions.substring(text, number(1), number(size))
            case Shown.WEEKDAY:
                return cases(
                    (equal(cell.node, number(n)), string(word))
                    for n, word in enumerate(WEEKDAYS)
                )
            case _:
                assert_never(cell.shown)


def _row_number(partition: Sequence[Node], order: Sequence[Key]) -> Node:
    return exp.Window(
        this=exp.RowNumber(),
        partition_by=[p.copy() for p in partition],
        # Of one row there is no order, and Spark wants one all the same.
        order=exp.Order(expressions=order_keys(order or [Key(number(1), False)])),
    )

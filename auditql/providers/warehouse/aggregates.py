"""Groups of rows in SQL, and what is said of each.

In: keys, aggregates, rows. Out: rows, one a group, in the order of their keys. What
`first` and `last` give is found by numbering the rows of each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from auditql.catalog.kinds import Kind
from auditql.language.query import Aggregate, Apply, Column, Given
from auditql.plan.shown import Shown
from auditql.providers.warehouse.cells import Cell, shown
from auditql.providers.warehouse.nodes import (
    Node,
    call,
    cases,
    equal,
    is_null,
    named,
    number,
)
from auditql.providers.warehouse.rows import (
    Key,
    Names,
    Rows,
    again,
    of,
    order_keys,
    relation,
)
from auditql.providers.warehouse.statement import Dialect

if TYPE_CHECKING:
    from auditql.providers.warehouse.stages import Stages

_ENDS = ("first", "last")


def grouped(
    stages: Stages,
    keys: Sequence[Given],
    aggregates: Sequence[Aggregate],
    rows: Rows,
) -> Rows:
    """The groups of rows.

    Raises:
        Refused: the engine cannot say it exactly.
    """
    more = [(a.column.name, _operand(stages, a, rows)) for a in aggregates]
    there = [(word, node) for word, node in more if node is not None]
    order = _order(rows)
    has_ends = any(a.function in _ENDS for a in aggregates)
    carried = [("by", key.node) for key in order] if has_ends else []
    distinct = [a for a in aggregates if a.operand is not None]
    spelled = [place for place, a in enumerate(distinct) if _is_spelled(a)]
    word, words, others = stages.relations.keyed(
        keys, rows, [*there, *carried], spelled
    )
    inner = iter(others)
    operands = [None if node is None else next(inner) for _, node in more]
    if has_ends:
        by = [
            replace(key, node=again(of(next(inner), word), key.node)) for key in order
        ]
        word, places = _numbered(
            stages, word, (words, others), aggregates, operands, by
        )
    else:
        places = {}
    picked = [(w, of(w, word)) for w in words]
    for place, aggregate in enumerate(aggregates):
        of_operand = operands[place]
        node = None if of_operand is None else of(of_operand, word)
        numbered = None if place not in places else of(places[place], word)
        picked.append((f"a{place}", _said(stages, aggregate, node, numbered)))
    made = exp.Select(expressions=[named(node, w) for w, node in _apart(picked)])
    made = made.from_(relation(word), copy=False)
    if words:
        made = made.group_by(*[of(w, word) for w in words], copy=False)
    names = [w for w, _ in _apart(picked)]
    name, digits = stages.relations.ranked(stages.relations.add(made), names, keys)
    cells = stages.relations.key_cells(keys, rows, words, name)
    key_order = stages.relations.key_order(keys, cells, digits)
    for w, aggregate in zip(names[len(words) :], aggregates, strict=True):
        cells[aggregate.column.name] = _cell(aggregate, of(w, name), rows)
    return Rows(relation(name), rows.fields, cells, (), key_order, None)


def _apart(picked: Sequence[tuple[str, Node]]) -> list[tuple[str, Node]]:
    """Columns whose names differ in any letter case."""
    names = Names()
    return [(names.take(word), node) for word, node in picked]


def _is_spelled(aggregate: Aggregate) -> bool:
    """Whether spellings of one address must be one value."""
    operand = aggregate.operand
    is_address = operand is not None and operand.kind is Kind.ADDRESS
    return is_address and aggregate.function == "count_distinct"


def _operand(stages: Stages, aggregate: Aggregate, rows: Rows) -> Node | None:
    """What is aggregated; None for a count of rows."""
    if aggregate.operand is None:
        return None
    operands = stages.operands
    if aggregate.function in _ENDS:
        return operands.value(aggregate.operand, rows).node
    return operands.key(aggregate.operand, rows).node


def _order(rows: Rows) -> tuple[Key, ...]:
    """The order that `first` and `last` go by: of records that of time."""
    if rows.stamp is None:
        return rows.order
    return tuple(Key(node, False) for node in rows.stamp)


def _numbered(
    stages: Stages,
    word: str,
    carried: tuple[Sequence[str], Sequence[str]],
    aggregates: Sequence[Aggregate],
    operands: Sequence[str | None],
    by: Sequence[Key],
) -> tuple[str, dict[int, str]]:
    """A relation in which the row that an end is taken from has the number 1.

    Gives its name, and by the place of an aggregate the column of the number.
    """
    keys, others = carried
    places = {}
    picked = [(w, of(w, word)) for w in (*keys, *others)]
    for place, (aggregate, operand) in enumerate(
        zip(aggregates, operands, strict=True)
    ):
        if aggregate.function not in _ENDS or operand is None:
            continue
        value = of(operand, word)
        backwards = aggregate.function == "last"
        order = [Key(cases([(is_null(value), number(1))], number(0)), False)]
        order += _turned(by) if backwards else by
        window = exp.Window(
            this=exp.RowNumber(),
            partition_by=[of(k, word) for k in keys],
            order=exp.Order(expressions=order_keys(order)),
        )
        places[place] = f"place {place}"
        picked.append((places[place], window))
    made = exp.Select(expressions=[named(node, w) for w, node in picked])
    return stages.relations.add(made.from_(relation(word), copy=False)), places


def _turned(order: Sequence[Key]) -> list[Key]:
    """The order backwards, what is missing first."""
    made = []
    for key in order:
        if key.nullable:
            missing = cases([(is_null(key.node), number(0))], number(1))
            made.append(Key(missing, False))
        made.append(Key(key.node, False, not key.descending))
    return made


def _said(
    stages: Stages, aggregate: Aggregate, node: Node | None, numbered: Node | None
) -> Node:
    """The aggregate of a column of a relation."""
    functions = stages.operands.functions
    if node is None:
        return exp.Count(this=exp.Star())
    if numbered is not None:
        return exp.Max(this=cases([(equal(numbered, number(1)), node)]))
    operand = aggregate.operand
    assert operand is not None
    if aggregate.function == "count_distinct":
        if functions.dialect is Dialect.CLICKHOUSE:  # COUNT(DISTINCT) may be a guess
            return call("uniqExact", node)
        return exp.Count(this=exp.Distinct(expressions=[node]))
    if operand.kind.is_text:
        node = functions.ordered(node)
    if functions.dialect is Dialect.CLICKHOUSE:  # of no rows, not 0 but NULL
        node = call("toNullable", node)
    return (exp.Min if aggregate.function == "min" else exp.Max)(this=node)


def _cell(aggregate: Aggregate, node: Node, rows: Rows) -> Cell:
    """The cell of an aggregate."""
    operand = aggregate.operand
    if operand is None or aggregate.function == "count_distinct":
        return Cell(node, Shown.PLAIN, False)
    of_column = operand.column if isinstance(operand, Apply) else operand
    assert isinstance(of_column, Column)
    assert aggregate.column.kind is not Kind.LIST
    return Cell(node, shown(operand, rows.cell(of_column)), True)

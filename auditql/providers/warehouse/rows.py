"""Rows between two stages: where they come from, in which order, what they hold.

In: a relation of the statement. Out: forms and the SELECT that they amount to. Rows
of SQL have no order of their own, so the keys that put them in order are carried
along until something hangs on it: a limit, or the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from auditql.catalog.fields import STORED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.catalog.limits import INT64_MAX
from auditql.language.query import Column
from auditql.providers.warehouse.cells import Cell, Fields
from auditql.providers.warehouse.engine_names import Engine
from auditql.providers.warehouse.nodes import (
    Node,
    ascending,
    column,
    every,
    name,
    named,
    number,
)


@form
class Key:
    """One key of an order."""

    node: Node
    nullable: bool
    descending: bool = False


@form
class Rows:
    """Rows between two stages.

    Attributes:
        source: the relation that they come from.
        fields: of the table, where they are records still to be read.
        cells: the columns by name; None where all fields are.
        kinds: of these columns, as a text alone looks for them.
        conditions: that hold for each of them.
        order: keys that put them in one order, whatever the source's.
        stamp: the time and the id of the record that each stands for.
        limit: rows to give at most, and to leave out first.
    """

    source: Node
    fields: Fields
    cells: Mapping[str, Cell] | None
    conditions: tuple[Node, ...]
    order: tuple[Key, ...]
    stamp: tuple[Node, Node] | None
    limit: tuple[int | None, int] = (None, 0)

    def cell(self, column: Column) -> Cell:
        """The cell of a column."""
        found = None if self.cells is None else self.cells.get(column.name)
        # What the records' own relation does not carry, the table has not.
        return self.fields.cell(column) if found is None else found

    @property
    def is_cut(self) -> bool:
        """Whether there is a limit that what follows must not move."""
        return self.limit != (None, 0)

    def where(self, condition: Node) -> "Rows":
        """Those for which it holds, too."""
        return replace(self, conditions=(*self.conditions, condition))

    def every_cell(self) -> dict[str, Cell]:
        """All columns; of records, the fields that the table has."""
        if self.cells is not None:
            return dict(self.cells)
        return {
            f.name: self.fields.cell(Column(f.name, f.kind))
            for f in STORED
            if self.fields.has(f.name)
        }

    def select(self, columns: Sequence[tuple[str, Node]]) -> exp.Select:
        """The statement that gives these columns of the rows."""
        made = exp.Select(expressions=[named(node, word) for word, node in columns])
        made = made.from_(self.source.copy(), copy=False)
        conditions = [c for c in self.conditions if c != exp.true()]
        if conditions:
            made = made.where(every(conditions).copy(), copy=False)
        return made

    def ordered(self, made: exp.Select, engine: Engine) -> exp.Select:
        """The statement with the order and the limit of the rows."""
        if self.order:
            made = made.order_by(*order_keys(self.order), copy=False)
        limit, offset = self.limit
        if limit is None and offset and engine.needs_limit:
            limit = INT64_MAX
        if limit is not None:
            made = made.limit(number(limit), copy=False)
        return made.offset(number(offset), copy=False) if offset else made


def again(node: Node, before: Node) -> Node:
    """A key of an order in a new relation, put in order as it was."""
    if isinstance(before, exp.Collate):
        made = before.copy()
        made.set("this", exp.Paren(this=node))
        return made
    return node


def order_keys(order: Sequence[Key]) -> list[Node]:
    """The keys as nodes of an ORDER BY."""
    return [
        node
        for key in order
        for node in ascending(
            key.node, nullable=key.nullable, descending=key.descending
        )
    ]


class Names:
    """Names of columns within a statement, no two alike in any letter case."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: set[str] = set()

    def take(self, word: str) -> str:
        """The word, or one like it that is free."""
        plain = word.lower()
        if not (plain.isascii() and plain.replace("_", "a").isalnum()):
            plain = "column"
        made, count = plain, 1
        while made in self._taken:
            count += 1
            made = f"{plain}_{count}"
        self._taken.add(made)
        return made


def relation(word: str) -> Node:
    """A relation that was made in the statement."""
    return exp.Table(this=name(word))


def of(word: str, relation_: str) -> Node:
    """A column of such a relation."""
    return column(word, relation_)


def searched(rows: Rows, columns: Sequence[Column]) -> list[Column]:
    """Of columns, those that are text or addresses."""
    return [c for c in columns if c.kind.is_text or c.kind is Kind.ADDRESS]

"""Columns while a statement is made: each a node, and what is known of it.

In: the columns of a table. Out: cells by the name of a field; a field that the
table lacks, and what is read out of a description, are refused by name.
"""

from sqlglot import exp

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind
from auditql.language.query import Apply, Column, Operand
from auditql.plan.shown import Shown, shown_as
from auditql.providers.warehouse.columns import Columns, Stored, StoredColumn
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.members import member_of
from auditql.providers.warehouse.nodes import Node, name
from auditql.providers.warehouse.refusals import READ_HERE, Refused
from auditql.providers.warehouse.reserved import identifier
from auditql.providers.warehouse.sqlite_times import readable
from auditql.providers.warehouse.statement import Dialect
from auditql.providers.warehouse.times import seconds

TABLE = "t"
"""What the table of records is called within a statement."""


@form
class Cell:
    """One column that can be named.

    Attributes:
        node: its value: text, or a whole number (a time in seconds).
        shown: how it is written in an answer.
        nullable: it may be missing.
        raw: of `created_at` itself, the table's own column and what it holds.
        bounded: it is the time of a record, which the query's range bounds.
    """

    node: Node
    shown: Shown
    nullable: bool
    raw: tuple[Node, Stored] | None = None
    bounded: bool = False


def shown(operand: Operand, cell: Cell) -> Shown:
    """How the values of an operand are written, by the cell of its column."""
    return shown_as(operand) if isinstance(operand, Apply) else cell.shown


class Fields:
    """The cells of a record's fields."""

    def __init__(self, columns: Columns, functions: Functions) -> None:
        """Take the table."""
        self.columns = columns
        self._functions = functions

    def has(self, field: str) -> bool:
        """Whether the table has it."""
        return field in self.columns.fields

    def cell(self, column: Column) -> Cell:
        """The cell of a field.

        Raises:
            Refused: the table has no column for it.
        """
        if column.many or column.kind is Kind.LIST:
            raise Refused(
                f"`{column.name}`, which is read out of change_description",
                f"test change_description itself, or {READ_HERE}",
            )
        stored = self.columns.fields.get(column.name)
        if stored is None:
            raise Refused(
                f"`{column.name}`: the table has no column for it",
                "name the column in the profile's column map, or leave the field out",
            )
        dialect = self._functions.dialect
        node = self.held(stored)
        if stored.member is None and stored.is_odd:
            node = self._functions.plain(node)
        field = BY_NAME[column.name]
        if column.name != "created_at":
            if stored.holds is Stored.TEXT:
                node = self._functions.exact(node)
            return Cell(node, Shown.PLAIN, field.optional)
        raw = None if stored.member is not None else (node, stored.holds)
        made = seconds(node, stored.holds, self._functions)
        if dialect is Dialect.SQLITE and stored.holds is not Stored.INTEGER:
            made = readable(made, node, self._functions)
        return Cell(made, Shown.TIME, False, raw, True)

    def held(self, stored: StoredColumn) -> Node:
        """What the table holds for a field, as it is."""
        word = identifier(stored.name, self._functions.dialect)
        node = exp.Column(this=word, table=name(TABLE))
        if stored.member is None:
            return node
        return member_of(node, stored.member, stored.holds, self._functions)

"""What stands between two stages: which columns there are, and how each is shown.

A stage takes records or rows and gives either. A row is a tuple of values, one a
column, as their kinds hold them: a time is whole seconds, a weekday 0 to 6,
several values a tuple, a missing value None. Rows that stand for one record each
end in that record's time and id, which no name reaches.
"""

from collections.abc import Sequence

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.language.query import Aggregate, Column, Given, Operand
from auditql.plan.condensed import Condensed
from auditql.plan.matcher import Values
from auditql.plan.shown import Shown, shown_as

Item = Record | Condensed | Values
"""What a stage takes or gives."""


@form
class Cell:
    """A column of rows.

    Attributes:
        column: its name and kind; with `many`, values are tuples, never empty.
        shown: how its values are written.
    """

    column: Column
    shown: Shown


@form
class Shape:
    """What the items between two stages are.

    Attributes:
        cells: the columns in order; None where the items are records.
        is_timed: rows end in the time and the id of the record they stand for.
        is_condensed: items are `Condensed`, each for so many records.
    """

    cells: tuple[Cell, ...] | None
    is_timed: bool
    is_condensed: bool = False

    @property
    def columns(self) -> tuple[Column, ...] | None:
        """The columns of rows; None where the items are records."""
        return None if self.cells is None else tuple(c.column for c in self.cells)

    @property
    def time(self) -> str | None:
        """The expression of the time and the id of item `r`; None without any."""
        if self.cells is None:
            return "(r.created_s, r.id)"
        return "(r[-2], r[-1])" if self.is_timed else None

    def shown(self, operand: Operand) -> Shown:
        """How the values of an operand are written."""
        if self.cells is not None and isinstance(operand, Column):
            return next(c.shown for c in self.cells if c.column.name == operand.name)
        return shown_as(operand)

    def given(self, given: Given) -> Cell:
        """The column that `select` or a key makes of this shape."""
        return Cell(given.column, self.shown(given.source))

    def aggregated(self, aggregate: Aggregate) -> Cell:
        """The column of an aggregate over this shape."""
        plain = aggregate.operand is None or aggregate.function == "count_distinct"
        if plain or aggregate.operand is None:
            return Cell(aggregate.column, Shown.PLAIN)
        return Cell(aggregate.column, self.shown(aggregate.operand))


RECORDS = Shape(None, True)
"""The items are records; their columns are the fields."""

CONDENSED = Shape(None, True, is_condensed=True)
"""The same, but an item may stand for several records."""


def grouped(keys: Sequence[Cell], more: Sequence[Cell]) -> Shape:
    """The shape of groups: keys, then what is said of each."""
    return Shape((*keys, *more), False)

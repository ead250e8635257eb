"""Which fields of records become the columns of an answer.

In: a choice, or the first rows. Out: names, in the API's order, fields that
the catalog does not know last. They are fixed by the first rows, because a
heading cannot be taken back; a field that comes later is remembered, to be said.
"""

from collections.abc import Sequence

from auditql.catalog.fields import STORED
from auditql.results.formats import Begun, Row
from auditql.results.formats.cells import cell

KNOWN = tuple(field.name for field in STORED)


class Columns:
    """The columns of one answer."""

    def __init__(
        self, chosen: tuple[str, ...] | None, begun: Begun | None = None
    ) -> None:
        """Take the chosen columns, those already begun with, or the first rows'."""
        self._chosen = chosen
        self._names = chosen if begun is None else begun.columns
        self._there = frozenset(self._names or ())
        self._late: dict[str, None] = dict.fromkeys(() if begun is None else begun.late)

    def names(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """The names of the columns; the first call fixes them.

        Args:
            rows: the rows that are about to be written.
        """
        if self._names is None:
            unknown = dict.fromkeys(
                name for row in rows for name in row if name not in KNOWN
            )
            self._names = (*KNOWN, *unknown)
        elif self._chosen is None:
            self._remember(rows)
        self._there = self._there or frozenset(self._names)
        return self._names

    def notes(self) -> Sequence[str]:
        """The fields that came after the heading was written."""
        if not self._late:
            return ()
        return (
            "not shown, because it came after the heading:"
            f" {', '.join(map(cell, self._late))}; jsonl and vertical show every field",
        )

    def begun(self) -> Begun:
        """The columns as they are fixed, and what came after."""
        return Begun(self._names, tuple(self._late))

    def _remember(self, rows: Sequence[Row]) -> None:
        """Note the fields of rows that have no column."""
        for row in rows:
            if not row.keys() <= self._there:
                self._late |= dict.fromkeys(n for n in row if n not in self._there)

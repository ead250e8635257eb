"""Which fields of records become the columns of an answer.

In: a choice, what stages give, or the first rows. Out: names; of records in the
API's order, fields that the catalog does not know last. They are fixed by the
first rows, because a heading cannot be taken back; a field that comes later is
remembered, to be said.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auditql.catalog.fields import BY_NAME, STORED
from auditql.catalog.kinds import Kind
from auditql.results.formats import Begun, Layout, Row
from auditql.results.formats.cells import cell

KNOWN = tuple(field.name for field in STORED)

_KINDS = MappingProxyType({name: field.kind for name, field in BY_NAME.items()})


def kinds(layout: Layout) -> Mapping[str, Kind]:
    """What each column of an answer holds; those of unknown fields are not there."""
    if layout.answer is None:
        return _KINDS
    return {column.name: column.kind for column in layout.answer}


def fixed(layout: Layout) -> tuple[str, ...] | None:
    """The columns of an answer, where they are known before its first row."""
    if layout.columns is not None or layout.answer is None:
        return layout.columns
    return tuple(column.name for column in layout.answer)


class Columns:
    """The columns of one answer."""

    def __init__(self, layout: Layout) -> None:
        """Take the columns that are fixed, those begun with, or the first rows'."""
        begun = layout.begun
        self._chosen = fixed(layout)
        self._names = self._chosen if begun is None else begun.columns
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

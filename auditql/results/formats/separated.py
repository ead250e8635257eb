r"""Rows with a separator between cells: what csv and tsv share.

In: records. Out: a heading and a line for each, quoted as RFC 4180 says, lines
ended by a line feed. An absent or null value is an empty cell, empty text is
`""`; `--from` tells them apart, but most readers do not, and nobody tells what is
absent from null, so use jsonl where it matters. Cells are the values as they are,
but on a terminal, where they are made harmless. Half of a surrogate pair, which JSON
can hold and UTF-8 cannot, is written as six characters such as `\ud800`; the same
six characters in a value look no different.

The guard: spreadsheets run text that begins like a formula. Such a cell gets a
`'` before it, and so does a cell that begins with `'` already. To undo it, take
one leading `'` away from each cell that has one: see `catalog.formulas`.
"""

import re
from collections.abc import Callable, Sequence

from auditql.catalog.formulas import guarded
from auditql.catalog.numbers import written
from auditql.diagnostics.safe_text import safe_text
from auditql.results.formats import Begun, Layout, Row
from auditql.results.formats.columns import Columns

_AS_IS = re.compile(r"[^\s\"',;\0]([^\"\r\n,;\t\0]*[^\s\"',;\0])?")


class Separated:
    """Writes records as lines of cells."""

    def __init__(self, layout: Layout, separator: str) -> None:
        """Separate cells by that character."""
        self._columns = Columns(layout)
        self._separator = separator
        self._guard: Callable[[str], str] = guarded if layout.guarded else str
        self._on_terminal = layout.width is not None
        self._begun = layout.begun is not None

    def rows(self, rows: Sequence[Row]) -> str:
        """The lines of these rows, after the heading before the first."""
        if not rows:
            return ""
        names = self._columns.names(rows)
        lines = [self._line(names)] if not self._begun else []
        self._begun = True
        lines += (self._line([row.get(name) for name in names]) for row in rows)
        return "".join(lines)

    def end(self) -> str:
        """Nothing, or the heading of an answer without rows."""
        return "" if self._begun else self._line(self._columns.names(()))

    def notes(self) -> Sequence[str]:
        """The fields that came after the heading."""
        return self._columns.notes()

    def begun(self) -> Begun:
        """The columns of the heading, and the fields that came after it."""
        return self._columns.begun()

    def _line(self, values: Sequence[object]) -> str:
        """A line; one that would be empty is no line to a reader, so it is quoted."""
        line = self._separator.join([self._cell(value) for value in values])
        return (line or '""') + "\n"

    def _cell(self, value: object) -> str:
        """The text of a value, quoted where a reader could take it for more."""
        if value is None:
            return ""
        if type(value) is int:
            return str(value)
        text = self._guard(value) if type(value) is str else written(value)
        if self._on_terminal:
            text = safe_text(text)
        if _AS_IS.fullmatch(text):
            return text
        return '"' + text.replace('"', '""') + '"'

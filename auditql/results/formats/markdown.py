r"""`markdown`: a table for a document or a ticket.

Everything that Markdown reads as more than text is escaped with `\`, so a name
in the log is neither a link, nor a picture, nor a cell more.
"""

import re
from collections.abc import Sequence

from auditql.catalog.kinds import Kind
from auditql.results.formats import Layout, Row
from auditql.results.formats.cells import cell
from auditql.results.formats.columns import Columns, kinds

_MARKS = re.compile(r"[\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_])")


class Markdown:
    """Writes records as the rows of one table."""

    def __init__(self, layout: Layout) -> None:
        """Write the chosen columns, or those that the first rows hold."""
        self._columns = Columns(layout)
        self._kinds = kinds(layout)
        self._begun = False

    def rows(self, rows: Sequence[Row]) -> str:
        """The lines of these rows, after the heading before the first."""
        if not rows:
            return ""
        names = self._columns.names(rows)
        heading = "" if self._begun else self._heading(names)
        self._begun = True
        return heading + "".join(
            _line([escaped(cell(row.get(name))) for name in names]) for row in rows
        )

    def end(self) -> str:
        """Nothing, or the heading of an answer without rows."""
        return "" if self._begun else self._heading(self._columns.names(()))

    def notes(self) -> Sequence[str]:
        """The fields that came after the heading."""
        return self._columns.notes()

    def begun(self) -> None:
        """It cannot go on: see `RESUMABLE`."""

    def _heading(self, names: Sequence[str]) -> str:
        """The heading and its rule; numbers stand to the right."""
        numbers = [self._kinds.get(name) is Kind.INTEGER for name in names]
        rules = ["---:" if is_number else "---" for is_number in numbers]
        return _line([escaped(cell(name)) for name in names]) + _line(rules)


def escaped(text: str) -> str:
    """The text with every mark of Markdown taken as it is."""
    return _MARKS.sub(r"\\\g<0>", text)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


make = Markdown

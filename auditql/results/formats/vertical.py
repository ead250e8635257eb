"""`vertical`: one field a line, a numbered rule before each record; nothing is cut."""

from collections.abc import Sequence

from auditql.results.formats import Layout, Row
from auditql.results.formats.cells import cell
from auditql.results.formats.columns import KNOWN, fixed
from auditql.results.formats.screen import filled, width


class Vertical:
    """Writes records one field a line."""

    def __init__(self, layout: Layout) -> None:
        """Write the columns that are fixed, or every field, unknown ones last."""
        self._fixed = fixed(layout)
        self._number = 0

    def rows(self, rows: Sequence[Row]) -> str:
        """The lines of these rows."""
        return "".join(self._record(row) for row in rows)

    def end(self) -> str:
        """Nothing: every record is out."""
        return ""

    def notes(self) -> Sequence[str]:
        """Nothing: everything is shown."""
        return ()

    def begun(self) -> None:
        """It cannot go on: see `RESUMABLE`."""

    def _record(self, row: Row) -> str:
        self._number += 1
        names = self._fixed
        if names is None:
            names = (*KNOWN, *(name for name in row if name not in KNOWN))
        heads = [cell(name) for name in names]
        wide = max(map(width, heads))
        lines = [f"-[ {self._number} ]-"]
        lines += (
            f"{filled(head, wide)} | {cell(row.get(name))}"
            for head, name in zip(heads, names, strict=True)
        )
        return "\n".join(lines) + "\n"


make = Vertical

"""`json`: one array, however many pages; a record a line, as they arrive."""

from collections.abc import Sequence

from auditql.results.formats import Begun, Layout, Row
from auditql.results.formats.json_text import writer


class JsonArray:
    """Writes records as the elements of one array."""

    def __init__(self, layout: Layout) -> None:
        """Write the chosen columns of a record, or all of it."""
        self._line = writer(layout.columns)
        self._begun = layout.begun is not None

    def rows(self, rows: Sequence[Row]) -> str:
        """The next elements; the array is opened before the first."""
        if not rows:
            return ""
        before = ",\n" if self._begun else "[\n"
        self._begun = True
        return before + ",\n".join(self._line(row) for row in rows)

    def end(self) -> str:
        """What closes the array."""
        return "\n]\n" if self._begun else "[]\n"

    def notes(self) -> Sequence[str]:
        """Nothing: everything is shown."""
        return ()

    def begun(self) -> Begun:
        """Nothing but that it is: the array is open once a row is out."""
        return Begun()


make = JsonArray

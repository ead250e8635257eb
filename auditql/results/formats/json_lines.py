"""`jsonl`: one record a line, each on its way as soon as it is here."""

from collections.abc import Sequence

from auditql.results.formats import Begun, Layout, Row
from auditql.results.formats.json_text import writer


class JsonLines:
    """Writes records as lines of JSON."""

    def __init__(self, layout: Layout) -> None:
        """Write the chosen columns of a record, or all of it."""
        self._line = writer(layout.columns)

    def rows(self, rows: Sequence[Row]) -> str:
        """A line for each row."""
        return "".join(self._line(row) + "\n" for row in rows)

    def end(self) -> str:
        """Nothing: every line is out."""
        return ""

    def notes(self) -> Sequence[str]:
        """Nothing: everything is shown."""
        return ()

    def begun(self) -> Begun:
        """Nothing but that it is: a line does not depend on those before."""
        return Begun()


make = JsonLines

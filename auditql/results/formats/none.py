"""`none`: no text; what counts is the exit code or what `--stats` says."""

from collections.abc import Sequence

from auditql.results.formats import Layout, Row


class Nothing:
    """Writes nothing."""

    def __init__(self, layout: Layout) -> None:
        """There is nothing to lay out."""

    def rows(self, rows: Sequence[Row]) -> str:
        """Nothing."""
        return ""

    def end(self) -> str:
        """Nothing."""
        return ""

    def notes(self) -> Sequence[str]:
        """Nothing: nothing was asked to be shown."""
        return ()

    def begun(self) -> None:
        """It cannot go on: see `RESUMABLE`."""


make = Nothing

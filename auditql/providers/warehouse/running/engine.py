"""What is asked of an engine, whichever it is; all of it blocks."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from auditql.providers.warehouse.running.mapped import Found

AT_ONCE = 2_000
"""Rows that are taken at once."""


class EngineConnection(Protocol):
    """A connection to an engine, for one thread but `cancel`."""

    def open(self) -> None:
        """Connect, to read alone.

        Raises:
            ConfigurationError: a package is missing, or the URL does not fit it.
            RunError: the engine cannot be reached, or refuses.
        """
        ...

    def columns(self, table: tuple[str, ...]) -> Sequence[Found]:
        """The columns of a table.

        Raises:
            ConfigurationError: there is no such table.
            RunError: the engine cannot say.
        """
        ...

    def rows(self, text: str) -> Iterator[Sequence[Sequence[object]]]:
        """The rows that a statement gives, some at a time.

        Raises:
            RunError: while rows are taken: the engine refused or failed.
        """
        ...

    def cancel(self) -> None:
        """Stop what is being done; from any thread."""
        ...

    def close(self) -> None:
        """Close it; raises nothing."""
        ...

"""What an engine cannot say exactly, as diagnostics.

In: what is asked for, where it stands in the text. Out: diagnostics that name the
construct, the engine, and what to write instead; or none, and the query can be said.
"""

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Span
from auditql.errors import QueryError
from auditql.providers.warehouse.statement import Dialect

MOST = 5
"""Diagnostics that are collected before it ends."""

READ_HERE = "ask the API, the mirror or a file, where it is checked in Python"


class Refused(Exception):
    """One construct cannot be said; what encloses it goes on with the next."""

    def __init__(self, message: str, help_: str) -> None:
        """Hold the words, without the engine's name."""
        super().__init__(message)
        self.message = message
        self.help = help_


class Refusals:
    """Collects what cannot be said."""

    def __init__(self, dialect: Dialect, text: str) -> None:
        """Begin with nothing."""
        self._dialect = dialect
        self._text = text
        self._found: dict[Diagnostic, None] = {}

    def add(self, refused: Refused, span: Span | None) -> None:
        """Keep one; a construct that comes again is told once."""
        made = Diagnostic(
            Code.NOT_IN_ENGINE,
            f"{self._dialect.value} cannot say this exactly: {refused.message}",
            span,
            "not in SQL",
            refused.help,
        )
        if len(self._found) < MOST:
            self._found[made] = None

    def check(self) -> None:
        """Do nothing if nothing was refused.

        Raises:
            QueryError: something was; it holds all of it.
        """
        if self._found:
            raise QueryError(tuple(self._found), self._text)

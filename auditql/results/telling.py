"""Warnings of a run: of each kind the first, in the end how often it was met.

In: what is odd about records, as it is met. Out: one warning of each kind at once,
and one more with the number where an id with different content was met again.
"""

from collections.abc import Callable

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity

Warn = Callable[[Diagnostic], object]


class Telling:
    """Passes a warning of each kind on once."""

    def __init__(self, on_warning: Warn) -> None:
        """Nothing was met yet.

        Args:
            on_warning: is told.
        """
        self._on_warning = on_warning
        self._met: dict[Code, int] = {}

    def __call__(self, code: Code, message: str, help_: str) -> None:
        """Tell of the first of a kind."""
        self._met[code] = self._met.get(code, 0) + 1
        if self._met[code] == 1:
            self._tell(code, message, help_)

    def end(self) -> None:
        """Tell how often an id came with different content, if more than once."""
        number = self._met.get(Code.SAME_ID, 0)
        if number > 1:
            self._tell(
                Code.SAME_ID,
                f"{number:,} records in all came again with different content",
                "all are kept; the log should never change",
            )

    def _tell(self, code: Code, message: str, help_: str) -> None:
        self._on_warning(
            Diagnostic(code, message, help=help_, severity=Severity.WARNING)
        )

"""What could not be read: counted, the first few named.

In: lines that hold no record, one by one. Out: one warning, or the refusal.
"""

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import ConfigurationError

NAMED = 5
"""Lines that are named with what is wrong; of the others the number is said."""


class Faults:
    """The lines of all files of a run that hold no record.

    Attributes:
        number: how many.
        last: the last one, in words.
    """

    def __init__(self) -> None:
        """None yet."""
        self.number = 0
        self.last = ""
        self._named: list[str] = []

    def add(self, name: str, line: int, why: str) -> None:
        """Note one.

        Args:
            name: of the file.
            line: its number, from 1.
            why: what is wrong with it.
        """
        self.number += 1
        self.last = f"{name}:{line}: {why}"
        if len(self._named) < NAMED:
            self._named.append(self.last)

    @property
    def reason(self) -> str:
        """Why an answer out of the others is partial."""
        some = "1 line" if self.number == 1 else f"{self.number:,} lines"
        return f"{some} could not be read"

    def warning(self) -> Diagnostic:
        """What is said where the others are read all the same."""
        return Diagnostic(
            Code.BAD_LINE,
            f"{self.reason}, and what they hold is missing in the answer",
            help=f"{self._listed()}; --strict refuses such files",
            severity=Severity.WARNING,
        )

    def refusal(self) -> ConfigurationError:
        """What ends a run that must not miss any."""
        return ConfigurationError(f"{self.reason}: {self._listed()}")

    def _listed(self) -> str:
        left = self.number - len(self._named)
        more = [f"and {left:,} more"] if left else []
        return "; ".join([*self._named, *more])

"""What could not be read: counted, the first few named.

In: lines that hold no record, one by one; files whose last page says that records
follow it. Out: warnings, or the refusal, and why an answer is partial.
"""

from collections.abc import Iterator

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
        self._unfinished: list[str] = []

    def __bool__(self) -> bool:
        """Whether anything is missing."""
        return bool(self.number or self._unfinished)

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

    def add_unfinished(self, name: str) -> None:
        """Note a file whose last page says that records follow it."""
        self._unfinished.append(name)

    @property
    def reason(self) -> str:
        """Why an answer out of the others is partial."""
        reasons = []
        if self.number:
            reasons.append(self._bad())
        if self._unfinished:
            reasons.append(self._more())
        return "; ".join(reasons)

    def warnings(self) -> Iterator[Diagnostic]:
        """What is said where the others are read all the same."""
        if self.number:
            held = "it holds" if self.number == 1 else "they hold"
            yield Diagnostic(
                Code.BAD_LINE,
                f"{self._bad()}, and what {held} is missing in the answer",
                help=f"{self._listed()}; --strict refuses such files",
                severity=Severity.WARNING,
            )
        if self._unfinished:
            yield Diagnostic(
                Code.MORE_RECORDS,
                f"{self._more()}, and they are missing in the answer",
                help="pages of one read go into one file, one behind the other, up to"
                " the last",
                severity=Severity.WARNING,
            )

    def refusal(self) -> ConfigurationError:
        """What ends a run that must not miss any."""
        listed = f": {self._listed()}" if self.number else ""
        return ConfigurationError(f"{self.reason}{listed}")

    def _bad(self) -> str:
        some = "1 line" if self.number == 1 else f"{self.number:,} lines"
        return f"{some} could not be read"

    def _more(self) -> str:
        """Which files end too early: the first one, and how many others."""
        first, others = self._unfinished[0], len(self._unfinished) - 1
        more = f", as in {others:,} more," if others else ""
        return f"the last page in {first}{more} says that more records exist"

    def _listed(self) -> str:
        left = self.number - len(self._named)
        more = [f"and {left:,} more"] if left else []
        return "; ".join([*self._named, *more])

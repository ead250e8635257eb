"""What may be claimed of the answers of a client, while they are read and after.

In: the batches of an answer as they come. Out: the same batches, and what may be
claimed: partial until the last one is out, and partial for good after a fault.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import RunError
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.results import completeness
from auditql.results.answer import Execute
from auditql.results.completeness import Completeness
from auditql.runtime.mirrored import Mirrored

T = TypeVar("T")


class Claims:
    """The answers of one client.

    Attributes:
        last: what may be claimed of the answer that was begun last; None before
            the first.
    """

    def __init__(
        self,
        mirrored: Mirrored,
        statistics: Statistics,
        on_warning: Callable[[Diagnostic], object],
    ) -> None:
        """Claim nothing yet."""
        self.last: Completeness | None = None
        self._mirrored = mirrored
        self._statistics = statistics
        self._on_warning = on_warning

    async def answer(
        self, plan: Plan, execute: Execute[T]
    ) -> AsyncGenerator[Sequence[T], None]:
        """The batches of an answer; once it ends, what may be claimed of it."""
        self.last = completeness.partial(completeness.UNREAD)
        reason: str | None = None
        is_told = False
        counts = self._statistics.server_counts

        def warn(warning: Diagnostic) -> None:
            nonlocal reason, is_told
            is_told = is_told or warning.code is Code.SAME_ID
            if warning.code is Code.OUT_OF_ORDER:
                reason = completeness.OUT_OF_ORDER
            self._on_warning(warning)

        try:
            with self._mirrored.reading(plan) as reading:
                batches = execute(reading.plan, reading.reader, warn, self._statistics)
                async with aclosing(batches):
                    async for batch in batches:
                        yield batch
        except RunError as error:
            self.last = completeness.partial(str(error))
            raise
        doubled = reading.doubled()
        if doubled is not None and not is_told:
            self._on_warning(_held_twice(doubled))
        reason = reason or reading.lacking()
        claim = completeness.of(reading.plan, self._statistics, reason)
        is_count = self._statistics.server_counts > counts
        self.last = replace(claim, server_count=is_count)


def _held_twice(number: int) -> Diagnostic:
    """What is said of an id whose two records have different times.

    Where streams meet, those of one second alone are told.
    """
    return Diagnostic(
        Code.SAME_ID,
        f"the mirror holds record {number} twice with different content",
        help="both are kept; the log should never change",
        severity=Severity.WARNING,
    )

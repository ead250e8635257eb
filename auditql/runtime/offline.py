"""What answers queries without an account: files, a lake, a warehouse.

In: a plan. Out: its rows, and what may be claimed of them. The forms that the
clients of other places share with each other, so that who runs a query need not
know which of them it has.
"""

from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from auditql.catalog.record import Record
    from auditql.plan.plan import Plan
    from auditql.plan.reader import Statistics
    from auditql.providers.files.reader import WasRead
    from auditql.results.answer import Rows
    from auditql.results.completeness import Completeness


class OfflineClient(Protocol):
    """Answers queries out of another place than an account; one query at a time.

    Attributes:
        statistics: work done so far.
        completeness: what may be claimed of the answer that was begun last.
        was_read: the files that were read to their end for it.
        place: where the records are, for a manifest; without a secret.
    """

    statistics: "Statistics"
    completeness: "Completeness | None"
    was_read: "Sequence[WasRead]"
    place: str

    async def __aenter__(self) -> Self:
        """The client itself."""
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        ...

    def batches(self, plan: "Plan") -> "AsyncGenerator[Sequence[Record], None]":
        """The records of a plan without stages, in order, some at a time."""
        ...

    def rows(self, plan: "Plan") -> "Rows":
        """The rows of any plan."""
        ...

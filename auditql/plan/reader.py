"""What the executor asks of a provider: pages of records, counted work."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.plan.condensed import Condensed
from auditql.plan.model import Interval, Scan

if TYPE_CHECKING:
    from auditql.plan.plan import Plan


@form
class Counted:
    """What a source says that it holds.

    Attributes:
        number: of records, edge seconds included.
        records: those of the page that came with it, in the order of the request.
    """

    number: int
    records: Sequence[Record]


@dataclass(slots=True)
class Statistics:
    """Work done so far; the provider and the executor add to it as they go.

    Attributes:
        rows: rows given out.
        rows_fetched: records received, those dropped later included.
        requests: requests sent, retries included.
        pages: pages received whole.
        retries: requests sent again.
        waited_ms: time spent waiting for the rate limit or before a retry.
        server_s: the source's own time of its first answer, in seconds since
            1970 UTC: what it shows later may hold more; None while it said none.
        is_undated: something was read of which no time is known: one that is told
            later would claim too much of it.
        local_s: this machine's time when that answer came, or when the reading of
            files began.
        reached_s: the time of the record that was read last, in the order of
            reading; None before the first.
        rows_read: records that were taken out of the pages, in the order of reading.
        limited: answers that said that the rate limit is reached.
        after_cursor: of the page that came last, as the source gave it: where the
            page behind it begins; None where it gave none.
        before_cursor: the same, for the page before it.
        server_counts: answers that are the source's own count, no record read.
        rows_mirrored: records received that came out of the mirror.
        sql_answers: answers that the mirror's SQL gave, no record read.
    """

    rows: int = 0
    rows_fetched: int = 0
    requests: int = 0
    pages: int = 0
    retries: int = 0
    waited_ms: int = 0
    server_s: int | None = None
    is_undated: bool = False
    local_s: int | None = None
    reached_s: int | None = None
    rows_read: int = 0
    limited: int = 0
    after_cursor: str | None = None
    before_cursor: str | None = None
    server_counts: int = 0
    rows_mirrored: int = 0
    sql_answers: int = 0

    def forget_time(self) -> None:
        """Let the next answer tell the source's time: another read begins."""
        self.server_s = None
        self.is_undated = False


class Reader(Protocol):
    """A source of records for scans; asynchronous, one per run of a query."""

    def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncIterator[Sequence[Record]]:
        """The records of a scan, page by page, in the order of its request.

        Every record of the answer is given, edge seconds included; a page that
        is not what the API promises is an ApiError, never an empty page.
        Closing the iterator stops the read.

        Args:
            scan: what to read.
            wanted: records that will be taken at most, so that no more is read
                ahead; None where nobody knows. All are given all the same.

        Raises:
            RunError: the read cannot go on.
        """
        ...

    async def counted(self, scan: Scan) -> Counted:
        """What the source says it holds for a scan of mode COUNT.

        Raises:
            RunError: the number could not be had.
        """
        ...


class ReadAnew(Exception):
    """What was grouped so far is of no use; the records are to be read one by one."""


@form
class Parts:
    """The records of a plan: some grouped, the others to be read.

    Attributes:
        batches: the grouped ones, some at a time; may raise ReadAnew.
        rest: the plan of the others, which share no second with them.
    """

    batches: AsyncGenerator[Sequence[Condensed], None]
    rest: "Plan"


@runtime_checkable
class Grouping(Reader, Protocol):
    """A source that may group the records of the plan that it was made for."""

    def grouped(self) -> Parts | None:
        """Records grouped, and the plan of the rest; None where none are."""
        ...


@runtime_checkable
class Condensing(Protocol):
    """What groups records for the stages of one plan."""

    @property
    def condenses(self) -> bool:
        """Whether the stages can do with grouped records."""
        ...

    @property
    def minds_order(self) -> bool:
        """Whether no others may be added before or behind them."""
        ...

    def condensed(
        self, times: Sequence[Interval]
    ) -> AsyncGenerator[Sequence[Condensed], None]:
        """The records of these times that pass the filter, grouped."""
        ...

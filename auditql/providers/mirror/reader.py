"""Reads the scans of a plan out of a mirror.

In: an open mirror, a plan, its scans. Out: pages of records in the order of a scan,
narrowed by as much of the filter as SQL can say; who takes them checks them whole. SQL
runs in a thread, so that others have their turn, and stops where the task is cancelled.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from auditql.catalog.record import Record
from auditql.plan.model import Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Counted, Statistics
from auditql.providers.mirror.opening import COLUMNS, Mirror
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.selection import selection, time_order

FIRST_PAGE, LARGEST_PAGE = 64, 512
"""Records of the first page and of later ones."""

_PATIENCE_S = 0.02

T = TypeVar("T")


class MirrorReader:
    """A source of records for the scans of one plan."""

    def __init__(self, mirror: Mirror, plan: Plan, statistics: Statistics) -> None:
        """Make it ready; nothing is read yet.

        Args:
            mirror: open; it stays open, and its snapshot may be held by the caller.
            plan: whose scans are read.
            statistics: learns how many records were read.
        """
        self._mirror = mirror
        self._plan = plan
        self._statistics = statistics
        self._turn = asyncio.Lock()

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records of a scan's box that the mirror holds, page by page.

        Those that SQL knows not to pass the filter are left out. Records of the
        same second come in the order of their ids.

        Args:
            scan: its box is read.
            wanted: records that will be taken at most; None where nobody knows.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
            RunError: it could not be read.
        """
        with self._mirror.snapshot():
            calls = Calls(self._mirror.connection)
            cursor = await self._work(lambda: self._begun(scan, calls))
            try:
                size = FIRST_PAGE if wanted is None else min(wanted + 1, LARGEST_PAGE)
                while page := await self._work(lambda: self._page(cursor, size)):  # noqa: B023 - run before the next
                    self._statistics.rows_fetched += len(page)
                    yield page
                    size = min(2 * size, LARGEST_PAGE)
            finally:
                cursor.close()
                calls.close()

    async def counted(self, scan: Scan) -> Counted:
        """A mirror is never asked for a count of the API."""
        raise AssertionError(f"no count of a mirror: {scan}")

    def _begun(self, scan: Scan, calls: Calls) -> sqlite3.Cursor:
        plan = self._plan
        query, connection = plan.query, self._mirror.connection
        chosen = selection(connection, calls, scan.box, query.filter, query.zone)
        if not chosen.arms:
            return connection.execute("SELECT 1 WHERE 0")
        order = time_order(descending=plan.descending)
        return connection.execute(*chosen.statement(COLUMNS, order))

    def _page(self, cursor: sqlite3.Cursor, size: int) -> list[Record]:
        return self._mirror.restored(cursor.fetchmany(size))

    async def _work(self, work: Callable[[], T]) -> T:
        """What the work gives, done in a thread, one work at a time.

        A cancelled task interrupts it and waits until it has ended.
        """
        async with self._turn:
            doing = asyncio.ensure_future(asyncio.to_thread(work))
            try:
                return await asyncio.shield(doing)
            except asyncio.CancelledError:
                while not doing.done():
                    self._mirror.connection.interrupt()
                    with suppress(asyncio.CancelledError):
                        await asyncio.wait([doing], timeout=_PATIENCE_S)
                doing.exception()
                raise

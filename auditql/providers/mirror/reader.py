"""Reads the scans of a plan out of a mirror.

In: an open mirror, a plan, its scans. Out: pages of records in the order of a scan,
narrowed by as much of the filter as SQL can say; who takes them checks them whole. SQL
runs in a thread, so that others have their turn, and stops where the task is cancelled.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, closing, suppress
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from auditql.catalog.record import Record
from auditql.plan.condensed import Condensed
from auditql.plan.model import Interval, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Counted, Statistics
from auditql.providers.mirror.opening import COLUMNS, Mirror
from auditql.providers.mirror.sql.asked_of import Asked
from auditql.providers.mirror.sql.calls import Calls, calling
from auditql.providers.mirror.sql.condensing import Condensing, needs_of
from auditql.providers.mirror.sql.pieces import Param
from auditql.providers.mirror.sql.selection import Selection, box_terms, selection

FIRST_PAGE, LARGEST_PAGE = 64, 512
"""Records of the first page and of later ones."""

_PATIENCE_S = 0.02

_DOUBLED = (
    "SELECT id FROM record WHERE id IN (SELECT id FROM record WHERE variant > 0 "
    "AND id IN (SELECT value FROM json_each(?))) "
    "GROUP BY id HAVING count(*) > 1 LIMIT 1"  # a prune may have left one of them
)

T = TypeVar("T")
Statement = tuple[str, Sequence[Param]]


class MirrorReader:
    """A source of records for the scans of one plan.

    Attributes:
        doubled: the id of a record that was read and passes the filter, and that the
            mirror holds with other content too, at whatever time; None for none.
    """

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
        self.doubled: int | None = None

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records of a scan's box that the mirror holds, page by page.

        Those that SQL knows not to pass the filter are left out, but for those that
        are looked up by their ids. Records of the same second come in the order of
        their ids.

        Args:
            scan: its box is read.
            wanted: records that will be taken at most; None where nobody knows.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
            RunError: it could not be read.
        """
        with calling(self._mirror) as calls:
            chosen = await self._work(lambda: self._selection(scan, calls))
            size = FIRST_PAGE if wanted is None else min(wanted + 1, LARGEST_PAGE)
            statements = await self._work(lambda: self._statements(scan, chosen))
            for statement, params in statements:
                reading = self._read(statement, params, size)
                async with aclosing(reading) as pages:
                    async for page in pages:
                        yield page

    @property
    def condenses(self) -> bool:
        """Whether the stages of the plan can do with grouped records.

        Where the mirror holds two records of one id, each is read: that is told.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
            RunError: it could not be read.
        """
        return self._asked is not None and not self._has_conflicts

    @property
    def minds_order(self) -> bool:
        """Whether the answer depends on the order in which they are read."""
        return self._asked is not None and self._asked.takes_order

    @cached_property
    def _asked(self) -> Asked | None:
        return needs_of(self._plan)

    @cached_property
    def _has_conflicts(self) -> bool:
        statement = "SELECT 1 FROM record WHERE variant > 0 LIMIT 1"
        with self._mirror.snapshot():
            return self._mirror.connection.execute(statement).fetchone() is not None

    async def condensed(
        self, times: Sequence[Interval]
    ) -> AsyncGenerator[Sequence[Condensed], None]:
        """The records of the plan that lie in the times, grouped, some at a time.

        All of them pass the filter. What the stages make of them does not depend on
        how they were grouped.

        Args:
            times: disjoint, ascending, covered by the mirror.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
            RunError: it could not be read.
        """
        asked = self._asked
        assert asked is not None, "the plan needs each record"
        matches = self._plan.matcher()
        with calling(self._mirror) as calls:
            made = await self._work(
                lambda: Condensing(self._mirror, self._plan, asked, calls)
            )
            with closing(made.batches(times)) as batches:
                while True:
                    batch = await self._work(lambda: next(batches, None))
                    if batch is None:
                        break
                    if not made.is_exact:
                        batch = [one for one in batch if matches(one)]  # type: ignore[arg-type] # it has what a test looks at
                    if batch:
                        yield batch

    async def counted(self, scan: Scan) -> Counted:
        """A mirror is never asked for a count of the API."""
        raise AssertionError(f"no count of a mirror: {scan}")

    def _selection(self, scan: Scan, calls: Calls) -> Selection:
        query = self._plan.query
        terms = box_terms(scan.box)
        if "id" not in scan.box.sets:  # a record that is held is found, passing or not
            terms.append(query.filter)
        return selection(self._mirror.connection, calls, terms, query.zone)

    def _statements(self, scan: Scan, chosen: Selection) -> list[Statement]:
        """What is run, one after another: the first rows apart, if that is quicker."""
        created, descending = scan.box.created, self._plan.descending
        edge = None
        if chosen.asks_texts:
            connection = self._mirror.connection
            edge = chosen.edge(connection, created, descending=descending)
        parts = [(created, chosen.asks_texts)]
        if edge is not None and descending:
            newest, older = replace(created, start=edge), replace(created, end=edge)
            parts = [(newest, True), (older, False)]
        elif edge is not None:
            oldest = replace(created, end=edge + 1)
            parts = [(oldest, True), (replace(created, start=edge + 1), False)]
        return [
            chosen.statement(COLUMNS, time, descending=descending, is_lazy=is_lazy)
            for time, is_lazy in parts
        ]

    async def _read(
        self, statement: str, params: Sequence[Param], size: int
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records that a statement selects, page by page."""
        execute = self._mirror.connection.execute
        cursor = await self._work(lambda: execute(statement, params))
        try:
            while page := await self._work(lambda: self._page(cursor, size)):  # noqa: B023 - run before the next
                self._statistics.rows_fetched += len(page)
                yield page
                size = min(2 * size, LARGEST_PAGE)
        finally:
            cursor.close()

    def _page(self, cursor: sqlite3.Cursor, size: int) -> list[Record]:
        page = self._mirror.restored(cursor.fetchmany(size))
        if page and self.doubled is None and self._has_conflicts:
            self.doubled = self._doubled(page)
        return page

    def _doubled(self, page: Sequence[Record]) -> int | None:
        """The id of a record of the answer that is held with other content too."""
        ids = json.dumps([record.id for record in self._plan.matcher().keep(page)])
        found = self._mirror.connection.execute(_DOUBLED, (ids,)).fetchone()
        return None if found is None else int(found[0])

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

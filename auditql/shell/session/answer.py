"""An answer that is read as far as it is wanted, and goes on from there.

In: a plan, a client each time that more is wanted. Out: rows, each once, in their
order. However reading stops (enough rows, Ctrl-C, a lost connection), what came is
kept: records by their position, what stages and sorting made of them so far in
memory. Nothing that came is asked for again but the last second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.errors import OutputError
from auditql.plan.cost import MANY, page_size
from auditql.plan.plan import Plan
from auditql.results import completeness
from auditql.results.formats import Row
from auditql.results.position import Position, advanced, rest_of, without_those_out
from auditql.shell.live.density import expected
from auditql.shell.progress import expected_pages
from auditql.shell.session.heap import Heap
from auditql.shell.session.parting import Parting
from auditql.shell.session.ways import is_at_hand, ways_of

if TYPE_CHECKING:
    from auditql.runtime.client import AsyncClient

_AT_ONCE = 1000  # rows that are laid out before others have their turn
_EDGE = 5  # records of a page that may lie in its edge seconds, most often

Give = Callable[[Sequence[Row]], object]
"""Takes rows that are out."""


class Stop(Enum):
    """Why reading stopped."""

    ENOUGH = "so many rows as were wanted are out"
    END = "all rows are out"
    COSTLY = "many requests would follow"


class Answer:
    """One answer.

    Attributes:
        plan: of the query.
        text: of the query, as it was typed.
        values: given to a saved query on its line; None where none was run.
        rows: those that are out.
        rows_before: so many of them before it was gone on with.
        target: so many rows are wanted in all; None for every one.
        server_s: the server's time of its first answer; None while it told none.
        is_read: every row was found.
        may_cost: it may take many requests; nobody is asked again.
        warned: the codes of what was warned of while it was read.
        server_count: its number is the API's own.
        was_limited: a limit was set that its text does not name.
        part: gives plans as they are read where a mirror holds some of it.
    """

    def __init__(self, plan: Plan, text: str) -> None:
        """Read nothing yet."""
        self.plan, self.text = plan, text
        self.values: Mapping[str, str] | None = None
        self.rows: list[Row] = []
        self.rows_before = 0
        self.target: int | None = None
        self.server_s: int | None = None
        self.is_read = self.may_cost = False
        self.warned: set[Code] = set()
        self.server_count = self.was_limited = self._has_come = self._is_mixed = False
        self.part = Parting()
        self._ways = ways_of(plan)
        self._position: Position | None = None
        self._found: deque[Row] = deque()
        self._heap = Heap()

    @property
    def reads(self) -> Plan:
        """The whole plan, as it is read."""
        return self.part(self.plan)

    @property
    def found(self) -> Sequence[Row]:
        """The rows that follow those that are out and are here already."""
        return self._found

    @property
    def has_more(self) -> bool:
        """Whether rows may follow those that are out."""
        return bool(self._found) or not (self.is_read or self._is_full)

    @property
    def goes_on(self) -> bool:
        """Whether the rows that follow can be had from here, each once."""
        if self._is_mixed or not self.has_more:
            return False
        if self._found:
            return True
        if Code.OUT_OF_ORDER in self.warned:
            return False
        if self._ways is None:
            return not self.rows
        return self._position is None or self._position.is_bounded

    def expected(self, densities: Mapping[str, float]) -> int | None:
        """Requests that reading takes, as far as that is known before the first.

        None where somebody said that it may cost, or reading has begun.

        Args:
            densities: of the account's records, as reads before have shown them.
        """
        if self._position is not None or self.may_cost:
            return None
        found = expected(self.part(self.reading), densities)
        about = None if found.is_bound else found.about  # no reason to ask
        return max(found.least, about or 0)

    def limit(self, most: int) -> None:
        """Let the answer end after so many rows."""
        query = self.plan.query
        own = most if query.limit is None else min(most, query.limit)
        self.was_limited = own != query.limit
        self.plan = replace(self.plan, query=replace(query, limit=own))
        self.target = own if self.target is None else min(own, self.target)

    def left(self) -> Answer:
        """The answer as it is out now, which nobody changes and which ends here."""
        copy = Answer(self.plan, self.text)
        copy.rows, copy.values = list(self.rows), self.values
        copy.server_s, copy.warned = self.server_s, set(self.warned)
        copy._is_mixed = True
        return copy

    async def take(self, client: AsyncClient, give: Give) -> Stop:
        """Read until the target is reached, and give what comes.

        Raises:
            RunError: the rest cannot be had, or not now.
        """
        await self._give(give)
        if not self._is_reached() and not self.is_read:
            counts = client.statistics
            try:
                if self._ways is None or self._is_at_hand():
                    await self._at_once(client, give)
                elif await self._read(client, give):
                    return Stop.COSTLY
            finally:
                seconds = (self.server_s, counts.server_s)
                self.server_s = min((s for s in seconds if s is not None), default=None)
                self.server_count = self.server_count or counts.server_counts > 0
        return Stop.ENOUGH if self.has_more else Stop.END

    def _is_at_hand(self) -> bool:
        """Whether nothing came yet, and the mirror has the rows of all stages."""
        has_begun = self._position is not None or self._has_come
        return not has_begun and is_at_hand(self.plan, self.reads)

    async def _at_once(self, client: AsyncClient, give: Give) -> None:
        """Read what cannot be divided, the API's own count, say: it is all or none."""
        async with aclosing(client.rows(self.plan)) as batches:
            found = [row async for batch in batches for row in batch]
        await self._end(found, give)

    async def _end(self, rows: Sequence[Row], give: Give) -> None:
        """Give the last rows; what ends this leaves it unknown whether they came."""
        self._is_mixed = True
        self._found += rows
        self.is_read = True
        await self._give(give)

    async def _read(self, client: AsyncClient, give: Give) -> bool:
        """Read on; gives whether it stopped because many requests would follow."""
        assert self._ways is not None
        ways, reading = self._ways, self.reading
        if not self._has_come:
            async with aclosing(self._batches(client, reading)) as batches:
                async for batch in batches:
                    self._is_mixed = True
                    self._found += ways.through(batch)
                    self._position = advanced(self._position, batch)
                    await self._give(give)
                    self._heap.grew(len(batch))
                    if ways.is_done:
                        break
                    if self._is_reached():
                        return False
                    if self._is_costly(client, reading):
                        return True
            self._has_come = True
        await self._end(ways.end(self._mix), give)
        return False

    def _mix(self) -> None:
        """What is done now cannot be done again."""
        self._is_mixed = True

    def _batches(
        self, client: AsyncClient, plan: Plan
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records that follow those that came."""
        if self._position is None:
            return client.batches(plan)
        rest = rest_of(plan, self._position)
        return without_those_out(client.batches(rest), rest, self._position)

    @property
    def reading(self) -> Plan:
        """The plan of the records that are read next: hardly more than are wanted.

        Pages that were asked for are used whole: what is not wanted yet waits.
        """
        if self._ways is None:
            return self.plan
        plan = self._ways.reading
        if not self._ways.is_plain:
            return plan
        limits = (self.plan.query.limit, self._most_read())
        limit = min((n for n in limits if n is not None), default=None)
        return replace(plan, query=replace(plan.query, limit=limit))

    def _most_read(self) -> int | None:
        """Records after which reading stops; None where it stops by itself."""
        plan, position = self.plan, self._position
        if self.target is None or not plan.exact or len(plan.scans) != 1:
            return None
        if position is None:
            return self.target
        size = page_size(plan)
        again = len(position.ids)
        wanted = self.target - len(self.rows) - len(self._found) + again + _EDGE
        pages = -(-wanted // size)
        return position.rows - again + max(again, pages * size - _EDGE)

    @property
    def _is_full(self) -> bool:
        limit = self.plan.query.limit
        return not self.plan.stages and limit is not None and len(self.rows) >= limit

    def _is_reached(self) -> bool:
        return self.target is not None and len(self.rows) >= self.target

    async def _give(self, give: Give) -> None:
        """Let out what was found, as far as it is wanted, some rows at a time.

        Whatever ends this between two awaits leaves it unknown what is out; but
        what cannot be written is out all the same, and kept.
        """
        while self._found and not self._is_reached():
            most = _AT_ONCE
            if self.target is not None:
                most = min(most, self.target - len(self.rows))
            self._is_mixed = True
            number = min(most, len(self._found))
            out = [self._found.popleft() for _ in range(number)]
            self.rows += out
            try:
                give(out)
            except OutputError:
                self._is_mixed = False
                raise
            self._is_mixed = False
            if self._found:
                await asyncio.sleep(0)
        self._is_mixed = False

    def _is_costly(self, client: AsyncClient, reading: Plan) -> bool:
        """Whether many requests would follow, as the first pages let expect."""
        return not self.may_cost and (self.following(client, reading) or 0) > MANY

    def following(self, client: AsyncClient, reading: Plan | None = None) -> int | None:
        """Requests that would follow, as the first pages let expect; else None."""
        counts = client.statistics
        plan = self.part(reading or self.reading)
        pages = expected_pages(plan, counts, len(self.rows))
        return None if pages is None else max(0, round(pages) - counts.pages)

    def claim(self, reason: str | None) -> completeness.Completeness:
        """What may be claimed of the rows that are out.

        Args:
            reason: why some are missing; None where none of those wanted is.
        """
        if Code.OUT_OF_ORDER in self.warned:
            reason = completeness.OUT_OF_ORDER
        if reason is not None:
            return completeness.partial(reason)
        whole = completeness.whole(self.reads, self.server_s)
        return replace(whole, server_count=self.server_count)

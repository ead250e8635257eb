"""The gaps of a mirror filled from the account, newest first.

In: a reader, a writer, from when on. Out: the mirror, page by page, each page kept
with the time that it covers; whatever ends it before, what was kept is whole, and the
next turn goes on behind it. Nothing is printed here, and nobody waits.
"""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.errors import ApiError
from auditql.plan import intervals
from auditql.plan.capability import ReadShape
from auditql.plan.model import Box, Interval, Scan
from auditql.plan.reader import Statistics
from auditql.providers.mirror.writer import SETTLE_S, Filling, MirrorWriter
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.runtime.settling import apart, count_since, known_s
from auditql.runtime.sync_clocks import check_begun, check_clocks

PAGE = 100
"""Records of a page."""

_BEGINNING_S = 0
_MOST_COUNTED = 8  # gaps whose records are asked for before they are read


@dataclass(slots=True)
class Done:
    """What was done so far.

    Attributes:
        new: records that the mirror had not.
        known: those that it had.
        conflicts: ids of which it had another content; both are kept. Whoever says
            so takes them out.
        kept: pages that are in the mirror.
        reached_s: down to where the gap that is being filled is covered.
    """

    new: int = 0
    known: int = 0
    conflicts: list[int] = field(default_factory=list)
    kept: int = 0
    reached_s: int | None = None


@form
class Work:
    """What a turn has to do.

    Attributes:
        gaps: the times to read, newest first, each with two ends.
        since_s: from when on the mirror is meant to hold everything.
        records: how many the account counts in them; None where nobody asked.
        server_s: the time that both clocks have reached, up to which that holds.
        words: what is to be said of the clocks; None for nothing.
    """

    gaps: tuple[Interval, ...]
    since_s: int
    records: int | None
    server_s: int
    words: str | None = None

    @property
    def requests(self) -> int | None:
        """Pages that it takes, about; None where nobody knows."""
        if self.records is None:
            return None
        return max(len(self.gaps), -(-self.records // PAGE))


def gaps(covered: Sequence[Interval], wanted: Interval) -> tuple[Interval, ...]:
    """The times of an interval that are not covered, newest first.

    Args:
        covered: disjoint times with two ends, ascending.
        wanted: with two ends.
    """
    found: list[Interval] = []
    start = wanted.start
    for time in covered:
        before = intervals.intersection(Interval(start, time.start), wanted)
        if not before.is_empty:
            found.append(before)
        start = max(start or 0, time.end or 0)
    last = intervals.intersection(Interval(start, wanted.end), wanted)
    if not last.is_empty:
        found.append(last)
    return tuple(reversed(found))


class Syncing:
    """Brings one mirror up to date, turn by turn.

    Attributes:
        done: what was done, all turns together.
    """

    def __init__(
        self,
        reader: ZendeskReader,
        statistics: Statistics,
        writer: MirrorWriter,
        wall: Callable[[], float],
    ) -> None:
        """Nothing is asked yet.

        Args:
            reader: of the account.
            statistics: of the reader.
            writer: of its mirror.
            wall: this machine's time, in seconds since 1970 UTC.
        """
        self.done = Done()
        self._reader = reader
        self._statistics = statistics
        self._writer = writer
        self._wall = wall

    async def work(
        self, since_s: int | None, *, counts: bool, trims: bool = False
    ) -> Work:
        """What there is to do; the account is asked for its time.

        Args:
            since_s: from when on the mirror is to hold everything; None goes on
                with what was meant before, or for a new one takes the whole account.
            counts: ask how many records there are.
            trims: take out of the mirror what the account's clock has not reached, as
                one that was wrong put it there; else that is an error. This machine's
                clock takes nothing out: it may be wrong now.

        Raises:
            RunError: the account does not answer, or the clocks do not agree.
        """
        covered = self._writer.covered()
        if since_s is None:
            since_s = min(self._meant(covered), default=_BEGINNING_S)
        end_s = covered[-1].end or 0 if covered else 0
        now_s = int(self._wall())
        newest = Interval(_asked(min(max(end_s, since_s), now_s)), None)
        number = await count_since(self._reader, self._statistics, newest, now_s)
        server_s = self._statistics.server_s
        reached_s = known_s(server_s, now_s)
        assert server_s is not None
        if trims and end_s > server_s:
            self._writer.drop([Interval(server_s, end_s)])
            covered = self._writer.covered()
            end_s = covered[-1].end or 0 if covered else 0
        check_clocks(server_s, now_s, end_s)
        check_begun(since_s, reached_s)
        found = gaps(covered, Interval(since_s, reached_s - SETTLE_S))
        is_newest = bool(found) and found[0].end == reached_s - SETTLE_S
        older = found[1:] if is_newest else found
        records = number
        if older:
            records = await self._counted(older, number) if counts else None
        words = apart(server_s, now_s)
        return Work(found, since_s, records, reached_s, words)

    async def fill(self, work: Work) -> None:
        """Read the gaps into the mirror.

        Raises:
            RunError: the account could not be read to the end.
            OutputError: the mirror could not be written.
        """
        # A narrower turn takes nothing back: what was meant before is still to be had.
        self._writer.aim(min([work.since_s, *self._meant(self._writer.covered())]))
        for gap in work.gaps:
            await self._fill(gap, work.server_s)

    def _meant(self, covered: Sequence[Interval]) -> list[int]:
        """From when on it holds something, and was meant to hold everything."""
        starts = [time.start or 0 for time in covered[:1]]
        if self._writer.aim_s is not None:
            starts.append(self._writer.aim_s)
        return starts

    async def _counted(
        self, older: Sequence[Interval], newest: int | None
    ) -> int | None:
        """All records there are to read, as the account counts; None for many gaps."""
        if newest is None or len(older) > _MOST_COUNTED:
            return None
        number = newest
        for gap in older:
            asked = replace(gap, start=_asked(gap.start or 0))
            now_s = int(self._wall())
            more = await count_since(self._reader, self._statistics, asked, now_s)
            if more is None:
                return None
            number += more
        return number

    async def _fill(self, gap: Interval, server_s: int) -> None:
        """Read one gap; a second is kept when the next one has begun.

        Raises:
            RunError: it could not be read to its end.
            OutputError: the mirror could not be written.
        """
        assert gap.start is not None
        assert gap.end is not None
        window = self._writer.begin(gap, server_s)
        held: list[Record] = []
        last_s = gap.end
        read = self._reader.pages(_scan(gap, server_s))
        async with aclosing(read) as pages:
            async for page in pages:
                mine = [r for r in page if gap.start <= r.created_s < gap.end]
                if not mine:
                    continue
                last_s = _in_order(mine, last_s)
                held += mine
                if held[0].created_s > last_s:
                    self._keep(window, held, last_s + 1)
                    held = [r for r in held if r.created_s == last_s]
        self._keep(window, held, gap.start)

    def _keep(self, window: Filling, held: Sequence[Record], down_to: int) -> None:
        """Put what is whole into the mirror."""
        records = [record for record in held if record.created_s >= down_to]
        added = window.page(records, down_to)
        self.done.new += added.new
        self.done.known += added.known
        self.done.conflicts += added.conflicts
        self.done.kept += 1
        self.done.reached_s = down_to


def _asked(start_s: int) -> int | None:
    """The start that is asked for; the whole account has none."""
    return None if start_s == _BEGINNING_S else start_s


def _scan(gap: Interval, now_s: int) -> Scan:
    """The scan of all records of a time, newest first."""
    box = Box(created=replace(gap, start=_asked(gap.start or 0)))
    (request,) = ZendeskSource().requests(box, ReadShape(True, PAGE, now_s))
    return Scan(box, request)


def _in_order(records: Sequence[Record], last_s: int) -> int:
    """The second of the last record.

    Raises:
        ApiError: one is newer than the one before it: what lies between them, and is
            counted as read, may never have come.
    """
    for record in records:
        if record.created_s > last_s:
            raise ApiError(
                f"record {record.id} came out of the order of time, so nothing from"
                " there on is taken for complete"
            )
        last_s = record.created_s
    return last_s

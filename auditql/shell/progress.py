"""How far a read is, on one line: what it says, and how it is kept up to date.

In: the work done so far, the plan, a clock. Out: one line of text, every moment
anew. What is an estimate is marked with `~`; what is not known is left out.
Nothing is printed here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from auditql.catalog.forms import form
from auditql.plan.coverage import times_of
from auditql.plan.model import Mode
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics

FIRST_S = 0.5
"""Seconds before the line is shown: a quick answer needs none."""

_EVERY_S = 0.2
_WAIT_S = 1.0  # a shorter wait is part of the pace
_MINUTES_S, _HOURS_S = 100, 6000  # from here on, minutes and hours are said


@form
class Seen:
    """How far a read is.

    Attributes:
        pages: received.
        total: how many there may be; None where nobody can say.
        rows: out; where all come at the end, records that were read.
        requests: sent.
        elapsed_s: seconds since the run began.
        wait_s: seconds until it goes on; None where it does not wait.
        is_limited: it waits for the rate limit.
        streams: rows are out before the end, so that Ctrl-C keeps them.
    """

    pages: int
    total: float | None
    rows: int
    requests: int
    elapsed_s: float
    wait_s: float | None = None
    is_limited: bool = False
    streams: bool = True


def line(seen: Seen) -> str:
    """`page 12/~41 · 1,200 rows · 4.6 req/s · ~6 s`, or what is waited for."""
    if seen.wait_s is not None:
        why = "rate limited" if seen.is_limited else "waiting to ask again"
        keeps = f" (Ctrl-C keeps {_many(seen)})" if seen.rows and seen.streams else ""
        return f"{why}, going on in {max(1, round(seen.wait_s))} s{keeps}"
    if not seen.pages:
        return f"waiting for the first page · {seen.elapsed_s:.0f} s"
    parts = [f"page {seen.pages:,}", _many(seen)]
    if seen.elapsed_s > 0:
        parts.append(f"{seen.requests / seen.elapsed_s:.1f} req/s")
    if seen.total is not None:
        parts[0] += f"/~{max(seen.pages, round(seen.total)):,}"
        left = max(0.0, seen.total - seen.pages) * seen.elapsed_s / seen.pages
        parts.append(duration(left))
    return " · ".join(parts)


def _many(seen: Seen) -> str:
    """How many rows are out, or how many records were read where none can be yet."""
    if not seen.streams:
        return f"{seen.rows:,} read"
    return f"{seen.rows:,} row{'' if seen.rows == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time that is an estimate: `~6 s`, `~2 min`, `~1.5 h`."""
    if seconds < _MINUTES_S:
        return f"~{round(seconds)} s"
    if seconds < _HOURS_S:
        return f"~{round(seconds / 60)} min"
    return f"~{seconds / 3600:.1f} h"


def expected_pages(plan: Plan, counts: Statistics, rows: int) -> float | None:
    """How many pages a read will take, from what it has shown so far.

    Args:
        plan: that is read.
        counts: the work done.
        rows: out.
    """
    if {scan.request.mode for scan in plan.scans} == {Mode.LOOKUP}:
        return float(len(plan.scans))
    if plan.query.page is not None:
        return 1.0
    if not counts.pages or not counts.rows_fetched:
        return None
    grown = [
        times for times in (_by_time(plan, counts), _by_limit(plan, rows)) if times
    ]
    if not grown:
        return None
    rows_of_page = counts.rows_fetched / counts.pages
    return max(float(counts.pages), counts.rows_read * min(grown) / rows_of_page)


def _by_time(plan: Plan, counts: Statistics) -> float | None:
    """How many times the time that was read the whole is; None where nobody knows."""
    if len(plan.requests) < len(plan.scans):
        return _by_time_beside_a_mirror(plan, counts)
    times = [s.box.created for s in plan.scans if not s.box.created.is_empty]
    starts = [time.start for time in times if time.start is not None]
    if counts.reached_s is None or not times or len(starts) < len(times):
        return None
    start = min(starts)
    now_s = plan.query.now_s
    end = max(now_s if time.end is None else time.end for time in times)
    read = end - counts.reached_s if plan.descending else counts.reached_s - start
    return max(1.0, (end - start) / read) if read > 0 else None


def _by_time_beside_a_mirror(plan: Plan, counts: Statistics) -> float | None:
    """The same, of the times that are asked for alone."""
    now_s = plan.query.now_s
    total = read = 0
    for time in times_of(plan, Mode.CURSOR):
        if time.start is None or counts.reached_s is None:
            return None
        end = now_s if time.end is None else min(time.end, now_s)
        at = max(time.start, min(end, counts.reached_s))
        total += max(0, end - time.start)
        read += max(0, end - at if plan.descending else at - time.start)
    return max(1.0, total / read) if read > 0 else None


def _by_limit(plan: Plan, rows: int) -> float | None:
    """How many times the rows that are out those of the limit are.

    Rows of stages are no measure of the records that a limit counts.
    """
    if plan.limit is None or plan.sort or plan.stages or not rows:
        return None
    return (plan.limit + plan.offset) / (rows + plan.offset)


class Waits:
    """The waits of a run, as they are slept through."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """No wait yet.

        Args:
            clock: a monotonic clock, in seconds.
            sleep: waits so many seconds.
        """
        self._clock = clock
        self._sleep = sleep
        self._until: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        if seconds < _WAIT_S:
            await self._sleep(seconds)
            return
        until = self._clock() + seconds
        self._until.append(until)
        try:
            await self._sleep(seconds)
        finally:
            self._until.remove(until)

    def left_s(self) -> float | None:
        """Seconds until the first of them ends; None where nobody waits."""
        return min(self._until) - self._clock() if self._until else None


class Progress:
    """The line of one run, shown again and again until it is over."""

    def __init__(
        self,
        plan: Plan,
        counts: Statistics,
        rows: Callable[[], int],
        waits: Waits,
        show: Callable[[str | None], object],
        clock: Callable[[], float],
        *,
        streams: bool = True,
    ) -> None:
        """Begin now; nothing is shown yet.

        Args:
            plan: that is read.
            counts: the work done, as it is done.
            rows: gives how many are out.
            waits: of the run.
            show: takes the line, and None when it is to go.
            clock: a monotonic clock, in seconds.
            streams: rows are out before the end.
        """
        self._streams = streams
        self._plan = plan
        self._counts = counts
        self._rows = rows
        self._waits = waits
        self._show = show
        self._clock = clock
        self._began_s = clock()
        self._pages = 0
        self._failures = 0

    def seen(self) -> Seen:
        """How far it is now."""
        counts = self._counts
        rows = self._rows() if self._streams else counts.rows_read
        failures = counts.retries - counts.limited
        if counts.pages != self._pages:
            # What failed before the last page came is over.
            self._pages, self._failures = counts.pages, failures
        return Seen(
            counts.pages,
            expected_pages(self._plan, counts, rows),
            rows,
            counts.requests,
            self._clock() - self._began_s,
            self._waits.left_s(),
            failures == self._failures,
            self._streams,
        )

    async def __call__(self) -> None:
        """Show it until it is cancelled, then no more."""
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(FIRST_S)
            while True:
                self._show(line(self.seen()))
                await asyncio.sleep(_EVERY_S)
        self._show(None)

"""`timeline`: a count for every bucket of time, those without a record too.

Buckets go from the first to the last that is wanted: over the range of time that
the query's filter leaves, where it has a start or an end, else over what was met.
A range without an end goes on to the query's now. With keys, every combination
that was met stands in every bucket.
"""

from collections.abc import Sequence

from auditql.catalog.buckets import buckets
from auditql.catalog.kinds import Kind
from auditql.language.query import Apply, Column, Given, Timeline
from auditql.plan.matcher import Values
from auditql.plan.model import Interval
from auditql.plan.shown import Shown
from auditql.results.stages.bound import Bound
from auditql.results.stages.groups import COUNT, Tally
from auditql.results.stages.rows import Cell, Item, Shape, grouped
from auditql.results.stages.sorting import by_key


class Filled:
    """A count for every bucket of time."""

    is_done = False

    def __init__(
        self, stage: Timeline, before: Shape, zone: str, span: Interval, bound: Bound
    ) -> None:
        """Nothing is counted yet.

        Args:
            stage: the length of the buckets and the keys.
            before: the shape of the items.
            zone: name of the zone that days and hours are read in.
            span: the range of the query, an open end being what was met.
            bound: on the rows that are given too.
        """
        bucket = Apply("bin", stage.time, Kind.TIME, stage.step)
        time = Column("time", Kind.TIME)
        keys = tuple(map(before.given, stage.keys))
        self.after = grouped((Cell(time, Shown.TIME), *keys), [COUNT])
        self._tally = Tally((Given(time, bucket), *stage.keys), before, zone, bound)
        self._buckets = buckets(stage.step.count, stage.step.unit, zone)
        self._span = span
        self._keys = [given.column for given in stage.keys]
        self._bound = bound

    def add(self, items: Sequence[Item]) -> Sequence[Item]:
        """Nothing is certain before the last item is in."""
        self._tally.add(items)
        return ()

    def end(self) -> Sequence[Item]:
        """A row for every bucket, in the order of time, then of keys."""
        counts = self._tally.counts
        counted = list(self._tally.in_order())
        edges = self._edges([row[0] for row in counted if row[0] is not None])
        wanted = self._combinations(counted)
        if edges is None or not wanted:
            return counted
        rows: list[Values] = []
        bucket, last = edges
        while bucket <= last:
            keys = [(bucket, *combination) for combination in wanted]
            rows += [(*key, counts[key]) for key in keys]
            self._bound.check(len(rows))
            bucket = self._buckets.following(bucket)
        return rows + [row for row in counted if row[0] is None]

    def _edges(self, met: Sequence[object]) -> tuple[int, int] | None:
        """The first and the last bucket; None where there is none."""
        starts = [start for start in met if isinstance(start, int)]
        ends = starts.copy()
        if not self._span.is_empty:
            if self._span.start is not None:
                starts.append(self._buckets.start(self._span.start))
            if self._span.end is not None:
                ends.append(self._buckets.start(self._span.end - 1))
        return (min(starts), max(ends)) if starts and ends else None

    def _combinations(self, counted: Sequence[Values]) -> list[Values]:
        """What every bucket shows: the keys that were met, in their order."""
        if not self._keys:
            return [()]
        return by_key(dict.fromkeys(row[1:-1] for row in counted), self._keys)

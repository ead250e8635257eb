"""Intervals of time: half-open, open ends allowed.

In: intervals. Out: intervals. None as a start is before everything, as an end
after everything.
"""

from auditql.plan.model import Interval


def intersection(a: Interval, b: Interval) -> Interval:
    """What lies in both."""
    return Interval(_later(a.start, b.start), _earlier(a.end, b.end))


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    start = None if a.start is None or b.start is None else min(a.start, b.start)
    end = None if a.end is None or b.end is None else max(a.end, b.end)
    return Interval(start, end)


def touch(a: Interval, b: Interval) -> bool:
    """Whether they overlap or one begins where the other ends."""
    return not _before(a, b) and not _before(b, a)


def contains(outer: Interval, inner: Interval) -> bool:
    """Whether all of the inner lies in the outer."""
    starts = outer.start is None or (
        inner.start is not None and outer.start <= inner.start
    )
    ends = outer.end is None or (inner.end is not None and inner.end <= outer.end)
    return starts and ends


def disjoint(a: Interval, b: Interval) -> bool:
    """Whether no time lies in both."""
    return intersection(a, b).is_empty


def _before(a: Interval, b: Interval) -> bool:
    """Whether a ends before b begins, with time between them."""
    return a.end is not None and b.start is not None and a.end < b.start


def _later(a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)


def _earlier(a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return min(a, b)

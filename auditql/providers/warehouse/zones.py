"""A zone's clock written out as SQL: hours, days, months and buckets of any length.

In: a node of whole seconds since 1970 UTC, the range that they lie in. Out: nodes
of numbers and of instants, by arithmetic alone. What an engine knows of zones is
not asked: its database of zones may be older than Python's, and days that clocks
skip or repeat are its own affair. So each change of the clock within the range
stands in the statement, and a narrow range gives a short one.
"""

from collections.abc import Callable

from auditql.catalog.buckets import (
    DayBuckets,
    ElapsedBuckets,
    FaceBuckets,
    MonthBuckets,
    buckets,
)
from auditql.catalog.civil import DAY_S, Clock, clock_of, day_number
from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit
from auditql.plan.model import Interval
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import (
    Node,
    cases,
    cast,
    less,
    minus,
    number,
    plus,
    times,
)
from auditql.providers.warehouse.refusals import Refused
from auditql.providers.warehouse.times import time_text

FIRST_S, LAST_S = 1_167_609_600, 2_208_988_800
"""The times that a statement in a zone is right for where its query bounds none: no
record is older than 2007, and behind 2039 it has to be made anew."""

_STEP_S = 5 * DAY_S
"""No zone changes its clock twice in so short a time."""
_NEAR_S = 3 * DAY_S

Pieces = tuple[tuple[int, int], ...]
"""From which value on (the first of all: from ever) which number holds."""


@form
class Range:
    """The seconds that an operand can be, both ends included."""

    low: int
    high: int


EVER = Range(FIRST_S, LAST_S)


def range_of(span: Interval) -> Range:
    """The range of a query's time."""
    if span.is_empty:
        return Range(FIRST_S, FIRST_S)
    low = FIRST_S if span.start is None else max(span.start, FIRST_S)
    high = LAST_S if span.end is None else min(span.end - 1, LAST_S)
    return Range(low, max(low, high))


class ZoneClock:
    """The clock of one zone, over one range."""

    def __init__(self, zone: str, within: Range, functions: Functions) -> None:
        """Find the changes of the clock within the range."""
        self._zone = zone
        self._clock = clock_of(zone)
        self._functions = functions
        self._within = within
        self._offsets = _offsets(self._clock, within)

    def hour(self, second: Node) -> Node:
        """What the clock shows, 0 to 23."""
        local = plus(second, _by_piece(second, self._offsets))
        return self._functions.divided(self._functions.remainder(local, DAY_S), 3600)

    def day(self, second: Node) -> Node:
        """The day, counted from 1970-01-01."""
        pieces = _day_offsets(self._clock, self._offsets)
        return self._functions.divided(plus(second, _by_piece(second, pieces)), DAY_S)

    def weekday(self, second: Node) -> Node:
        """The weekday of the day; 0 is Monday."""
        return self._functions.remainder(plus(self.day(second), number(3)), 7)

    def start(self, second: Node, count: int, unit: Unit) -> Node:
        """The first second of the bucket of that length."""
        made = buckets(count, unit, self._zone)
        match made:
            case FaceBuckets():
                return self._face(second, made)
            case ElapsedBuckets(origin, length):
                past = self._functions.remainder(minus(second, number(origin)), length)
                return minus(second, past)
            case DayBuckets() | MonthBuckets():
                # What midnight is behind of is told by the second itself: a
                # condition on the day would name all that the day is made of.
                day = self._first_day(self.ordinal(second, count, unit), made)
                pieces = tuple((start, behind) for _, start, behind in self._met(made))
                return minus(times(day, number(DAY_S)), _by_piece(second, pieces))

    def ordinal(self, second: Node, count: int, unit: Unit) -> Node:
        """The bucket's number; the one that follows has the next.

        Raises:
            Refused: the buckets are not of one length where the clock is changed.
        """
        made = buckets(count, unit, self._zone)
        functions = self._functions
        match made:
            case ElapsedBuckets(origin, length):
                return functions.divided(minus(second, number(origin)), length)
            case FaceBuckets(_, length):
                offset = self._even(length)
                return functions.divided(plus(second, number(offset)), length)
            case DayBuckets(_, days, origin):
                return functions.divided(minus(self.day(second), number(origin)), days)
            case MonthBuckets(_, months):
                return functions.divided(self._month(self.day(second)), months)

    def ordinal_of(self, second: int, count: int, unit: Unit) -> int:
        """The number of the bucket that an instant lies in."""
        made = buckets(count, unit, self._zone)
        match made:
            case ElapsedBuckets(origin, length):
                return (second - origin) // length
            case FaceBuckets(_, length):
                return (second + self._even(length)) // length
            case DayBuckets(_, days, origin):
                return (self._clock.day(second) - origin) // days
            case MonthBuckets(clock, months):
                from auditql.catalog.civil import year_month

                year, month = year_month(clock.day(second))
                return (year * 12 + month - 1) // months

    def first_second(self, ordinal: Node, count: int, unit: Unit) -> Node:
        """The first second of the bucket of a number."""
        made = buckets(count, unit, self._zone)
        match made:
            case ElapsedBuckets(origin, length):
                return plus(times(ordinal, number(length)), number(origin))
            case FaceBuckets(_, length):
                start = times(ordinal, number(length))
                return minus(start, number(self._even(length)))
            case DayBuckets() | MonthBuckets():
                pieces = tuple(
                    (self.ordinal_of(start, count, unit), behind)
                    for _, start, behind in self._met(made)
                )
                day = self._first_day(ordinal, made)
                return minus(times(day, number(DAY_S)), _by_piece(ordinal, pieces))

    def _first_day(self, ordinal: Node, made: DayBuckets | MonthBuckets) -> Node:
        """The first day of the bucket of a number."""
        match made:
            case DayBuckets(_, days, origin):
                return plus(times(ordinal, number(days)), number(origin))
            case MonthBuckets(_, months):
                return self._day(times(ordinal, number(months)))

    def _met(self, made: DayBuckets | MonthBuckets) -> tuple[tuple[int, int, int], ...]:
        """Buckets from which on midnight is otherwise behind, or ahead of, UTC's.

        Each with its first day, its first second, and what of it is no whole day.
        Between two changes of the clock that stays the same.
        """
        clock = self._clock
        first = made.start(self._within.low)
        starts = {first}
        # A bucket may begin before the range, and so before a change.
        for at in _changes(first, self._within.high + _NEAR_S, clock.change_in):
            start = made.start(at - _NEAR_S)
            while start < at + _NEAR_S:
                starts.add(start)
                start = made.following(start)
            starts.add(start)
        found: list[tuple[int, int, int]] = []
        for start in sorted(starts):
            day = clock.day(start)
            behind = day * DAY_S - start
            if not found or found[-1][2] != behind:
                found.append((day, start, behind))
        return tuple(found)

    def _even(self, length: int) -> int:
        """What the clock is ahead, in terms of the length, where that never changes.

        Raises:
            Refused: it does.
        """
        found = {offset % length for _, offset in self._offsets}
        if len(found) > 1:
            raise Refused(
                f"buckets of {length // 60} minutes across changes of the clock in "
                f"{self._zone}",
                "give the query a range of time without a change, or `tz 'UTC'`",
            )
        return found.pop()

    def _face(self, second: Node, made: FaceBuckets) -> Node:
        """The start of a bucket of hours, minutes or seconds."""
        length = made.length
        functions = self._functions
        changes = [at for at, _ in self._offsets[1:]]
        found = {offset % length for _, offset in self._offsets}
        if len(found) == 1 and all((at + min(found)) % length == 0 for at in changes):
            local = plus(second, number(min(found))) if min(found) else second
            return minus(second, functions.remainder(local, length))
        local = plus(second, _by_piece(second, self._offsets))
        aligned = minus(second, functions.remainder(local, length))
        pairs = []
        for at, offset in self._offsets[1:]:
            end = at + (-(at + offset)) % length
            if end > at:  # cut short by the change: they all begin alike
                inside = exp_between(second, at, end - 1)
                pairs.append((inside, number(made.start(at))))
        return cases(pairs, aligned) if pairs else aligned

    def _month(self, day: Node) -> Node:
        """The month that a day lies in, counted from January of the year 0."""
        text = time_text(times(day, number(DAY_S)), self._functions)
        year = cast(self._functions.substring(text, number(1), number(4)), "BIGINT")
        month = cast(self._functions.substring(text, number(6), number(2)), "BIGINT")
        return minus(plus(times(year, number(12)), month), number(1))

    def _day(self, month: Node) -> Node:
        """The first day of a month that is counted so."""
        functions = self._functions
        shifted = minus(month, number(2))  # years from March on, so leap days end them
        year = functions.divided(shifted, 12)
        in_year = functions.remainder(shifted, 12)
        days = functions.divided(plus(times(in_year, number(153)), number(2)), 5)
        leaps = minus(functions.divided(year, 4), functions.divided(year, 100))
        leaps = plus(leaps, functions.divided(year, 400))
        origin = day_number(0, 3)
        return plus(plus(plus(times(year, number(365)), leaps), days), number(origin))


def exp_between(node: Node, low: int, high: int) -> Node:
    """Whether a number lies between two, both included."""
    from auditql.providers.warehouse.nodes import between

    return between(node, number(low), number(high))


def _by_piece(at: Node, pieces: Pieces) -> Node:
    """The number of the piece that a value lies in."""
    values = [value for _, value in pieces]
    ends = [start for start, _ in pieces[1:]]
    if not ends:
        return number(values[0])
    pairs = [
        (less(at, number(end)), number(value))
        for end, value in zip(ends, values, strict=False)
    ]
    return cases(pairs, number(values[-1]))


def _changes(
    low: int, high: int, change: Callable[[int, int], int | None]
) -> list[int]:
    found = []
    at = low
    while at < high:
        following = min(at + _STEP_S, high)
        changed = change(at, following)
        if changed is not None:
            found.append(changed)
        at = following
    return found


def _offsets(clock: Clock, within: Range) -> Pieces:
    """How far the clock is ahead, by instants within a range."""
    changes = _changes(within.low, within.high, clock.change_in)
    starts = [within.low, *changes]
    return tuple((at, clock.offset(at)) for at in starts)


def _day_offsets(clock: Clock, offsets: Pieces) -> Pieces:
    """The same for days: a change back over midnight waits for the second one."""
    made = list(offsets[:1])
    for at, offset in offsets[1:]:
        start = at
        if (at + offset) // DAY_S < clock.day(at):
            start = at + (-(at + offset)) % DAY_S
        made.append((start, offset))
    return tuple(made)

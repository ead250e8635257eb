"""A zone's clock written out as SQL: hours, days, months and buckets of any length.

In: a node of whole seconds since 1970 UTC, the range that they lie in. Out: nodes
of numbers and of instants, by arithmetic alone. What an engine knows of zones is
not asked: its database of zones may be older than Python's, and days that clocks
skip or repeat are its own affair. So each change of the clock within the range
stands in the statement, and a narrow range gives a short one.
"""

from sqlglot import exp

from auditql.catalog.buckets import (
    DayBuckets,
    ElapsedBuckets,
    FaceBuckets,
    MonthBuckets,
    buckets,
)
from auditql.catalog.civil import DAY_S, clock_of, day_number, year_month
from auditql.catalog.kinds import Unit
from auditql.plan.model import Interval
from auditql.providers.warehouse.engines import Functions
from auditql.providers.warehouse.nodes import (
    Node,
    between,
    cases,
    cast,
    less,
    minus,
    number,
    paren,
    plus,
    some,
    times,
)
from auditql.providers.warehouse.refusals import Refused
from auditql.providers.warehouse.times import time_text
from auditql.providers.warehouse.zone_pieces import (
    Pieces,
    by_piece,
    changes_in,
    day_offsets,
    offsets_in,
)
from auditql.providers.warehouse.zone_range import Range

_UTC = ("UTC", "ETC/UTC", "Z")
_NEAR_S = 3 * DAY_S
_BACK_S = 63_113_904_000
"""2000 years: put in front of what may be negative, so that any year is counted up."""
_OUTSIDE = "auditql wrote the clock of this zone for other years; bound created_at"


class ZoneClock:
    """The clock of one zone, over one range."""

    def __init__(self, zone: str, within: Range, functions: Functions) -> None:
        """Find the changes of the clock within the range."""
        self._zone = zone
        self._clock = clock_of(zone)
        self._functions = functions
        self._within = within
        self._offsets = offsets_in(self._clock, within)
        self._is_utc = zone.upper() in _UTC

    def hour(self, second: Node) -> Node:
        """What the clock shows, 0 to 23."""
        local = plus(second, self._ahead(second, self._offsets))
        return self._functions.divided(self._past(local, DAY_S), 3600)

    def day(self, second: Node) -> Node:
        """The day, counted from 1970-01-01."""
        pieces = day_offsets(self._clock, self._offsets)
        return self._counted(plus(second, self._ahead(second, pieces)), DAY_S)

    def weekday(self, second: Node) -> Node:
        """The weekday of the day; 0 is Monday."""
        return self._past(plus(self.day(second), number(3)), 7)

    def start(self, second: Node, count: int, unit: Unit) -> Node:
        """The first second of the bucket of that length."""
        made = buckets(count, unit, self._zone)
        match made:
            case FaceBuckets():
                return self._face(second, made)
            case ElapsedBuckets(origin, length):
                past = self._past(minus(second, number(origin)), length)
                return minus(second, past)
            case DayBuckets() | MonthBuckets():
                # What midnight is behind of is told by the second itself: a
                # condition on the day would name all that the day is made of.
                day = self._first_day(self.ordinal(second, count, unit), made)
                pieces = tuple((start, behind) for _, start, behind in self._met(made))
                return minus(times(day, number(DAY_S)), by_piece(second, pieces))

    def ordinal(self, second: Node, count: int, unit: Unit) -> Node:
        """The bucket's number; the one that follows has the next.

        Raises:
            Refused: the buckets are not of one length where the clock is changed.
        """
        made = buckets(count, unit, self._zone)
        match made:
            case ElapsedBuckets(origin, length):
                return self._counted(minus(second, number(origin)), length)
            case FaceBuckets(_, length):
                ahead = self._ahead(second, ((self._within.low, self._even(length)),))
                return self._counted(plus(second, ahead), length)
            case DayBuckets(_, days, origin):
                return self._counted(minus(self.day(second), number(origin)), days)
            case MonthBuckets(_, months):
                return self._functions.divided(self._month(self.day(second)), months)

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
                return minus(times(day, number(DAY_S)), by_piece(ordinal, pieces))

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
        for at in changes_in(first, self._within.high + _NEAR_S, clock.change_in):
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
        changes = [at for at, _ in self._offsets[1:]]
        found = {offset % length for _, offset in self._offsets}
        if len(found) == 1 and all((at + min(found)) % length == 0 for at in changes):
            ahead = self._ahead(second, ((self._within.low, min(found)),))
            return minus(second, self._past(plus(second, ahead), length))
        local = plus(second, self._ahead(second, self._offsets))
        aligned = minus(second, self._past(local, length))
        pairs = []
        for at, offset in self._offsets[1:]:
            end = at + (-(at + offset)) % length
            if end > at:  # cut short by the change: they all begin alike
                inside = between(second, number(at), number(end - 1))
                pairs.append((inside, number(made.start(at))))
        return cases(pairs, aligned) if pairs else aligned

    def _ahead(self, second: Node, pieces: Pieces) -> Node:
        """The number of the piece; the statement fails outside of the range."""
        made, within = by_piece(second, pieces), self._within
        if self._is_utc:
            return made
        outside = [less(second, number(within.low))] if within.open_low else []
        if within.open_high:
            outside.append(less(number(within.high), second))
        if not outside:
            return made
        wrong = exp.Coalesce(this=paren(some(outside)), expressions=[exp.false()])
        return self._functions.checked(made, wrong, _OUTSIDE, cast(second, "TEXT"))

    def _counted(self, value: Node, length: int) -> Node:
        """How many whole lengths lie before a value, rounded down."""
        if self._within.is_positive:
            return self._functions.divided(value, length)
        back = -(-_BACK_S // length)
        made = self._functions.divided(plus(value, number(back * length)), length)
        return minus(made, number(back))

    def _past(self, value: Node, length: int) -> Node:
        """What a value is beyond the last whole length, at least 0."""
        if not self._within.is_positive:
            value = plus(value, number(-(-_BACK_S // length) * length))
        return self._functions.remainder(value, length)

    def covers(self, span: Interval) -> bool:
        """Whether the statement is right of the ends of a span."""
        return self._is_utc or self._within.holds(span)

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

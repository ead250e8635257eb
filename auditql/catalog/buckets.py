"""Hours, days, weeks, months of a zone, and buckets of any length.

In: instants in whole seconds since 1970 UTC, and the name of a zone. Out:
instants and small numbers. Nothing here reads a text or the machine's clock.

Two rules place every bucket:

* **Days and longer** go by the calendar. A bucket starts at the first instant
  at which the zone's clock stands at or beyond local midnight of its first day
  (so at the end of the gap where clocks skip midnight, and at the earlier of
  two midnights). Several days count from 1970-01-01, several weeks from Monday
  1970-01-05, several months, quarters and years from January of the year 0.
* **Hours and shorter** go by the clock's face: where the length divides a day,
  a bucket starts whenever the local clock comes to a multiple of it since
  midnight, or jumps over one; an hour that clocks repeat is two buckets. Any
  other length is counted in elapsed time from local midnight of 1970-01-01.

So buckets of one length part all time: each instant lies in exactly one.
"""

from auditql.catalog.civil import DAY_S, Clock, clock_of, day_number, year_month
from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_FIRST_MONDAY = 4
"""1970-01-05, in days since 1970-01-01."""


@form
class ElapsedBuckets:
    """Buckets of a length that does not divide a day, from a fixed origin."""

    origin: int
    length: int

    def start(self, second: int) -> int:
        """The first second of the bucket that holds the instant."""
        return second - (second - self.origin) % self.length

    def following(self, second: int) -> int:
        """The first second of the bucket behind the one that holds the instant."""
        return self.start(second) + self.length


@form
class FaceBuckets:
    """Buckets of hours, minutes or seconds that divide a day, by the clock's face."""

    clock: Clock
    length: int

    def start(self, second: int) -> int:
        """The first second of the bucket that holds the instant."""
        while True:
            start = second - self._past(second)
            change = self.clock.change_in(start, second)
            if change is None:
                return start
            if self._starts_at(change):
                return change
            second = change - 1

    def following(self, second: int) -> int:
        """The first second of the bucket behind the one that holds the instant."""
        while True:
            end = second + self.length - self._past(second)
            change = self.clock.change_in(second, end)
            if change is None:
                return end
            if self._starts_at(change):
                return change
            second = change

    def _past(self, second: int) -> int:
        """How far the clock has gone past the last multiple of the length."""
        return (second + self.clock.offset(second)) % self.length

    def _starts_at(self, change: int) -> bool:
        """Whether a bucket starts where the clock is changed.

        It does if the clock then shows a multiple of the length, or has jumped
        over one.
        """
        before = (change - 1 + self.clock.offset(change - 1)) // self.length
        after = (change + self.clock.offset(change)) // self.length
        return after > before or self._past(change) == 0


@form
class DayBuckets:
    """Buckets of whole days; `origin` is the first day of one of them."""

    clock: Clock
    days: int
    origin: int

    def start(self, second: int) -> int:
        """The first second of the bucket that holds the instant."""
        return self.clock.instant_of(self._first(second) * DAY_S)

    def following(self, second: int) -> int:
        """The first second of the bucket behind the one that holds the instant."""
        return self.clock.instant_of((self._first(second) + self.days) * DAY_S)

    def _first(self, second: int) -> int:
        day = self.clock.day(second)
        return day - (day - self.origin) % self.days


@form
class MonthBuckets:
    """Buckets of whole months, counted from January of the year 0."""

    clock: Clock
    months: int

    def start(self, second: int) -> int:
        """The first second of the bucket that holds the instant."""
        return self._instant(self._first(second))

    def following(self, second: int) -> int:
        """The first second of the bucket behind the one that holds the instant."""
        return self._instant(self._first(second) + self.months)

    def _first(self, second: int) -> int:
        year, month = year_month(self.clock.day(second))
        return (year * 12 + month - 1) // self.months * self.months

    def _instant(self, index: int) -> int:
        return self.clock.instant_of(day_number(index // 12, index % 12 + 1) * DAY_S)


Buckets = ElapsedBuckets | FaceBuckets | DayBuckets | MonthBuckets
"""All have `start(second)` and `following(second)`."""


def buckets(count: int, unit: Unit, zone: str) -> Buckets:
    """The buckets of `count` units in a zone.

    Args:
        count: at least 1.
        unit: of the length.
        zone: IANA name.

    Raises:
        KeyError: the zone database holds no such zone.
    """
    clock = clock_of(zone)
    if unit in _MONTHS:
        return MonthBuckets(clock, count * _MONTHS[unit])
    if unit in _DAYS:
        origin = _FIRST_MONDAY if unit is Unit.WEEK else 0
        return DayBuckets(clock, count * _DAYS[unit], origin)
    assert unit.seconds is not None
    length = count * unit.seconds
    if length == DAY_S:
        return DayBuckets(clock, 1, 0)
    if DAY_S % length == 0:
        return FaceBuckets(clock, length)
    return ElapsedBuckets(clock.instant_of(0), length)

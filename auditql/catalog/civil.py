"""The clock on the wall of a zone: instants to days and hours, and back.

In: instants in whole seconds since 1970 UTC, the name of a zone. Out: numbers:
an offset, an hour, a day counted from 1970-01-01, an instant. Every integer
has an answer; what lies outside of the years that zones are defined for is
read with the offset of the nearest year that is. The zone database is loaded
for the first zone other than UTC.

Where clocks go back over midnight, a day's name comes twice; here a day begins
once, with its first midnight, and the repeated stretch belongs to the new day.
So days follow one another without a gap, and `weekday` agrees with `date`.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

DAY_S = 86_400
REMEMBERED = 16_384

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int((datetime(2, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
_LAST = int((datetime(9998, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())
_BLOCK_S = 900
_REACH_S = DAY_S + 3_600
"""More than any offset, so that a local time is at most that far from UTC's."""

_CYCLE_DAYS = 146_097
"""Days in 400 years, after which the calendar repeats."""

_ORDINAL_1970 = date(1970, 1, 1).toordinal()


class Clock:
    """The clock of one zone; `clock_of` gives it."""

    __slots__ = ("_block", "_zone", "instant_of")

    def __init__(self, zone: tzinfo | None) -> None:
        """Remember nothing yet; None is UTC."""
        self._zone = zone
        self._block = lru_cache(REMEMBERED)(self._of_block)
        self.instant_of = lru_cache(REMEMBERED)(self._instant_of)
        """The first instant at which the clock stands at or beyond a local time.

        The local time is given in seconds since local midnight of 1970-01-01. In
        a gap that is the first instant behind it; of two, the earlier.
        """

    def offset(self, second: int) -> int:
        """Seconds that the clock is ahead of UTC at the instant."""
        if self._zone is None:
            return 0
        known = self._block(second // _BLOCK_S)
        return self._look_up(second) if known is None else known

    def hour(self, second: int) -> int:
        """What the clock shows at the instant, 0 to 23."""
        return (second + self.offset(second)) % DAY_S // 3_600

    def day(self, second: int) -> int:
        """The day that the instant lies in, counted from 1970-01-01."""
        day = (second + self.offset(second)) // DAY_S
        if self._zone is not None and self.instant_of((day + 1) * DAY_S) <= second:
            return day + 1  # the clock has gone back over this midnight
        return day

    def weekday(self, second: int) -> int:
        """The weekday of the instant's day; 0 is Monday."""
        return (self.day(second) + 3) % 7  # 1970-01-01 was a Thursday

    def date(self, second: int) -> int:
        """The first second of the instant's day."""
        if self._zone is None:
            return second - second % DAY_S
        return self.instant_of(self.day(second) * DAY_S)

    def month(self, second: int) -> int:
        """The first second of the instant's month."""
        year, month = year_month(self.day(second))
        return self.instant_of(day_number(year, month) * DAY_S)

    def change_in(self, low: int, high: int) -> int | None:
        """An instant in (low, high] at which the offset changes; None if it is equal.

        Zones change seldom; over the few days that this is asked for there is
        at most one change.
        """
        before = self.offset(low)
        if before == self.offset(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self.offset(middle) == before:
                low = middle
            else:
                high = middle
        return high

    def _instant_of(self, local: int) -> int:
        low, high = local - _REACH_S, local + _REACH_S
        change = self.change_in(low, high)
        early = local - self.offset(low)
        if change is None or early < change:
            return early
        return max(change, local - self.offset(high))

    def _of_block(self, block: int) -> int | None:
        """The offset in a quarter of an hour; None if it changes within."""
        first = self._look_up(block * _BLOCK_S)
        last = self._look_up(block * _BLOCK_S + _BLOCK_S - 1)
        return first if first == last else None

    def _look_up(self, second: int) -> int:
        time = _EPOCH + timedelta(seconds=min(max(second, _FIRST), _LAST))
        offset = time.astimezone(self._zone).utcoffset()
        assert offset is not None
        return int(offset.total_seconds())


@lru_cache(64)
def clock_of(zone: str) -> Clock:
    """The clock of the zone of an IANA name.

    Raises:
        KeyError: the zone database holds no such zone.
    """
    if zone.upper() in ("UTC", "ETC/UTC", "Z"):
        return Clock(None)
    from zoneinfo import ZoneInfo

    return Clock(ZoneInfo(zone))


def day_number(year: int, month: int) -> int:
    """The first day of a month, counted from 1970-01-01, in any year."""
    cycles, within = divmod(year - 1, 400)
    ordinal = date(within + 1, month, 1).toordinal()
    return ordinal - _ORDINAL_1970 + cycles * _CYCLE_DAYS


def year_month(day: int) -> tuple[int, int]:
    """The year and the month, 1 to 12, of a day counted from 1970-01-01."""
    cycles, within = divmod(day + _ORDINAL_1970 - 1, _CYCLE_DAYS)
    found = date.fromordinal(within + 1)
    return found.year + cycles * 400, found.month

"""Civil time in a zone: local times to instants and back, whole seconds.

In: local dates and times, instants in seconds since 1970 UTC. Out: the other.
The frozen now is handed in; the machine's clock is never read. zoneinfo is
loaded only for a zone other than UTC.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from functools import cache

from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Years that a time may lie in; the end of the last must still be a time."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*(?:/[A-Za-z0-9+_-]+)*")


class UnknownZone(ValueError):
    """No zone of that name is known."""


@cache
def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name; UTC without loading the zone database.

    Raises:
        UnknownZone: there is none of that name.
    """
    if name.upper() in ("UTC", "Z", "ETC/UTC"):
        return UTC
    if not _NAME.fullmatch(name) or len(name) > 64:
        raise UnknownZone(name)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def zone_names() -> tuple[str, ...]:
    """The names of all zones, for suggestions."""
    from zoneinfo import available_timezones

    return tuple(sorted(available_timezones()))


class Fold(Enum):
    """How often a local time occurs."""

    ONCE = "once"
    NEVER = "never"  # skipped when clocks go forward
    TWICE = "twice"  # repeated when clocks go back


_EXACT_S = {Unit.DAY: 86_400, Unit.WEEK: 604_800}


@form
class Clock:
    """The frozen now and the zone that days are read in."""

    now_s: int
    zone: tzinfo

    def local(self, second: int) -> datetime:
        """The local time of an instant, without its zone."""
        time = EPOCH + timedelta(seconds=second)
        if self.zone is UTC:
            return time.replace(tzinfo=None)
        return time.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, local: datetime) -> tuple[int, Fold]:
        """The instant of a local time, and how often that time occurs.

        For one that never occurs, the first instant after the gap; for one
        that occurs twice, the earlier.
        """
        if self.zone is UTC:
            return _seconds(local.replace(tzinfo=UTC)), Fold.ONCE
        early = _seconds(local.replace(tzinfo=self.zone, fold=0))
        late = _seconds(local.replace(tzinfo=self.zone, fold=1))
        if early == late:
            return early, Fold.ONCE
        if early < late:
            return early, Fold.TWICE
        low, high = late, early  # local(low) < local <= local(high)
        while high - low > 1:
            middle = (low + high) // 2
            if self.local(middle) < local:
                low = middle
            else:
                high = middle
        return high, Fold.NEVER

    def start(self, local: datetime) -> int:
        """The first instant that is at or after a local time."""
        return self.instant(local)[0]

    def shift(self, second: int, count: int, unit: Unit) -> int:
        """The instant `count` units later (earlier if negative).

        Weeks and shorter are exact, a day 24 hours long whatever clocks do in
        it; months and years keep the local time of day, and a day that a month
        lacks becomes the month's last.

        Raises:
            OverflowError: outside of the years that a time may lie in.
        """
        exact = _EXACT_S.get(unit, unit.seconds)
        if exact is not None:
            return _bounded(second + count * exact)
        local = self.local(second)
        moved = shift_local(local, count, unit)
        return _bounded(self.start(moved))


def shift_local(local: datetime, count: int, unit: Unit) -> datetime:
    """The local time `count` units later by the calendar; days or longer units.

    Raises:
        OverflowError: outside of the years that a time may lie in.
    """
    if unit is Unit.DAY:
        return _day(local, count)
    if unit is Unit.WEEK:
        return _day(local, 7 * count)
    months = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit] * count
    index = local.year * 12 + local.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not FIRST_YEAR <= year <= LAST_YEAR + 1:
        raise OverflowError(year)
    last = calendar.monthrange(year, month)[1]
    return local.replace(year=year, month=month, day=min(local.day, last))


def _day(local: datetime, days: int) -> datetime:
    if abs(days) > 4_000_000:
        raise OverflowError(days)
    return local + timedelta(days=days)


def floor_local(local: datetime, unit: Unit) -> datetime:
    """The start of the calendar unit that a local time lies in."""
    if unit is Unit.SECOND:
        return local.replace(microsecond=0)
    if unit is Unit.MINUTE:
        return local.replace(second=0, microsecond=0)
    if unit is Unit.HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case Unit.WEEK:
            return day - timedelta(days=day.weekday())
        case Unit.MONTH:
            return day.replace(day=1)
        case Unit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Unit.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def text_of(second: int) -> str:
    """An instant as the API writes it, `2026-02-01T08:00:30Z`."""
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(time: datetime) -> int:
    return int((time - EPOCH).total_seconds())


def _bounded(second: int) -> int:
    if not 0 <= second < 253_370_764_800:  # the start of the year 9999
        raise OverflowError(second)
    return second

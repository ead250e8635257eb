"""What a time as written means: a period, half-open, in seconds since 1970 UTC.

In: a moment of the syntax tree and a clock. Out: a Period, or BadMoment with
what is wrong with it. A time is a period as long as it is precise.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import assert_never

from auditql.catalog.forms import form
from auditql.catalog.kinds import Unit
from auditql.diagnostics.codes import Code
from auditql.language import syntax
from auditql.language.clock import (
    EPOCH,
    FIRST_YEAR,
    LAST_YEAR,
    Clock,
    Fold,
    floor_local,
    shift_local,
)

_LITERAL = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


@form
class Period:
    """start <= t < end; `twice` says that the start occurs twice in the zone."""

    start: int
    end: int
    twice: bool = False


class BadMoment(ValueError):
    """A time that is none: why, and what to write instead."""

    def __init__(
        self, code: Code, label: str, help_: str, instead: str | None = None
    ) -> None:
        """Hold the code, what the marked text is, help, and a text to put there."""
        super().__init__(label)
        self.code = code
        self.label = label
        self.help = help_
        self.instead = instead


def period(moment: syntax.Moment, clock: Clock) -> Period:
    """The period that a moment means.

    Raises:
        BadMoment: it is no time, or lies outside of 1970 to 9998.
    """
    try:
        match moment:
            case syntax.TimeLiteral(text):
                return literal(text, clock)
            case syntax.Anchor(text, shifts):
                return _anchor(text.lower(), shifts, clock)
            case syntax.Ago(count, unit):
                start = clock.shift(clock.now_s, -count, unit)
                return Period(start, start + 1)
            case syntax.Rolling(count, unit):
                return Period(clock.shift(clock.now_s, -count, unit), clock.now_s)
            case syntax.Calendar(is_last, unit):
                return _calendar(is_last, unit, clock)
            case _:
                assert_never(moment)
    except OverflowError:
        raise BadMoment(
            Code.BAD_DATE,
            f"not between {FIRST_YEAR} and {LAST_YEAR}",
            "write a time within these years",
        ) from None


def year(number: int, clock: Clock) -> Period:
    """The period of a year.

    Raises:
        BadMoment: outside of 1970 to 9998.
    """
    return literal(f"{number:04}", clock) if 0 <= number <= 9999 else _no_year()


def _no_year() -> Period:
    raise BadMoment(
        Code.BAD_DATE,
        f"not a year between {FIRST_YEAR} and {LAST_YEAR}",
        "write a year, a month like `2026-02` or a day like `2026-02-01`",
    )


def literal(text: str, clock: Clock) -> Period:
    """The period of a literal time such as `2026-02` or `2026-02-01T08:00Z`.

    Raises:
        BadMoment: there is no such time.
    """
    match = _LITERAL.fullmatch(text)
    assert match is not None, text
    parts = [None if p is None else int(p) for p in match.groups()[:6]]
    number, month, day, hour, minute, second = parts
    assert number is not None
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return _no_year()
    if month is not None and not 1 <= month <= 12:
        raise BadMoment(
            Code.BAD_DATE, "there are 12 months", "write the month as 01 to 12"
        )
    if day is not None:
        assert month is not None
        days = calendar.monthrange(number, month)[1]
        if not 1 <= day <= days:
            name = f"{calendar.month_name[month]} {number}"
            raise BadMoment(
                Code.BAD_DATE,
                f"{name} has {days} days",
                f"write a day from 01 to {days}",
                f"{number:04}-{month:02}-{days:02}" if len(text) == 10 else None,
            )
    if hour is None:
        local = datetime(number, month or 1, day or 1)  # noqa: DTZ001 - local by intent
        unit = Unit.DAY if day else Unit.MONTH if month else Unit.YEAR
        return _unit(local, unit, clock)
    assert minute is not None
    if hour > 23 or minute > 59 or (second or 0) > 59:
        raise BadMoment(
            Code.BAD_DATE,
            "no time of day",
            "write hours 00 to 23, minutes and seconds 00 to 59",
        )
    local = datetime(number, month or 1, day or 1, hour, minute, second or 0)  # noqa: DTZ001
    length = 60 if second is None else 1
    if match[7] is not None:
        return _offset(local, match[7], length)
    start, fold = clock.instant(local)
    if fold is Fold.NEVER:
        _gap(local, start, clock)
    return Period(start, start + length, fold is Fold.TWICE)


def _gap(local: datetime, after: int, clock: Clock) -> None:
    """Refuse a local time that clocks skip; offer the last before, the first after."""
    minute = "%Y-%m-%dT%H:%M"
    first = clock.local(after).strftime(minute)
    last = clock.local(after - 60).strftime(minute)
    raise BadMoment(
        Code.TIME_IN_GAP,
        "clocks go forward over this time",
        f"write `{last}` or `{first}`",
        first,
    )


def _offset(local: datetime, text: str, length: int) -> Period:
    if text == "Z":
        zone: timezone = UTC
    else:
        hours, minutes = int(text[1:3]), int(text[4:6])
        if hours > 23 or minutes > 59:
            raise BadMoment(Code.BAD_DATE, "no offset", "write it like `+02:00`")
        offset = timedelta(hours=hours, minutes=minutes)
        zone = timezone(-offset if text[0] == "-" else offset)
    start = int((local.replace(tzinfo=zone) - EPOCH).total_seconds())
    return Period(start, start + length)


def _unit(local: datetime, unit: Unit, clock: Clock) -> Period:
    """The calendar unit that begins at a local time."""
    following = (
        local + timedelta(seconds=unit.seconds)
        if unit.seconds is not None
        else shift_local(local, 1, unit)
    )
    return Period(clock.start(local), clock.start(following))


def _anchor(word: str, shifts: tuple[syntax.Shift, ...], clock: Clock) -> Period:
    if word == "now":
        start = clock.now_s
        for shift in shifts:
            start = clock.shift(start, shift.sign * shift.count, shift.unit)
        return Period(start, start + 1)
    today = floor_local(clock.local(clock.now_s), Unit.DAY)
    local = today if word == "today" else shift_local(today, -1, Unit.DAY)
    seconds = 0
    for shift in shifts:
        count = shift.sign * shift.count
        if shift.unit.seconds is None:
            local = shift_local(local, count, shift.unit)
        else:
            seconds += count * shift.unit.seconds
    whole = _unit(local, Unit.DAY, clock)
    start = clock.shift(whole.start, seconds, Unit.SECOND)
    return Period(start, start + whole.end - whole.start)


def _calendar(is_last: bool, unit: Unit, clock: Clock) -> Period:
    local = floor_local(clock.local(clock.now_s), unit)
    if unit.seconds is not None:
        # Hours and shorter go by the clock itself, so a repeated hour is one hour.
        start = clock.now_s - clock.now_s % unit.seconds
        start -= unit.seconds if is_last else 0
        return Period(start, start + unit.seconds)
    if is_last:
        local = shift_local(local, -1, unit)
    return _unit(local, unit, clock)

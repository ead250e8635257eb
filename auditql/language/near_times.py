"""What a text means that is nearly a time: other orders, fractions, weeks, words.

In: a text, or a place in one. Out: what it is, and what to write for it. Where
a text can mean two days, both are said and none is chosen.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from auditql.catalog.forms import form
from auditql.language.clock import FIRST_YEAR, LAST_YEAR

_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T_ ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s?"
    r"(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?)?(?![\w:./])",
    re.I,
)
_FRACTION = re.compile(r":\d\d[.,]\d")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\w)")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})(?![\w-])", re.I)
_LENGTH = re.compile(
    r"(\d{1,6})[ ]?(sec|min|hr|second|minute|hour|day|week|month|quarter|year)(s?)"
    r"(?![\w])",
    re.I,
)
_FULL = {"sec": "second", "min": "minute", "hr": "hour"}
_WORDS = {
    "current_date": "today",
    "curdate": "today",
    "current_timestamp": "now",
    "localtimestamp": "now",
    "sysdate": "now",
    "tomorrow": "today + 1d",
}
_EXAMPLE = "2026-02-01T08:00"


@form
class NearTime:
    """A text that is nearly a time.

    Attributes:
        text: as written.
        what: the thing that it is, for a message: a day, a time, a week.
        label: what is wrong with it.
        help: what to write.
        instead: a time that means the same; None where that is not certain.
    """

    text: str
    what: str
    label: str
    help: str
    instead: str | None = None


def near_time(text: str, start: int = 0) -> NearTime | None:
    """What stands at a place of a text; None where it looks like no time."""
    loose = _LOOSE.match(text, start)
    if loose is not None:
        return _loose(loose)
    day_first = _DAY_FIRST.match(text, start)
    if day_first is not None:
        return _day_first(day_first)
    week = _WEEK.match(text, start)
    return None if week is None else _week(week)


def word_for_time(text: str) -> str | None:
    """What to write for a word that names a time elsewhere; None for no such word."""
    return _WORDS.get(text.strip().lower())


def length_at(text: str, start: int) -> tuple[str, str] | None:
    """A length of time like `4hours`: as written, and as it has to be; else None."""
    match = _LENGTH.match(text, start)
    if match is None:
        return None
    unit = match[2].lower()
    return match[0], f"{match[1]} {_FULL.get(unit, unit)}{match[3].lower()}"


def _loose(match: re.Match[str]) -> NearTime:
    """A day or a time in nearly the right form."""
    year, month, day, hour, minute, second, offset = match.groups()
    written = f"{year}-{int(month):02}-{int(day):02}"
    good = _is_day(int(year), int(month), int(day))
    if hour is not None:
        written += f"T{int(hour):02}:{minute}" + (f":{second}" if second else "")
        good &= int(hour) < 24 and int(minute) < 60 and int(second or 0) < 60
    if offset is not None:
        written += _offset(offset)
    good &= written != match[0]
    thing, example = ("day", "2026-02-01") if hour is None else ("time", _EXAMPLE)
    label = "not as in `2026-02-01T08:00:30+02:00`"
    if hour is None:
        label = "year-month-day, with two digits each for month and day"
    elif _FRACTION.search(match[0]):
        label = "times are of whole seconds"
    return NearTime(
        match[0],
        thing,
        label,
        f"write `{written}`" if good else f"write it like `{example}`",
        written if good else None,
    )


def _offset(text: str) -> str:
    """`+0200` and `+02` as `+02:00`; UTC as `Z`."""
    if text[0].isalpha():
        return "Z"
    digits = text[1:].replace(":", "")
    return f"{text[0]}{digits[:2]}:{digits[2:] or '00'}"


def _day_first(match: re.Match[str]) -> NearTime:
    """A day whose year stands last: the order of the others is not known."""
    first, second, year = (int(part) for part in match.groups())
    days = dict.fromkeys(
        f"{year:04}-{month:02}-{day:02}"
        for month, day in ((second, first), (first, second))
        if _is_day(year, month, day)
    )
    one = next(iter(days)) if len(days) == 1 else None
    return NearTime(
        match[0],
        "day",
        "the year stands first" if one else "which is the day, which the month?",
        "write "
        + (
            " or ".join(f"`{day}`" for day in days)
            or "year-month-day, like `2026-02-01`"
        ),
        one,
    )


def _week(match: re.Match[str]) -> NearTime:
    """A week by its number; Monday is its first day."""
    year, number = int(match[1]), int(match[2])
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        help_ = "weeks have no numbers; write days, as in `2026-03-02`"
    else:
        last = monday + timedelta(days=6)
        help_ = f"write its days, `between {monday} and {last}`"
    return NearTime(match[0], "week", "the number of a week", help_)


def _is_day(year: int, month: int, day: int) -> bool:
    return (
        FIRST_YEAR <= year <= LAST_YEAR
        and 1 <= month <= 12
        and 1 <= day <= monthrange(year, month)[1]
    )

"""Times that may stand at a place, each with the instant it means.

In: what was typed, the operator, the session's now and zone. Out: offers. Times
are read by the language's own parser and meant by its own calendar.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from auditql.catalog.kinds import Unit
from auditql.language import syntax
from auditql.language.clock import (
    FIRST_YEAR,
    LAST_YEAR,
    Clock,
    UnknownZone,
    shift_local,
    text_of,
    zone_named,
)
from auditql.language.moments import BadMoment, period, year
from auditql.language.parser import parse_moment
from auditql.shell.completion.context import Begun
from auditql.shell.completion.known import ItemKind, Known
from auditql.shell.completion.literals import quoted
from auditql.shell.completion.offers import Offer

_POINTS = ("-7d", "-1d", "-24h", "-1h", "-30d", "-90d", "-12mo")
_DAYS = ("today", "yesterday")
_PERIODS = (
    "last week",
    "this week",
    "last month",
    "this month",
    "last 7d",
    "last 24 hours",
    "last 30d",
    "last quarter",
    "this quarter",
    "last year",
    "this year",
)
_UNITS = ("d", "h", "w", "mo", "m", "y", "s")
_SHIFTED = re.compile(r"((?:now|today|yesterday)[+-])(\d{0,4})", re.I)
_BEFORE_NOW = re.compile(r"-(\d{0,4})")
_NUMBER = re.compile(r"\d{1,4}")
_IN_YEAR = re.compile(r"(\d{4})-?(?:\d{0,2})")
_IN_MONTH = re.compile(r"(\d{4})-(\d\d)(?:-\d{0,2})?")
_IN_DAY = re.compile(r"(\d{4}-\d\d-\d\d)t(?:\d{0,2}:?|\d\d:\d{0,2})", re.I)
_INSIDE = ("in", "during", "=", "!=")
_MONTHS_BACK = 12
_DAYS_BACK = 7


def times(
    begun: Begun | None, typed: str, quote: str | None, known: Known
) -> Iterator[Offer]:
    """The times that may stand as a value."""
    try:
        clock = Clock(known.now_s, zone_named(known.zone))
    except UnknownZone:
        clock = Clock(known.now_s, zone_named("UTC"))
    operator = begun.words[-1] if begun is not None and begun.words else ""
    inside = operator in _INSIDE
    second = begun is not None and begun.second
    years = operator in ("in", "during")
    folded = typed.casefold()
    for text in dict.fromkeys(_texts(typed, clock, inside=inside, years=years)):
        if not text.casefold().startswith(folded):
            continue  # before its meaning is asked, which takes longest
        said = meaning(text, clock, operator, second=second)
        if said is not None:
            written = text if quote is None else quoted(text, quote)
            yield Offer(written, ItemKind.TIME, said, shown=text, matched=text)


@lru_cache(1024)
def meaning(text: str, clock: Clock, operator: str, *, second: bool) -> str | None:
    """The instant or period that a time means behind an operator; None for none."""
    moment = _moment(text)
    if moment is None:
        return None
    try:
        if isinstance(moment, syntax.Integer):
            found = year(moment.value, clock)
        else:
            found = period(moment, clock)
    except BadMoment:
        return None
    if operator in (">=", "<") or (operator == "between" and not second):
        return said(found.start, clock)
    if operator in (">", "<=") or operator == "between":
        return said(found.end, clock)
    if found.end - found.start == 1:
        return said(found.start, clock)
    return f"{said(found.start, clock)} … {said(found.end, clock)}"


def said(second: int, clock: Clock) -> str:
    """An instant in the zone, with the zone's offset."""
    if clock.zone is zone_named("UTC"):
        return text_of(second)
    local = clock.local(second).replace(tzinfo=clock.zone)
    first, late = local, local.replace(fold=1)
    exact = first if int(first.timestamp()) == second else late
    return exact.isoformat(timespec="seconds")


@lru_cache(4096)
def _moment(text: str) -> syntax.Moment | syntax.Integer | None:
    return parse_moment(text)


def _texts(typed: str, clock: Clock, *, inside: bool, years: bool) -> Iterator[str]:
    yield from _like_typed(typed, inside=inside)
    if inside:
        yield from (*_PERIODS, *_DAYS)
    else:
        yield from (*_POINTS, *_DAYS, "now", *_PERIODS)
    today = clock.local(clock.now_s)
    month = today.replace(day=1, hour=0, minute=0, second=0)
    for back in range(_MONTHS_BACK):
        try:
            yield shift_local(month, -back, Unit.MONTH).strftime("%Y-%m")
        except OverflowError:
            break
    for back in range(_DAYS_BACK):
        yield (today - timedelta(days=back)).strftime("%Y-%m-%d")
    if years:
        for number in range(today.year, today.year - 3, -1):
            yield f"{number:04}"
    yield from _in_the_year(typed)


def _like_typed(typed: str, *, inside: bool) -> Iterator[str]:
    """Times that go on as what was typed begins."""
    shifted = _SHIFTED.fullmatch(typed)
    if shifted is not None:
        for count in (shifted[2],) if shifted[2] else ("1", "7"):
            yield from (f"{shifted[1]}{count}{unit}" for unit in _UNITS)
    before = _BEFORE_NOW.fullmatch(typed)
    if before is not None and before[1] and not inside:
        yield from (f"-{before[1]}{unit}" for unit in _UNITS)
    if _NUMBER.fullmatch(typed) and not inside:
        yield from (f"{typed}{unit} ago" for unit in _UNITS)


def _in_the_year(typed: str) -> Iterator[str]:
    """The months of a year that was typed, the days of a month, the hours of a day."""
    in_day = _IN_DAY.fullmatch(typed)
    if in_day is not None:
        yield from (f"{in_day[1]}T{hour:02}:00" for hour in range(24))
    in_year, in_month = _IN_YEAR.fullmatch(typed), _IN_MONTH.fullmatch(typed)
    if in_year is not None and FIRST_YEAR <= int(in_year[1]) <= LAST_YEAR:
        yield from (f"{in_year[1]}-{month:02}" for month in range(1, 13))
    if in_month is not None and FIRST_YEAR <= int(in_month[1]) <= LAST_YEAR:
        number, month = int(in_month[1]), int(in_month[2])
        if 1 <= month <= 12:
            first = datetime(number, month, 1)  # noqa: DTZ001 - local by intent
            for day in range(calendar.monthrange(number, month)[1]):
                yield (first + timedelta(days=day)).strftime("%Y-%m-%d")

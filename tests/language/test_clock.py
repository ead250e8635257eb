"""Civil time: instants to local times and back, through every odd change."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from auditql.catalog.kinds import Unit
from auditql.language.clock import (
    Clock,
    Fold,
    UnknownZone,
    floor_local,
    shift_local,
    text_of,
    zone_named,
    zone_names,
)

ODD_ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Havana",  # skips midnight, and repeats it
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",  # 5 h 45 min ahead, no change
    "Pacific/Apia",  # left out all of 2011-12-30
    "Africa/Casablanca",  # changes around Ramadan
)


def second(text: str) -> int:
    """An instant by its ISO text."""
    return int(datetime.fromisoformat(text).timestamp())


def instants(zone: ZoneInfo) -> list[int]:
    """Drawn instants of ten years, and some around every change of offset."""
    rng = Random(str(zone))
    low, high = second("2010-01-01T00:00:00Z"), second("2020-01-01T00:00:00Z")
    found = [rng.randrange(low, high) for _ in range(200)]
    for hour in range(low, high, 3600):
        a, b = (
            datetime.fromtimestamp(s, zone).utcoffset() for s in (hour, hour + 3600)
        )
        if a != b:
            found += [hour + rng.randrange(-7200, 7200) for _ in range(10)]
    return found


@pytest.mark.parametrize("name", ODD_ZONES)
def test_the_instant_of_a_local_time_has_that_local_time(name: str) -> None:
    """An instant goes to its local time and back, or to the same time's earlier one."""
    clock = Clock(0, zone_named(name))
    for instant in instants(ZoneInfo(name)):
        local = clock.local(instant)
        assert local == datetime.fromtimestamp(instant, ZoneInfo(name)).replace(
            tzinfo=None
        )
        back, fold = clock.instant(local)
        assert fold is not Fold.NEVER
        assert local == clock.local(back)
        assert back <= instant
        assert (back == instant) or fold is Fold.TWICE


@pytest.mark.parametrize("name", ODD_ZONES)
def test_a_local_time_that_never_occurs_gives_the_first_after_the_gap(
    name: str,
) -> None:
    """Just before that instant the local time is before the gap."""
    clock = Clock(0, zone_named(name))
    rng = Random(name)
    day = datetime(2010, 1, 1)  # noqa: DTZ001
    for _ in range(4000):
        local = day + timedelta(minutes=rng.randrange(0, 10 * 365 * 24 * 60))
        instant, fold = clock.instant(local)
        if fold is Fold.NEVER:
            assert clock.local(instant - 1) < local < clock.local(instant)
        else:
            assert local == clock.local(instant)


@pytest.mark.parametrize(
    ("zone", "local", "instant", "fold"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00Z", Fold.NEVER),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z", Fold.TWICE),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z", Fold.ONCE),
        ("America/Havana", "2026-03-08T00:00", "2026-03-08T05:00:00Z", Fold.NEVER),
        ("America/Havana", "2026-11-01T00:30", "2026-11-01T04:30:00Z", Fold.TWICE),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z", Fold.NEVER),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z", Fold.NEVER),
    ],
)
def test_known_gaps_and_overlaps(
    zone: str, local: str, instant: str, fold: Fold
) -> None:
    """The instants are those of the IANA database."""
    clock = Clock(0, zone_named(zone))
    assert (second(instant), fold) == clock.instant(datetime.fromisoformat(local))


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        ("2026-03-31T12:00:00Z", -1, Unit.MONTH, "2026-02-28T12:00:00Z"),
        ("2024-03-31T12:00:00Z", -1, Unit.MONTH, "2024-02-29T12:00:00Z"),
        ("2024-02-29T12:00:00Z", 1, Unit.YEAR, "2025-02-28T12:00:00Z"),
        ("2026-01-31T12:00:00Z", 1, Unit.QUARTER, "2026-04-30T12:00:00Z"),
        ("2026-01-31T12:00:00Z", -13, Unit.MONTH, "2024-12-31T12:00:00Z"),
        ("2026-01-31T12:00:00Z", 2, Unit.WEEK, "2026-02-14T12:00:00Z"),
        ("2026-01-31T12:00:00Z", -90, Unit.MINUTE, "2026-01-31T10:30:00Z"),
    ],
)
def test_a_shift_goes_by_the_calendar(
    start: str, count: int, unit: Unit, end: str
) -> None:
    """A day that a month lacks becomes its last."""
    assert second(end) == Clock(0, UTC).shift(second(start), count, unit)


def test_only_months_and_years_go_by_the_calendar() -> None:
    """Over the change of 2026-03-29 a day of Berlin has 23 hours; a shift has 24."""
    clock = Clock(0, zone_named("Europe/Berlin"))
    noon = second("2026-03-28T12:00:00+01:00")
    assert noon + 24 * 3600 == clock.shift(noon, 1, Unit.DAY)
    assert noon + 24 * 3600 == clock.shift(noon, 24, Unit.HOUR)
    assert noon + 7 * 24 * 3600 == clock.shift(noon, 1, Unit.WEEK)
    assert second("2026-04-28T12:00:00+02:00") == clock.shift(noon, 1, Unit.MONTH)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_shift_out_of_the_years_is_refused(unit: Unit) -> None:
    """Before 1970 and after 9998, however large the count."""
    clock = Clock(0, UTC)
    for count in (-1, 10**6, 10**12, 10**30, -(10**30)):
        if clock_can(count, unit):
            continue
        with pytest.raises(OverflowError):
            clock.shift(0, count, unit)


def clock_can(count: int, unit: Unit) -> bool:
    """Whether so many units after 1970 are before 9999, by a rough year."""
    seconds = unit.seconds or {
        Unit.DAY: 86_400,
        Unit.WEEK: 7 * 86_400,
        Unit.MONTH: 30 * 86_400,
        Unit.QUARTER: 90 * 86_400,
        Unit.YEAR: 365 * 86_400,
    }.get(unit, 0)
    return 0 <= count * seconds < 8000 * 365 * 86_400


@pytest.mark.parametrize(
    ("unit", "start"),
    [
        (Unit.SECOND, "2026-05-14T13:47:59"),
        (Unit.MINUTE, "2026-05-14T13:47:00"),
        (Unit.HOUR, "2026-05-14T13:00:00"),
        (Unit.DAY, "2026-05-14T00:00:00"),
        (Unit.WEEK, "2026-05-11T00:00:00"),
        (Unit.MONTH, "2026-05-01T00:00:00"),
        (Unit.QUARTER, "2026-04-01T00:00:00"),
        (Unit.YEAR, "2026-01-01T00:00:00"),
    ],
)
def test_a_unit_of_the_calendar_begins(unit: Unit, start: str) -> None:
    """Weeks on Monday, quarters in January, April, July, October."""
    local = datetime.fromisoformat("2026-05-14T13:47:59")
    assert datetime.fromisoformat(start) == floor_local(local, unit)


def test_a_shifted_month_has_its_day_or_its_last() -> None:
    """Counted month by month from a 31st."""
    local = datetime.fromisoformat("2026-01-31T08:00")
    days = [shift_local(local, n, Unit.MONTH).day for n in range(12)]
    assert [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] == days


@pytest.mark.parametrize("name", ["UTC", "utc", "Z", "Etc/UTC"])
def test_utc_has_several_names(name: str) -> None:
    """None of them needs the zone database."""
    assert UTC is zone_named(name)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/", "Europe",
     "x" * 100, "Europe/Berlin\n", "Europe\x00Berlin", "ürüm"],
)  # fmt: skip
def test_what_is_no_zone_is_refused(name: str) -> None:
    """A name never leads out of the zone database."""
    with pytest.raises(UnknownZone):
        zone_named(name)


def test_every_zone_of_the_database_is_known() -> None:
    """What is suggested is accepted."""
    names = zone_names()
    assert "Europe/Berlin" in names
    for name in names[:: max(1, len(names) // 50)]:
        zone_named(name)


def test_an_instant_is_written_as_the_api_writes_it() -> None:
    """In UTC, to the second, with Z."""
    assert "2026-02-01T08:00:30Z" == text_of(second("2026-02-01T09:00:30+01:00"))
    assert "1970-01-01T00:00:00Z" == text_of(0)

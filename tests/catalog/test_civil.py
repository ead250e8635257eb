"""The clock of a zone agrees with the zone database, through every odd change."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from auditql.catalog.civil import DAY_S, clock_of, day_number, year_month

ODD_ZONES = (
    "Europe/Berlin",  # an hour twice a year
    "America/Sao_Paulo",  # clocks skipped midnight until 2018
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # the whole of 2011-12-30 was left out
    "Africa/Casablanca",  # changes around Ramadan
    "Asia/Kathmandu",  # 5 h 45 min ahead
    "America/Havana",  # back over midnight: a day's name twice
    "UTC",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(text: str) -> int:
    """An instant as seconds since 1970, from ISO text with an offset."""
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds())


def instants(zone: str) -> list[int]:
    """Drawn instants of fifty years, and all around each change of 2005 to 2026."""
    rng = Random(zone)
    found = [rng.randrange(0, at("2037-01-01T00:00:00Z")) for _ in range(500)]
    clock = clock_of(zone)
    for day in range(at("2005-01-01T00:00:00Z"), at("2026-12-31T00:00:00Z"), DAY_S):
        change = clock.change_in(day, day + DAY_S)
        if change is not None:
            found += [change + d for d in (-3601, -1801, -1, 0, 1, 1799, 3599, 3600)]
    return found


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_offset_and_hour_are_those_of_the_zone_database(zone: str) -> None:
    """Whatever is remembered in blocks is what a look-up gives."""
    clock = clock_of(zone)
    for second in instants(zone):
        local = datetime.fromtimestamp(second, ZoneInfo(zone))
        offset = local.utcoffset()
        assert offset is not None
        assert int(offset.total_seconds()) == clock.offset(second)
        assert local.hour == clock.hour(second)


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_days_begin_once_and_follow_one_another(zone: str) -> None:
    """An instant lies between the start of its day and that of the next."""
    clock = clock_of(zone)
    for second in instants(zone):
        day = clock.day(second)
        assert clock.date(second) <= second < clock.instant_of((day + 1) * DAY_S)
        assert clock.date(second) == clock.date(clock.date(second))
        assert (date(1970, 1, 1) + timedelta(day)).weekday() == clock.weekday(second)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("UTC", (2026, 3, 10), "2026-03-10T00:00:00Z"),
        ("Europe/Berlin", (2026, 3, 29), "2026-03-28T23:00:00Z"),
        ("Europe/Berlin", (2026, 3, 30), "2026-03-29T22:00:00Z"),
        # Midnight was skipped: the day begins behind the gap.
        ("America/Sao_Paulo", (2018, 11, 4), "2018-11-04T03:00:00Z"),
        # Midnight came twice: the day begins with the first.
        ("America/Havana", (2025, 11, 2), "2025-11-02T04:00:00Z"),
        # A day that never was begins where the next does.
        ("Pacific/Apia", (2011, 12, 30), "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", (2011, 12, 31), "2011-12-30T10:00:00Z"),
    ],
)
def test_a_day_begins_where_the_clock_first_reaches_it(
    zone: str, local: tuple[int, int, int], instant: str
) -> None:
    """Gaps give the instant behind them, overlaps the earlier of two."""
    year, month, day = local
    midnight = (day_number(year, month) + day - 1) * DAY_S
    assert at(instant) == clock_of(zone).instant_of(midnight)


def test_a_change_is_found_to_the_second() -> None:
    """The instant at which clocks change, and None where they do not."""
    clock = clock_of("Europe/Berlin")
    change = at("2026-03-29T01:00:00Z")
    assert change == clock.change_in(change - 5 * DAY_S, change + 5 * DAY_S)
    assert change == clock.change_in(change - 1, change)
    assert clock.change_in(change, change + DAY_S) is None


def test_months_are_counted_in_any_year() -> None:
    """`day_number` and `year_month` undo each other, outside of `date`'s years too."""
    assert (0, (1970, 1)) == (day_number(1970, 1), year_month(0))
    for year in (-401, -1, 0, 1, 1999, 2000, 2024, 9999, 10_000, 12_345):
        for month in range(1, 13):
            assert (year, month) == year_month(day_number(year, month))
            assert (year, month) != year_month(day_number(year, month) - 1)


@pytest.mark.parametrize("second", [-(2**62), -62_135_596_801, 253_402_300_800, 2**62])
def test_every_integer_has_an_answer(second: int) -> None:
    """What lies beyond the years of the zone database is read with the nearest."""
    clock = clock_of("Europe/Berlin")
    assert 0 <= clock.hour(second) <= 23
    assert clock.date(second) <= second


def test_an_unknown_zone_is_a_key_error() -> None:
    """The resolver makes a diagnostic of it."""
    with pytest.raises(KeyError):
        clock_of("Europe/Atlantis")

"""Buckets part all time, and stand where a calendar and a clock say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from auditql.catalog.buckets import buckets
from auditql.catalog.civil import clock_of
from auditql.catalog.kinds import Unit

ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe")
LENGTHS = (
    (1, Unit.SECOND),
    (7, Unit.SECOND),
    (90, Unit.MINUTE),
    (15, Unit.MINUTE),
    (1, Unit.HOUR),
    (6, Unit.HOUR),
    (7, Unit.HOUR),
    (24, Unit.HOUR),
    (1, Unit.DAY),
    (3, Unit.DAY),
    (1, Unit.WEEK),
    (2, Unit.WEEK),
    (1, Unit.MONTH),
    (1, Unit.QUARTER),
    (5, Unit.MONTH),
    (1, Unit.YEAR),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(text: str) -> int:
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds())


def said(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("count", "unit"), LENGTHS)
def test_each_instant_lies_in_exactly_one_bucket(
    zone: str, count: int, unit: Unit
) -> None:
    """Start <= instant < following, and the bounds belong to buckets of their own."""
    made = buckets(count, unit, zone)
    rng = Random(f"{zone} {count} {unit}")
    for _ in range(150):
        second = rng.randrange(at("2005-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"))
        start, following = made.start(second), made.following(second)
        assert start <= second < following
        assert start == made.start(start)
        assert following == made.following(start)
        assert following == made.start(following)
        assert start == made.start(following - 1)


@pytest.mark.parametrize("zone", ZONES)
def test_buckets_follow_one_another_over_every_change(zone: str) -> None:
    """From change to change of twenty years no bucket overlaps or leaves a gap."""
    clock = clock_of(zone)
    hours = [buckets(c, u, zone) for c, u in LENGTHS if u in (Unit.HOUR, Unit.MINUTE)]
    low = at("2005-01-01T00:00:00Z")
    for day in range(low, at("2026-01-01T00:00:00Z"), 86_400):
        change = clock.change_in(day, day + 86_400)
        if change is None:
            continue
        for made in hours:
            second, ends = made.start(change - 90_000), []
            while second < change + 90_000:
                ends.append(second)
                second = made.following(second)
            for start, end in pairwise(ends):
                assert start == made.start(end - 1)


# length, zone | instant | start of its bucket | start of the next
PLACES = """
1 d  UTC|2026-03-10T12:00:00Z|2026-03-10T00:00:00Z|2026-03-11T00:00:00Z
1 w  UTC|2026-03-10T12:00:00Z|2026-03-09T00:00:00Z|2026-03-16T00:00:00Z
1 d  Europe/Berlin|2026-03-29T12:00:00Z|2026-03-28T23:00:00Z|2026-03-29T22:00:00Z
1 mo Europe/Berlin|2026-03-31T21:59:59Z|2026-02-28T23:00:00Z|2026-03-31T22:00:00Z
1 q  UTC|2026-03-10T12:00:00Z|2026-01-01T00:00:00Z|2026-04-01T00:00:00Z
1 y  America/Sao_Paulo|2026-03-10T12:00:00Z|2026-01-01T03:00:00Z|2027-01-01T03:00:00Z
6 h  UTC|2026-03-10T12:00:00Z|2026-03-10T12:00:00Z|2026-03-10T18:00:00Z
1 h  Europe/Berlin|2026-10-25T00:30:00Z|2026-10-25T00:00:00Z|2026-10-25T01:00:00Z
1 h  Europe/Berlin|2026-10-25T01:30:00Z|2026-10-25T01:00:00Z|2026-10-25T02:00:00Z
1 d  America/Sao_Paulo|2018-11-04T12:00:00Z|2018-11-04T03:00:00Z|2018-11-05T02:00:00Z
"""


@pytest.mark.parametrize("row", PLACES.strip().splitlines())
def test_buckets_stand_where_calendar_and_clock_say(row: str) -> None:
    """Worked out by hand: a day of 23 hours, a repeated hour, a skipped midnight."""
    length, instant, start, following = (part.strip() for part in row.split("|"))
    count, unit, zone = length.split()
    made = buckets(int(count), Unit(unit), zone)
    assert start == said(made.start(at(instant)))
    assert following == said(made.following(at(instant)))

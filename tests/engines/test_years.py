"""Hours, days and months of any year: right, or the statement fails with words.

SQLite is asked, whose times are text and go back to the year 1.
"""

import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import machines
import naive_stages
import pytest

import auditql
from auditql.catalog.fields import STORED
from auditql.plan.span import span_of
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect

NOW = "2026-03-10T12:00:00Z"
PARTS = "select hour(created_at) as h, weekday(created_at) as w, date(created_at) as d"


def records(*times: str) -> list[dict[str, object]]:
    """A record for each time, of nothing else but an id."""
    empty: dict[str, object] = {f.name: None for f in STORED}
    return [
        empty | {"id": n, "created_at": time, "action": "create"}
        for n, time in enumerate(times, 1)
    ]


def asked(text: str, zone: str, *times: str) -> list[tuple[object, ...]]:
    """What SQLite answers of records of such times."""
    plan = auditql.compile(text, now=NOW, tz=zone)
    machine = machines.Sqlite(records(*times))
    made = compiled(plan.query, Dialect.SQLITE, machine.columns)
    return [tuple(row) for row in machine.rows(made)]


def parts(zone: str, *times: str) -> list[tuple[object, ...]]:
    """Hour, weekday and date as Python has them."""
    made = []
    for time in times:
        local = datetime.fromisoformat(time).astimezone(ZoneInfo(zone))
        made.append((local.hour, local.strftime("%a").lower(), str(local.date())))
    return made


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "UTC"])
@pytest.mark.parametrize(
    "year", ["1971", "1972", "1995", "2001", "2026", "2040", "2060", "2099"]
)
def test_a_bounded_query_is_exact_in_its_years(zone: str, year: str) -> None:
    """Parts of time are those of Python's database, summer and winter."""
    times = [f"{year}-{rest}Z" for rest in ("12-31T23:30:00", "07-04T03:59:59")]
    times += [f"{year}-03-31T00:59:59Z", f"{year}-01-01T12:00:00Z"]
    text = f"created_at in {year} | {PARTS}"
    local = [datetime.fromisoformat(t).astimezone(ZoneInfo(zone)) for t in times]
    inside = [t for t, at in zip(times, local, strict=True) if str(at.year) == year]
    assert parts(zone, *inside) == asked(text, zone, *times)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
@pytest.mark.parametrize("year", ["1972", "2001", "2040", "2099"])
def test_a_month_of_any_year_is_written_as_it_is(zone: str, year: str) -> None:
    """Its first day is behind another change of the clock."""
    text = f"created_at in {year} | select month(created_at) as m"
    at = f"{year}-11-28T12:00:00Z"
    assert [(f"{year}-11",)] == asked(text, zone, at)


def test_times_before_1970_are_counted_down_to_the_day_before() -> None:
    """UTC has no changes: hours and days of any year are right."""
    times = ("1970-01-01T00:00:00Z", "1969-12-31T23:30:00Z", "1582-10-15T01:00:00Z")
    assert parts("UTC", *times) == asked(f"| {PARTS}", "UTC", *times)
    bins = asked("| select bin(created_at, 7h) as b", "UTC", "1969-12-31T23:30:00Z")
    assert [("1969-12-31T17:00:00Z",)] == bins


EARLY, LATE = "1969-12-31T12:00:00Z", "2101-07-01T07:30:00Z"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        *((f"| {PARTS}", time) for time in (EARLY, LATE)),
        *(("hour(created_at) = 3", time) for time in (EARLY, LATE)),
        *(("| timeline 1d", time) for time in (EARLY, LATE)),
        *(("| timeline 1h", time) for time in (EARLY, LATE)),
        *(("| select bin(created_at, 1h) as b", time) for time in (EARLY, LATE)),
        *(("| select bin(created_at, 15m) as b", time) for time in (EARLY, LATE)),
        ("created_at >= 2020-01-01 | select hour(created_at) as h", LATE),
        ("created_at < 2030-01-01 | select date(created_at) as d", EARLY),
        (f"created_at >= 1970-06-01 and created_at < 2200-01-01 | {PARTS}", LATE),
        (f"created_at in 2101 | {PARTS}", LATE),
    ],
)
def test_a_row_outside_of_the_years_fails_with_words(text: str, time: str) -> None:
    """What a zone's clock shows then is not in the statement."""
    with pytest.raises(sqlite3.Error, match="auditql wrote the clock"):
        asked(text, "America/New_York", time)


def test_a_row_that_the_query_leaves_out_does_not_fail() -> None:
    """Bounds that lie within the years need no look at the rows."""
    text = f"created_at in 2040 | {PARTS}"
    assert [] == asked(text, "America/New_York", EARLY, LATE)


@pytest.mark.parametrize(
    "bounds",
    ["created_at in 2150", "created_at >= 2090-01-01 and created_at < 2150-01-01"],
)
def test_a_timeline_of_years_without_a_clock_is_refused(bounds: str) -> None:
    """Its empty buckets would be placed by a clock of other years."""
    text = f"{bounds} | timeline 1y"
    with pytest.raises(auditql.QueryError, match="timeline"):
        asked(text, "America/New_York")


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_a_timeline_without_an_end_keeps_its_future(zone: str) -> None:
    """Rows behind now have their buckets, and all between are there."""
    text = "created_at >= 2026-03-01 | timeline 1d"
    plan = auditql.compile(text, now=NOW, tz=zone)
    raws = records("2026-03-02T12:00:00Z", "2026-06-25T12:00:00Z")
    span = span_of(plan.query)
    wanted = naive_stages.answer(plan.query, raws[::-1], (span.start, span.end))
    got = asked(text, zone, *(str(r["created_at"]) for r in raws))
    assert 117 == len(got)
    assert [tuple(r.values()) for r in wanted] == got

"""Grouped records: their order, their times, and times before 1970."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asking_mirror
import pytest

from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.sql import chunks, condensing
from auditql.providers.mirror.sql.filters import MOST_TESTS

RAWS = (
    {"id": 1, "action": "login", "created_at": "2026-03-01T08:00:00Z"},
    {"id": 2, "action": "update", "created_at": "2026-03-01T08:10:00Z"},
    {"id": 3, "action": "login", "created_at": "2026-03-02T23:30:00Z"},
    {"id": 4, "action": "update", "created_at": "2026-03-03T00:30:00Z"},
    {"id": 5, "action": "UPDATE", "created_at": "2026-03-03T00:30:00Z"},
    {"id": 6, "created_at": "1969-12-31T23:59:59Z", "actor_id": -1},
    {"id": 7, "created_at": "1931-05-07T11:12:13Z", "actor_id": -1},
)


@pytest.fixture(params=[1, 2, 20_000])
def mirror(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mirror]:
    """The mirror of RAWS, looked at so many rows at a time."""
    monkeypatch.setattr(chunks, "CHUNK", request.param)
    opened = asking_mirror.mirror(tmp_path, RAWS)
    yield opened
    opened.close()


def test_distinct_comes_in_the_order_of_records(mirror: Mirror) -> None:
    """Newest first, though a few actions are elsewhere read each by its own."""
    rows = asking_mirror.rows(
        mirror, "action in (login, update) | distinct action, date(created_at)"
    )
    assert [("update", 3), ("login", 2), ("update", 1), ("login", 1)] == [
        (row["action"], int(row["date"][-1:])) for row in rows
    ]


def test_tests_of_the_action_that_sql_cannot_say_are_checked(mirror: Mirror) -> None:
    """Beyond so many tests a condition is let through: no row is counted for it."""
    tests = (f"action in (login, exported, 'x{n}')" for n in range(MOST_TESTS + 1))
    rows = asking_mirror.rows(mirror, f"{' and '.join(tests)} | count by action")
    assert [{"action": "login", "count": 2}] == rows


@pytest.mark.parametrize(
    ("text", "tz", "values"),
    [
        ("| count", "UTC", [(7,)]),
        ("action = login | count", "UTC", [(2,)]),
        ("action = destroy | count", "UTC", [(0,)]),
        ("| count by action", "UTC", [("login", 2), ("update", 3), (None, 2)]),
        (
            "action is null | count by date(created_at)",
            "UTC",
            [("1931-05-07", 1), ("1969-12-31", 1)],
        ),
        (
            "action is null | count by date(created_at), hour(created_at)",
            "Asia/Kolkata",
            [("1931-05-07", 16, 1), ("1970-01-01", 5, 1)],
        ),
        (
            "action = update | stats first(id), last(id), count_distinct(action), "
            "min(created_at)",
            "UTC",
            [(2, 5, 1, "2026-03-01T08:10:00Z")],
        ),
        ("| where action = update | top 1 action", "UTC", [("update", 3)]),
        (
            "action = login | timeline 1d",
            "UTC",
            [("2026-03-01T00:00:00Z", 1), ("2026-03-02T00:00:00Z", 1)],
        ),
    ],
)
def test_stages_take_grouped_records(
    mirror: Mirror, text: str, tz: str, values: list[tuple[object, ...]]
) -> None:
    """Each counts as often as it stands for a record."""
    assert values == [
        tuple(row.values()) for row in asking_mirror.rows(mirror, text, tz)
    ]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2025-10-26"),
        ("Europe/Berlin", "2025-03-30"),
        ("Australia/Lord_Howe", "2025-04-06"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("Pacific/Apia", "2011-12-30"),
        ("Asia/Kolkata", "2025-01-01"),
        ("UTC", "2025-01-01"),
    ],
)
@pytest.mark.parametrize("longest", [1, 16])
def test_days_read_at_once_are_those_of_the_zone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    change: str,
    longest: int,
) -> None:
    """A day of 23 hours, of 24.5 and one that never was: as its clock says."""
    monkeypatch.setattr(chunks, "CHUNK", 20)
    monkeypatch.setattr(condensing, "LONGEST", longest)
    noon = datetime.fromisoformat(f"{change}T12:00:00").replace(tzinfo=UTC)
    times = [noon + timedelta(minutes=20 * step) for step in range(-200, 200)]
    raws = (
        {"id": n, "created_at": f"{time:%Y-%m-%dT%H:%M:%SZ}", "actor_id": n % 3}
        for n, time in enumerate(times)
    )
    opened = asking_mirror.mirror(tmp_path, raws)
    local = [time.astimezone(ZoneInfo(zone)) for time in times]
    days = Counter((n % 3, f"{time:%Y-%m-%d}") for n, time in enumerate(local))
    hours = Counter(time.hour for time in local)
    text = "| count by actor_id, date(created_at)"
    found = asking_mirror.rows(opened, text, zone)
    assert [(*key, days[key]) for key in sorted(days)] == [
        tuple(row.values()) for row in found
    ]
    found = asking_mirror.rows(opened, "| count by hour(created_at)", zone)
    assert sorted(hours.items()) == [tuple(row.values()) for row in found]
    opened.close()

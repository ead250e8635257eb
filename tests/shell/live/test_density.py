"""Expected requests: by what was read before, and never by a guess."""

import pytest

import auditql
from auditql.plan.model import Box, Interval
from auditql.plan.reader import Statistics
from auditql.shell.live.density import LEAST_RECORDS, expected, key, learned
from auditql.shell.live.forms import Expected

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000


@pytest.mark.parametrize(
    ("text", "densities", "requests"),
    [
        ("created_at >= -10d", {}, Expected(1)),
        ("created_at >= -10d", {"": 0.01}, Expected(1, 87)),
        ("created_at >= -10d limit 50", {"": 0.01}, Expected(1, 1, is_exact=True)),
        ("created_at = 2026-02 limit 50", {"": 0.01}, Expected(1, 1)),
        ("created_at >= -10d limit 500", {"": 0.01}, Expected(1, 5)),
        ("created_at >= -10d limit 500", {"": 0.0001}, Expected(1, 1)),
        ("action = login limit 50", {}, Expected(1, 1, is_exact=True)),
        ("action = login limit 500", {}, Expected(1, 5)),
        (
            "action = login and created_at >= -10d",
            {"": 0.01},
            Expected(1, 87, is_bound=True),
        ),
        (
            "action = login and created_at >= -10d",
            {"": 0.01, "action=login": 0.001},
            Expected(1, 9),
        ),
        (
            "actor_name = 'x' and created_at >= -10d limit 5",
            {"": 0.01},
            Expected(1, 87, is_bound=True),
        ),
        (
            "(action = login or actor_id = 7) and created_at >= -10d",
            {"action=login": 0.001, "actor_id=7": 0.002},
            Expected(2, 27),
        ),
        ("action = login", {"action=login": 1.0}, Expected(1)),
        ("action = login and created_at >= -1d | count", {}, Expected(2, 2)),
        ("action = login page 3 size 50", {}, Expected(1, 1, is_exact=True)),
        ("action = login and action = create", {}, Expected(0, 0, is_exact=True)),
    ],
)
def test_what_was_read_before_says_what_will_be(
    text: str, densities: dict[str, float], requests: Expected
) -> None:
    """A density times the time is records; a limit that all count for caps them."""
    assert requests == expected(auditql.compile(text, now=NOW), densities)


def test_a_density_is_kept_under_what_was_asked() -> None:
    """Fields and values in a fixed order, without the time."""
    box = Box({"b": frozenset({2, 1}), "a": frozenset({"y"})}, Interval(1, 2))
    assert "a=y&b=1,2" == key(box)
    assert "" == key(Box())


@pytest.mark.parametrize(
    ("text", "reached_s", "rows", "shown"),
    [
        ("action = login", NOW_S - 1_000, 500, ("action=login", 0.5)),
        ("", NOW_S - 1_000, 100, ("", 0.1)),
        ("created_at >= -1d", NOW_S - 100, 50, ("", 0.5)),
        ("created_at <= 2026-03-09", NOW_S - 43_300, 50, ("", 0.5)),
        ("created_at >= -1d order by created_at", NOW_S - 86_300, 50, ("", 0.5)),
        ("action = login order by created_at", NOW_S - 100, 50, None),
        ("action = login", NOW_S - 1_000, LEAST_RECORDS - 1, None),
        ("action = login", NOW_S, 50, None),
        ("action = login", None, 50, None),
        ("action = login or actor_id = 7", NOW_S - 1_000, 50, None),
        ("id = 7", NOW_S - 1_000, 50, None),
    ],
)
def test_a_read_shows_how_dense_records_are(
    text: str, reached_s: int | None, rows: int, shown: tuple[str, float] | None
) -> None:
    """Records over the time that they took, from the end that was read from."""
    counts = Statistics(rows_read=rows, reached_s=reached_s)
    assert shown == learned(auditql.compile(text, now=NOW), counts)


def test_what_a_read_shows_is_what_the_next_is_told() -> None:
    """A read of 500 logins a day makes ten days 5,000 of them."""
    plan = auditql.compile("action = login and created_at >= -1d", now=NOW)
    found = learned(plan, Statistics(rows_read=500, reached_s=NOW_S - 86_400))
    assert found is not None
    longer = auditql.compile("action = login and created_at >= -10d", now=NOW)
    assert Expected(1, 50) == expected(longer, dict([found]))

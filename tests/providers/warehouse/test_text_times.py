"""Times that a table holds as text, in a session of New York."""

import pytest

import auditql
from auditql.providers.warehouse.columns import Stored, usual_columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect

OTHERS = [d for d in Dialect if d not in (Dialect.CLICKHOUSE, Dialect.SQLITE)]


def said(dialect: Dialect) -> str:
    """A statement that reads times."""
    query = auditql.compile("| select created_at", now="2026-03-10T12:00:00Z").query
    columns = usual_columns(("audit_logs",), created_at=Stored.TEXT)
    return compiled(query, dialect, columns).text


def read(time: str) -> list[tuple[object, ...]]:
    """What DuckDB reads."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        connection.execute("CREATE TABLE audit_logs (id BIGINT, created_at VARCHAR)")
        connection.execute("INSERT INTO audit_logs VALUES (1, ?)", [time])
        found: list[tuple[object, ...]] = connection.execute(
            said(Dialect.DUCKDB)
        ).fetchall()
        return found


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("2026-11-01 10:23:24", "2026-11-01T10:23:24Z"),
        ("2026-11-01T10:23:24.987", "2026-11-01T10:23:24Z"),
        ("2026-11-01 10:23", "2026-11-01T10:23:00Z"),
        ("2026-11-01", "2026-11-01T00:00:00Z"),
        ("2026-11-01T10:23:24Z", "2026-11-01T10:23:24Z"),
        ("2026-11-01T10:23:24.5+01:00", "2026-11-01T09:23:24Z"),
        ("2026-11-01 10:23:24-0530", "2026-11-01T15:53:24Z"),
        ("2026-11-01 10:23:24 UTC", "2026-11-01T10:23:24Z"),
    ],
)
def test_a_text_without_a_zone_is_a_time_of_utc(time: str, wanted: str) -> None:
    """Whatever the zone of the session."""
    assert [(wanted,)] == read(time)


@pytest.mark.parametrize(
    "time",
    ["", "02/03/2026 10:00", "10:00", "2026", "2026-11-01 10:23 PM", "now", "infinity"],
)
def test_a_text_that_is_no_time_of_ours_fails_with_words(time: str) -> None:
    """No engine's own guess at it is taken."""
    with pytest.raises(Exception, match="auditql cannot read this time"):
        read(time)


@pytest.mark.parametrize("dialect", OTHERS, ids=lambda d: d.value)
def test_every_engine_is_handed_a_zone(dialect: Dialect) -> None:
    """All of those that would take a text without one for a time of the session."""
    text = said(dialect)
    assert "'T00:00:00Z'" in text
    assert "auditql cannot read this time" in text

"""SQLite keeps any value in any column: what it reads wrongly is an error in words."""

import sqlite3
from collections.abc import Iterator

import pytest

import auditql
from auditql.catalog.fields import STORED
from auditql.catalog.kinds import Kind
from auditql.providers.warehouse.columns import Stored, usual_columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect

TIME = "2026-03-01T08:00:00Z"
NUL = "auditql cannot look behind a NUL within a text in SQLite"


@pytest.fixture
def table() -> Iterator[sqlite3.Connection]:
    """An empty table of records."""
    connection = sqlite3.connect(":memory:")
    columns = ", ".join(
        f"{f.name} {'INTEGER' if f.kind is Kind.INTEGER else ''}" for f in STORED
    )
    connection.execute(f"CREATE TABLE audit_logs ({columns})")
    yield connection
    connection.close()


def add(table: sqlite3.Connection, *rows: tuple[object, object]) -> None:
    """Rows of a time and a name, their ids counted from 1."""
    table.executemany(
        "INSERT INTO audit_logs (id, created_at, actor_name) VALUES (?, ?, ?)",
        [(number, *row) for number, row in enumerate(rows, 1)],
    )


def asked(table: sqlite3.Connection, query: str) -> list[object]:
    """The first column of each row of a query's answer."""
    plan = auditql.compile(query, now="2026-03-10T12:00:00Z")
    columns = usual_columns(("audit_logs",), created_at=Stored.TEXT)
    made = compiled(plan.query, Dialect.SQLITE, columns)
    return [row[0] for row in table.execute(made.text).fetchall()]


@pytest.mark.parametrize(
    "query",
    [
        "length(actor_name) = 3",
        "not (length(actor_name) > 3)",
        "actor_name ends with 'b'",
        "actor_name like 'a_b'",
        "actor_name not like '%c'",
        "actor_name like 'a%b%'",
        "actor_name like '_%'",
        "actor_name ilike '%B'",
        "| select length(actor_name)",
        "| stats max(length(actor_name)) as m",
    ],
)
def test_what_hangs_on_letters_behind_a_nul_is_an_error(
    table: sqlite3.Connection, query: str
) -> None:
    """LENGTH and GLOB take a text to end there."""
    add(table, (TIME, "ab"), (TIME, "a\0b"))
    with pytest.raises(sqlite3.OperationalError, match=NUL):
        asked(table, query)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("actor_name starts with 'A' | select id", [1, 2, 4]),
        ("actor_name starts with 'ab' | select id", [1]),
        ("actor_name like 'a%' | select id", [1, 2, 4]),
        ("actor_name contains 'B' | select id", [1, 2]),
        ("actor_name = 'a' | select id", [4]),
        ("actor_name > 'a' | select id", [1, 2]),
        ("actor_name is null | select id", [3]),
        ("| count by actor_name", ["a", "a\0b", "ab", None]),
    ],
)
def test_what_does_not_is_exact(
    table: sqlite3.Connection, query: str, wanted: list[object]
) -> None:
    """Beginnings, equality, pieces and groups see the whole text."""
    add(table, (TIME, "ab"), (TIME, "a\0b"), (TIME, None), (TIME, "a"))
    assert wanted == asked(table, query)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("length(actor_name) = 2 | select id", [1]),
        ("not (length(actor_name) = 2) | select id", [2, 3]),
        ("actor_name ends with 'B' | select id", [1]),
        ("actor_name not like '%b' | select id", [2, 3]),
    ],
)
def test_texts_without_are_looked_into(
    table: sqlite3.Connection, query: str, wanted: list[object]
) -> None:
    """What is missing is as false as ever."""
    add(table, (TIME, "ab"), (TIME, None), (TIME, ""))
    assert wanted == asked(table, query)


def test_a_pattern_with_nul_is_refused() -> None:
    """GLOB would take it to end there; no text of a query has one, a parameter may."""
    plan = auditql.compile("actor_name like :name", params={"name": "a\0b%"})
    with pytest.raises(auditql.QueryError, match="NUL"):
        compiled(plan.query, Dialect.SQLITE, usual_columns(("audit_logs",)))


@pytest.mark.parametrize(
    "time",
    [
        *(1772352000, 2460000.5, "2026-03-02T00:00:00+0100", "02/03/2026 10:00"),
        *("now", "10:00", "2026-02-30T00:00:00Z", "12"),
    ],
)
@pytest.mark.parametrize(
    "query", ["created_at in 2026 | count", "not (created_at in 2026) | count"]
)
def test_a_time_that_cannot_be_read_is_an_error(
    table: sqlite3.Connection, query: str, time: object
) -> None:
    """SQLite would take it for NULL, or for another time."""
    add(table, (TIME, "a"), (time, "b"))
    with pytest.raises(sqlite3.OperationalError, match="auditql cannot read this time"):
        asked(table, query)


def test_times_in_the_forms_of_sqlite_are_read(table: sqlite3.Connection) -> None:
    """With a zone or of UTC, a day alone too."""
    times = (TIME, "2026-03-01 08:00:00.9", "2026-03-01T09:00:00+01:00", "2026-03-01")
    add(table, *((time, "a") for time in times))
    assert [4] == asked(table, "created_at in 2026-03-01 | count")

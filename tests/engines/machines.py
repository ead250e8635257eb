"""Engines that statements are run on, each with the same records in one table.

In: records. Out: rows of a statement. Every session stands in New York, where a
statement that reads the session's zone goes wrong.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from auditql.catalog.fields import STORED
from auditql.catalog.kinds import Kind
from auditql.providers.warehouse.columns import Columns, Stored, usual_columns
from auditql.providers.warehouse.statement import Dialect, Statement

ZONE = "America/New_York"
NAMES = tuple(f.name for f in STORED)
TABLE = ("audit_logs",)

Raw = dict[str, object]
Rows = list[tuple[object, ...]]


def _types(text: str, integer: str, time: str) -> str:
    of = {Kind.INTEGER: integer, Kind.TIME: time}
    return ", ".join(f"{f.name} {of.get(f.kind, text)}" for f in STORED)


def _moment(record: Raw) -> datetime:
    return datetime.fromisoformat(str(record["created_at"])).astimezone(UTC)


def _values(record: Raw, time: object) -> tuple[object, ...]:
    return tuple(time if n == "created_at" else record[n] for n in NAMES)


class Sqlite:
    """SQLite: times are text as the API writes them."""

    dialect = Dialect.SQLITE
    columns: Columns = usual_columns(TABLE, created_at=Stored.TEXT)
    has_parameters = True

    def __init__(self, records: Sequence[Raw]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(
            f"CREATE TABLE audit_logs ({_types('TEXT', 'INTEGER', 'TEXT')})"
        )
        marks = ", ".join("?" * len(NAMES))
        self._connection.executemany(
            f"INSERT INTO audit_logs VALUES ({marks})",
            [_values(r, r["created_at"]) for r in records],
        )

    def rows(self, statement: Statement) -> Rows:
        return self._connection.execute(
            statement.text, dict(statement.parameters)
        ).fetchall()

    def close(self) -> None:
        self._connection.close()


class DuckDB:
    """DuckDB: naive timestamps, a session in New York."""

    dialect = Dialect.DUCKDB
    columns: Columns = usual_columns(TABLE)
    has_parameters = True

    def __init__(self, records: Sequence[Raw]) -> None:
        import duckdb

        settings = {
            "autoinstall_known_extensions": False,
            "threads": 1,
            "memory_limit": "1GB",
        }
        self._connection = duckdb.connect(":memory:", config=settings)
        self._connection.execute(f"SET TimeZone = '{ZONE}'")
        self._connection.execute(
            f"CREATE TABLE audit_logs ({_types('VARCHAR', 'BIGINT', 'TIMESTAMP')})"
        )
        marks = ", ".join("?" * len(NAMES))
        for r in records:
            self._connection.execute(
                f"INSERT INTO audit_logs VALUES ({marks})",
                _values(r, _moment(r).replace(tzinfo=None)),
            )

    def rows(self, statement: Statement) -> Rows:
        parameters = dict(statement.parameters)
        return self._connection.execute(statement.text, parameters or None).fetchall()

    def close(self) -> None:
        self._connection.close()

"""Engines that statements are run on, each with the same records in one table.

In: records. Out: rows of a statement. Every session stands in New York, where a
statement that reads the session's zone goes wrong.
"""

import json
import select
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import postgres

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


class Postgres:
    """PostgreSQL: a cluster of its own, naive timestamps, a server in New York."""

    dialect = Dialect.POSTGRES
    columns: Columns = usual_columns(TABLE)
    has_parameters = False  # the driver writes them in a way of its own

    def __init__(self, records: Sequence[Raw]) -> None:
        import psycopg

        self._stack = ExitStack()
        place = self._stack.enter_context(postgres.running())
        for again in range(600):  # it listens before it takes anybody
            try:
                connection = psycopg.connect(
                    f"postgresql://{place}",
                    password=postgres.PASSWORD,
                    autocommit=True,
                    options=f"-c timezone={ZONE} -c statement_timeout=20s",
                )
                break
            except psycopg.OperationalError as error:
                if "starting up" not in str(error) or again == 599:
                    raise
                select.select([], [], [], 0.05)
        self._connection = self._stack.enter_context(connection)
        types = _types("TEXT", "BIGINT", "TIMESTAMP")
        self._connection.execute(f"CREATE TABLE audit_logs ({types})")
        marks = ", ".join(["%s"] * len(NAMES))
        with self._connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO audit_logs VALUES ({marks})",
                [_values(r, _moment(r).replace(tzinfo=None)) for r in records],
            )

    def rows(self, statement: Statement) -> Rows:
        return self._connection.execute(statement.text.encode()).fetchall()

    def close(self) -> None:
        self._stack.close()


class ClickHouse:
    """chDB: ClickHouse in the process, DateTime64 of UTC, a session in New York."""

    dialect = Dialect.CLICKHOUSE
    columns: Columns = usual_columns(TABLE)
    has_parameters = False

    def __init__(self, records: Sequence[Raw]) -> None:
        from chdb import session

        self._folder = tempfile.TemporaryDirectory(prefix="auditql-chdb-")
        self._session = session.Session(str(Path(self._folder.name) / "db"))
        types = _types(
            "Nullable(String)", "Nullable(Int64)", "DateTime64(3, 'UTC')"
        ).replace("id Nullable(Int64)", "id Int64", 1)
        self._session.query(f"SET session_timezone = '{ZONE}'")
        self._session.query("SET max_threads = 1")
        self._session.query(
            f"CREATE TABLE audit_logs ({types}) ENGINE = MergeTree ORDER BY id"
        )
        lines = "\n".join(
            json.dumps(r | {"created_at": str(_moment(r))[:19]}, ensure_ascii=False)
            for r in records
        )
        self._session.query(f"INSERT INTO audit_logs FORMAT JSONEachRow {lines}")

    def rows(self, statement: Statement) -> Rows:
        made = self._session.query(
            statement.text
            + "\nSETTINGS output_format_json_quote_64bit_integers = 0,"
            + " max_execution_time = 20",
            "JSONCompactEachRow",
        )
        lines = made.bytes().decode().split("\n")
        return [tuple(json.loads(line)) for line in lines if line]

    def close(self) -> None:
        self._session.close()
        self._folder.cleanup()


class Spark:
    """Spark on one core in the process, TIMESTAMP_NTZ, a session in New York."""

    dialect = Dialect.SPARK
    columns: Columns = usual_columns(TABLE)
    has_parameters = True

    def __init__(self, records: Sequence[Raw]) -> None:
        from pyspark.sql import SparkSession

        self._folder = tempfile.TemporaryDirectory(prefix="auditql-spark-")
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.default.parallelism": "1",
            "spark.sql.session.timeZone": ZONE,
            "spark.driver.memory": "1g",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.log.level": "OFF",
            "spark.sql.warehouse.dir": self._folder.name,
        }
        builder = SparkSession.builder.master("local[1]").appName("auditql")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._spark = builder.getOrCreate()
        types = _types("STRING", "BIGINT", "TIMESTAMP_NTZ")
        rows = [_values(r, _moment(r).replace(tzinfo=None)) for r in records]
        frame = self._spark.createDataFrame(rows, types).coalesce(1).cache()
        frame.createOrReplaceTempView("audit_logs")

    def rows(self, statement: Statement) -> Rows:
        found = self._spark.sql(statement.text, args=dict(statement.parameters))
        return [tuple(row) for row in found.collect()]

    def close(self) -> None:
        self._spark.stop()
        self._folder.cleanup()

"""A statement of SQL and what its answer holds.

In: what the compiler made. Out: forms, nothing else. Every value of an answer is
written as auditql's own answers have it already: text, a whole number, or NULL;
times are `2026-03-01T08:00:00Z`, days `2026-03-01`, weekdays `mon`.
"""

from enum import Enum

from auditql.catalog.forms import form


class Dialect(Enum):
    """The SQL of an engine."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"
    SPARK = "spark"
    TRINO = "trino"
    BIGQUERY = "bigquery"
    SNOWFLAKE = "snowflake"
    SQLITE = "sqlite"

    @property
    def is_experimental(self) -> bool:
        """Whether its statements are compared with stored texts only, never run."""
        return self in (Dialect.TRINO, Dialect.BIGQUERY, Dialect.SNOWFLAKE)


@form
class Statement:
    """One statement that answers a query.

    Attributes:
        text: of the dialect; ends without a semicolon.
        parameters: names and values of the placeholders in the text; empty where
            values stand in the text itself.
        columns: names of the answer's columns, in order.
        is_records: a row is a record: its stored fields, those that the table has.
    """

    text: str
    parameters: tuple[tuple[str, int | str], ...]
    columns: tuple[str, ...]
    is_records: bool

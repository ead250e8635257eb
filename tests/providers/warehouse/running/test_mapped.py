"""The columns of a table: found by their names, mapped by a profile, told if wrong."""

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.warehouse.columns import Stored, StoredColumn
from auditql.providers.warehouse.running.mapped import (
    Found,
    Mapped,
    TableMap,
    columns_of,
)
from auditql.providers.warehouse.running.types import holds
from auditql.providers.warehouse.statement import Dialect

TABLE = ("raw", "audit_logs")
ID = Found("id", Stored.INTEGER, "BIGINT")
TIME = Found("CREATED_AT", Stored.INSTANT, "TIMESTAMPTZ")
DATA = Found("_airbyte_data", None, "JSONB")


def test_columns_are_found_by_the_names_of_the_fields() -> None:
    """In any case; a field whose column is not there is not in the table."""
    found = columns_of(TABLE, TableMap(), [ID, TIME, DATA])
    assert {
        "id": StoredColumn("id", Stored.INTEGER),
        "created_at": StoredColumn("CREATED_AT", Stored.INSTANT),
    } == dict(found.fields)
    assert TABLE == found.table


def test_a_profile_maps_names_types_and_members() -> None:
    """What it says comes first; false takes a field away."""
    said = TableMap(
        None,
        {
            "created_at": Mapped("at"),
            "actor_id": Mapped("_airbyte_data", None, "actor_id"),
            "action": Mapped("_airbyte_data", Stored.TEXT, "action"),
            "url": None,
        },
    )
    table = [ID, Found("at", Stored.TEXT, "TEXT"), DATA, Found("url", None, "BLOB")]
    assert {
        "id": StoredColumn("id", Stored.INTEGER),
        "actor_id": StoredColumn("_airbyte_data", Stored.INTEGER, "actor_id"),
        "action": StoredColumn("_airbyte_data", Stored.TEXT, "action"),
        "created_at": StoredColumn("at", Stored.TEXT),
    } == dict(columns_of(TABLE, said, table).fields)


@pytest.mark.parametrize(
    ("said", "found", "words"),
    [
        (
            {},
            [ID],
            "raw.audit_logs has no column `created_at` for `created_at`; it has",
        ),
        (
            {"id": Mapped("key")},
            [ID, TIME],
            "has no column `key` for `id`; it has id, C",
        ),
        ({"id": None}, [ID, TIME], "has no column `id` for `id`"),
        (
            {},
            [Found("id", None, "UUID"), TIME],
            "`id` of the table raw.audit_logs is UU",
        ),
        ({}, [Found("id", Stored.TEXT, "TEXT"), TIME], "it must hold whole numbers"),
        (
            {"created_at": Mapped("CREATED_AT", Stored.TEXT)},
            [ID, TIME],
            "is TIMESTAMPTZ, and the profile says text",
        ),
    ],
)
def test_what_does_not_fit_is_told_by_name(
    said: dict[str, Mapped | None], found: list[Found], words: str
) -> None:
    """A column that is missing or of another type."""
    with pytest.raises(ConfigurationError) as caught:
        columns_of(TABLE, TableMap(None, said), found)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("type_", "dialect", "expected"),
    [
        ("BIGINT", Dialect.POSTGRES, Stored.INTEGER),
        ("NUMERIC(38, 0)", Dialect.SNOWFLAKE, Stored.INTEGER),
        ("DECIMAL(38,0)", Dialect.SPARK, Stored.INTEGER),
        ("NUMERIC(10, 2)", Dialect.POSTGRES, None),
        ("Nullable(Int64)", Dialect.CLICKHOUSE, Stored.INTEGER),
        ("LowCardinality(Nullable(String))", Dialect.CLICKHOUSE, Stored.TEXT),
        ("DateTime64(3, 'UTC')", Dialect.CLICKHOUSE, Stored.TIMESTAMP),
        ('VARCHAR(255) COLLATE "C"', Dialect.POSTGRES, Stored.TEXT),
        ("TEXT COLLATE NOCASE", Dialect.SQLITE, Stored.TEXT),
        ("string collate UTF8_BINARY", Dialect.SPARK, Stored.TEXT),
        ("string collate UTF8_LCASE", Dialect.SPARK, None),
        ("STRING COLLATE 'und:ci'", Dialect.BIGQUERY, None),
        ("CHAR(10)", Dialect.POSTGRES, Stored.TEXT),
        ("char(10)", Dialect.SPARK, None),
        ("varchar(10)", Dialect.SPARK, Stored.TEXT),
        ("char(10)", Dialect.TRINO, None),
        ("FixedString(10)", Dialect.CLICKHOUSE, None),
        ("TIMESTAMP", Dialect.POSTGRES, Stored.TIMESTAMP),
        ("TIMESTAMP WITH TIME ZONE", Dialect.POSTGRES, Stored.INSTANT),
        ("timestamp", Dialect.SPARK, Stored.INSTANT),
        ("timestamp_ntz", Dialect.SPARK, Stored.TIMESTAMP),
        ("TIMESTAMP_TZ(9)", Dialect.SNOWFLAKE, Stored.INSTANT),
        ("TIMESTAMP_NTZ", Dialect.SNOWFLAKE, Stored.TIMESTAMP),
        ("TIMESTAMP", Dialect.BIGQUERY, Stored.INSTANT),
        ("DATETIME", Dialect.BIGQUERY, Stored.TIMESTAMP),
        ("DATETIME", Dialect.SQLITE, Stored.TEXT),
        ("DATE", Dialect.POSTGRES, None),
        ("INTERVAL", Dialect.POSTGRES, None),
        ("JSONB", Dialect.POSTGRES, None),
    ],
)
def test_a_type_is_told_by_its_name(
    type_: str, dialect: Dialect, expected: Stored | None
) -> None:
    """Each engine calls them in its own way."""
    assert expected == holds(type_, dialect)

"""Tables as others declare them: reserved words, other collations, many rows."""

import sqlite3

import pytest

import auditql
from auditql.catalog.fields import STORED
from auditql.providers.warehouse.columns import (
    Columns,
    Stored,
    StoredColumn,
    usual_columns,
)
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.statement import Dialect, Statement

RESERVED = (
    "add", "all", "alter", "and", "as", "autoincrement", "between", "case", "check",
    "collate", "commit", "constraint", "create", "default", "deferrable", "delete",
    "distinct", "drop", "else", "escape", "except", "exists", "foreign", "from",
    "group", "having", "if", "in", "index", "insert", "intersect", "into", "is",
    "isnull", "join", "limit", "not", "nothing", "notnull", "null", "on", "or",
    "order", "primary", "references", "returning", "select", "set", "table", "then",
    "to", "transaction", "union", "unique", "update", "using", "values", "when",
    "where",
)  # fmt: skip
"""What SQLite 3.40 refuses as the name of a table or a column, bar `values`."""


def said(text: str, dialect: Dialect, columns: Columns | None = None) -> Statement:
    """The statement of a query."""
    query = auditql.compile(text, now="2026-03-10T12:00:00Z").query
    usual = usual_columns(("audit_logs",), created_at=Stored.TEXT)
    return compiled(query, dialect, columns or usual)


def table_of_(word: str) -> Columns:
    """A table, and a column of text in it, by one name."""
    fields = dict(usual_columns((word,), created_at=Stored.TEXT).fields)
    return Columns((word,), fields | {"source_label": StoredColumn(word, Stored.TEXT)})


@pytest.mark.parametrize("word", RESERVED)
def test_reserved_words_are_names_in_sqlite(word: str) -> None:
    """The engine takes the statement."""
    connection = sqlite3.connect(":memory:")
    names = [word if f.name == "source_label" else f.name for f in STORED]
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.execute(f'CREATE TABLE "{word}" ({quoted})')
    made = said("source_label = 'x'", Dialect.SQLITE, table_of_(word))
    assert [] == connection.execute(made.text).fetchall()
    connection.close()


def test_reserved_words_are_names_in_duckdb() -> None:
    """Every word that it keeps for itself stands in quotes."""
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    ).fetchall()
    assert len(found) > 50
    for (word,) in found:
        text = said("source_label = 'x'", Dialect.DUCKDB, table_of_(word)).text
        assert f'FROM "{word}"' in text
        assert f'"t"."{word}"' in text


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda d: d.value)
def test_a_table_called_order_is_quoted_and_one_called_logs_is_not(
    dialect: Dialect,
) -> None:
    """Plain words keep the engine's own letter case."""
    mark = "`" if dialect in (Dialect.SPARK, Dialect.BIGQUERY) else '"'
    assert (
        f"FROM {mark}order{mark} AS" in said("id = 7", dialect, table_of_("order")).text
    )
    assert "FROM logs AS" in said("id = 7", dialect, table_of_("logs")).text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("source_label = 'ada'", [(1,)]),
        ("source_label in ('ada', 'x')", [(1,)]),
        ("source_label != 'ada'", [(2,), (3,)]),
        ("source_label > 'Z'", [(1,), (3,)]),
        ("| order by source_label", [(2,), (1,), (3,)]),
        ("| count by source_label", [(1,), (1,), (1,)]),
        ("| distinct source_label", [("ada",), ("Ada",), ("zoe",)]),
        ("| stats count_distinct(source_label) as n, min(source_label) as m", [(3,)]),
    ],
)
def test_a_column_that_ignores_case_is_compared_letter_by_letter(
    text: str, wanted: list[tuple[object, ...]]
) -> None:
    """Whatever the table was declared with."""
    connection = sqlite3.connect(":memory:")
    types = ", ".join(f"{f.name} COLLATE NOCASE" for f in STORED)
    connection.execute(f"CREATE TABLE audit_logs ({types})")
    for number, label in enumerate(("ada", "Ada", "zoe"), 1):
        connection.execute(
            "INSERT INTO audit_logs (id, created_at, source_label) VALUES (?, ?, ?)",
            (number, f"2026-01-0{5 - number}T00:00:00Z", label),
        )
    made = said(text, Dialect.SQLITE)
    found = connection.execute(made.text).fetchall()
    connection.close()
    places = [
        made.columns.index(n)
        for n in ("id", "count", "source_label", "n")
        if n in made.columns
    ][:1]
    assert wanted == [tuple(row[p] for p in places) for row in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("source_label = 'ada' | select id", [(1,)]),
        ("source_label != 'ada' | count", [(2,)]),
        ("source_label like 'a%' | count", [(1,)]),
        ("source_label contains 'ADA' | count", [(2,)]),
        ("| count by source_label", [("Ada", 1), ("ada", 1), ("zoe", 1)]),
        ("| select source_label | order by source_label | limit 1", [("Ada",)]),
    ],
)
def test_an_odd_column_of_duckdb_is_compared_letter_by_letter(
    text: str, wanted: list[tuple[object, ...]]
) -> None:
    """One whose table may have been declared with a collation."""
    duckdb = pytest.importorskip("duckdb")
    odd = StoredColumn("source_label", Stored.TEXT, is_odd=True)
    usual = usual_columns(("audit_logs",))
    columns = Columns(usual.table, {**usual.fields, "source_label": odd})
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE audit_logs (id BIGINT, created_at TIMESTAMP,"
            " source_label VARCHAR COLLATE NOCASE)"
        )
        connection.execute(
            "INSERT INTO audit_logs VALUES (1, '2026-01-01', 'ada'),"
            " (2, '2026-01-02', 'Ada'), (3, '2026-01-03', 'zoe')"
        )
        found = connection.execute(said(text, Dialect.DUCKDB, columns).text)
        assert wanted == found.fetchall()


@pytest.mark.parametrize("type_", ["ENUM ('ada', 'Ada')", "JSON"])
def test_an_odd_column_of_duckdb_may_be_no_varchar(type_: str) -> None:
    """Whoever describes the table may call it one."""
    duckdb = pytest.importorskip("duckdb")
    odd = StoredColumn("source_label", Stored.TEXT, is_odd=True)
    usual = usual_columns(("audit_logs",))
    columns = Columns(usual.table, {**usual.fields, "source_label": odd})
    value = '"ada"' if type_ == "JSON" else "ada"
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE audit_logs"
            f" (id BIGINT, created_at TIMESTAMP, source_label {type_})"
        )
        row = "INSERT INTO audit_logs VALUES (1, '2026-01-01', ?)"
        connection.execute(row, (value,))
        text = "source_label ends with 'ada' or source_label = :value | count"
        text = text.replace(":value", f"'{value}'")
        found = connection.execute(said(text, Dialect.DUCKDB, columns).text)
        assert [(1,)] == found.fetchall()


def test_an_offset_alone_has_no_limit_where_none_is_needed() -> None:
    """A limit of 2**31 rows would be one of the answer's."""
    for dialect in Dialect:
        text = said("id > 7 offset 5", dialect).text
        needs = dialect in (Dialect.SQLITE, Dialect.SNOWFLAKE, Dialect.BIGQUERY)
        assert needs == ("LIMIT 9223372036854775807" in text), dialect
        assert needs == ("LIMIT" in text), dialect
        assert "OFFSET 5" in text


@pytest.mark.parametrize(
    "text",
    [
        "id > 7 offset 2147483648",
        "id > 7 limit 2147483640 offset 8",
        "id > 7 | limit 2147483648",
        "id > 7 | top 2147483648 actor_id",
    ],
)
def test_more_rows_than_spark_counts_are_refused(text: str) -> None:
    """Its limits are of 32 bits; those of others are not."""
    with pytest.raises(auditql.QueryError, match=r"beyond 2,147,483,647 rows"):
        said(text, Dialect.SPARK)
    assert said(text, Dialect.POSTGRES).text

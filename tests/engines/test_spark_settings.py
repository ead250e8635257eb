"""Spark set up in other ways: its session, and how columns are declared."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from auditql.providers.warehouse.running.address import address_of
from auditql.providers.warehouse.running.spark import SparkConnection
from auditql.shell.exits import Exit

NEEDED = "spark" in os.environ.get("AUDITQL_ENGINES", "")
THERE = find_spec("pyspark") is not None and shutil.which("java") is not None

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not THERE and not NEEDED, reason="Spark or Java is not installed"
    ),
]

WRITES = """
import sys
from pyspark.sql import SparkSession

made = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
made = made.config("spark.driver.bindAddress", "127.0.0.1")
made = made.config("spark.driver.host", "127.0.0.1").getOrCreate()
rows = "(1, '2026-11-01 10:23:24', 'Jane', 'a.b'), (2, '{}', 'jane', 'a\\\\\\\\b')"
for name, second in (("odd", "2026-11-01"), ("bad", "2026-13-01")):
    for last, type_ in (("", "STRING"), ("_case", "STRING COLLATE UTF8_LCASE")):
        made.sql(
            f"SELECT id, created_at, CAST(n AS {type_}) AS actor_name, source_label"
            f" FROM VALUES {rows.format(second)} AS"
            " t(id, created_at, n, source_label)"
        ).selectExpr(
            "CAST(id AS BIGINT) AS id", "created_at", "actor_name", "source_label"
        ).write.parquet(f"{sys.argv[1]}/{name}{last}")
"""


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of Parquet that Spark wrote, with a conf of a server's own."""
    folder = tmp_path_factory.mktemp("spark")
    subprocess.run(
        [sys.executable, "-c", WRITES, str(folder)],
        check=True,
        timeout=300,
        capture_output=True,
        cwd=folder,
    )
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(
        "spark.sql.parser.escapedStringLiterals true\n"
    )
    return folder


def run(lakes: Path, table: str, text: str) -> "subprocess.CompletedProcess[str]":
    """A question asked of such a folder."""
    source = ("--source", "spark://local", "--table", f"{lakes}/{table}")
    env = {"TZ": "America/New_York", "SPARK_CONF_DIR": str(lakes / "conf")}
    return subprocess.run(
        [sys.executable, "-m", "auditql", "query", text, *source, "-f", "jsonl"],
        capture_output=True,
        env=os.environ | env,
        timeout=300,
        check=False,
        text=True,
        cwd=lakes,
    )


def test_a_session_of_ours_is_set(lakes: Path) -> None:
    """A backslash escapes, and a time without a zone is of UTC.

    Else no text is `a\\b`, and the pattern finds that text instead of `a.b`.
    """
    text = r"source_label = 'a\\b' or source_label ~ '\.' | select id, created_at"
    done = run(lakes, "odd", text)
    assert (
        '{"id":1,"created_at":"2026-11-01T10:23:24Z"}\n'
        '{"id":2,"created_at":"2026-11-01T00:00:00Z"}\n'
    ) == done.stdout, done.stderr
    assert (0, "") == (done.returncode, done.stderr)


def test_a_time_that_cannot_be_read_is_an_error(lakes: Path) -> None:
    """It is not cast to NULL."""
    done = run(lakes, "bad", "created_at in 2026 | count")
    assert (Exit.FAILED, "") == (done.returncode, done.stdout), done.stderr
    assert "2026-13-01" in done.stderr


def test_a_column_that_ignores_case_is_refused(lakes: Path) -> None:
    """By name, with the type that it has."""
    done = run(lakes, "odd_case", "actor_name = 'jane'")
    assert (Exit.REFUSED, "") == (done.returncode, done.stdout), done.stderr
    assert "`actor_name` of the table" in done.stderr
    assert "collate UTF8_LCASE" in done.stderr


def test_a_column_of_padded_text_is_told_by_its_declaration(tmp_path: Path) -> None:
    """Spark calls it a string, and pads it."""
    connection = SparkConnection(address_of("spark://local"), None)
    connection.open()
    try:
        session = connection._session  # ours has no way to write
        assert session is not None
        session.sql(
            "CREATE TABLE padded (a CHAR(10), b VARCHAR(9), c STRING) USING parquet"
            f" LOCATION '{tmp_path}/padded'"
        )
        found = {f.name: f.holds is None for f in connection.columns(("padded",))}
        session.sql("DROP TABLE padded")
    finally:
        connection.close()
    assert {"a": True, "b": False, "c": False} == found

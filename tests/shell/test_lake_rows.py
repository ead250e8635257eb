"""Rows of a lake that somebody else made: their times, and what is no record."""

import json
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from parquet_files import table

from auditql.shell.exits import Exit

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(find_spec("duckdb") is None, reason="DuckDB is not installed"),
]

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def test_no_second_begins_before_it_has(run: Run, tmp_path: Path) -> None:
    """Nanoseconds are cut off, never rounded into the next day."""
    time = "TIMESTAMP_NS '2026-03-01 23:59:59.999999999'"
    table(tmp_path / "a.parquet", f"1 AS id, {time} AS created_at")
    done = run("query", "--from", "a.parquet", "-f", "jsonl", "")
    assert "2026-03-01T23:59:59Z" == json.loads(done.stdout)["created_at"]


@pytest.mark.parametrize("type_", ["TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"])
def test_a_time_without_end_is_no_record(run: Run, tmp_path: Path, type_: str) -> None:
    """Some engines have one."""
    table(tmp_path / "a.parquet", f"1 AS id, 'infinity'::{type_} AS created_at")
    done = run("query", "--from", "a.parquet", "-f", "jsonl", "")
    assert (Exit.FAILED, b"") == (done.returncode, done.stdout)
    assert b"error: the lake holds what is no record: " in done.stderr


@pytest.mark.parametrize("text", ["| count", "created_at in 2026 | count", "id > 1"])
@pytest.mark.parametrize(
    ("id_", "time", "words"),
    [
        ("NULL", "'2026-03-01 08:00:00'", "a row without an id"),
        ("1", "NULL", "a row without a time"),
        ("1", "'infinity'", "a time that never ends"),
        ("1", "'-infinity'", "a time that never ends"),
        ("1", "'20000-01-01 00:00:00'", "a year before 1 or beyond 9999"),
        ("1", "'0044-03-15 (BC) 00:00:00'", "a year before 1 or beyond 9999"),
    ],
)
def test_a_row_that_is_no_record_is_told(
    run: Run, tmp_path: Path, id_: str, time: str, words: str, text: str
) -> None:
    """It would be in neither part of the lake, a test and its opposite."""
    row = f"{id_}::BIGINT AS id, {time}::TIMESTAMP AS created_at"
    table(tmp_path / "a.parquet", row)
    done = run("query", "--from", "a.parquet", "-f", "jsonl", text)
    assert (Exit.FAILED, b"") == (done.returncode, done.stdout)
    assert f"error: the lake holds what is no record: {words}".encode() in done.stderr

"""`--source spark://local` over a lake: the rows of the file, stages and all."""

import json
import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from auditql.catalog.fields import STORED
from auditql.shell.exits import Exit

NEEDED = "spark" in os.environ.get("AUDITQL_ENGINES", "")
THERE = find_spec("pyspark") is not None and shutil.which("java") is not None

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not (THERE and find_spec("duckdb")) and not NEEDED,
        reason="Spark, Java or DuckDB is not installed",
    ),
]

NOW = ("--now", "2026-03-10T12:00:00Z")


def run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """A run of the command line."""
    return subprocess.run(
        [sys.executable, "-m", "auditql", *arguments],
        capture_output=True,
        env=os.environ | {"TZ": "America/New_York"},
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo account's records, as a file and as a lake beside it."""
    folder = tmp_path_factory.mktemp("spark")
    done = run("demo", "query", "created_at >= -20d", *NOW, "-f", "jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    whole = [{f.name: record.get(f.name) for f in STORED} for record in records]
    file = folder / "demo.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in whole))
    made = run("export", "", "--from", str(file), "--to", "parquet", f"{folder}/lake")
    assert 0 == made.returncode, made.stderr
    return folder


@pytest.mark.parametrize(
    "query",
    [
        "action = login and ip_address in 203.0.113.0/24 limit 20",
        "change_description ~ '^Succ.*in$' | count by action, date(created_at)",
        "| timeline 1d by source_type",
    ],
)
def test_spark_gives_the_rows_of_the_file(lake: Path, query: str) -> None:
    """Byte for byte, on a machine in New York, and nothing of Spark's own is said."""
    command = ("query", query, *NOW, "-f", "jsonl")
    expected = run(*command, "--from", f"{lake}/demo.jsonl")
    table = ("--table", f"{lake}/lake")
    done = run(*command, "--source", "spark://local", *table)
    assert (0, b"") == (done.returncode, done.stderr)
    assert expected.stdout == done.stdout != b""


def test_what_goes_wrong_is_told(lake: Path) -> None:
    """A folder or a table that is not there."""
    for table, words in (
        (f"{lake}/none", "there is no folder"),
        ("none", "spark://local has no table `none`"),
    ):
        done = run("query", "", "--source", "spark://local", "--table", table)
        assert (Exit.REFUSED, b"") == (done.returncode, done.stdout), done.stderr
        assert words in done.stderr.decode()
        assert b"Traceback" not in done.stderr


def test_what_a_killed_export_left_out_makes_an_answer_partial(lake: Path) -> None:
    """As where DuckDB reads it: exit 6, and the months are named."""
    mark = lake / "lake" / "_unfinished"
    mark.write_text("2026-04\n")
    table = ("--table", f"{lake}/lake")
    try:
        done = run("query", "| count", "--source", "spark://local", *table)
    finally:
        mark.unlink()
    assert Exit.PARTIAL == done.returncode, done.stderr
    assert b"of 2026-04 records may be missing" in done.stderr


def test_ctrl_c_ends_it(lake: Path) -> None:
    """While Spark starts or works: exit 130 within moments."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "auditql", "query", "| count by actor_id"),
            *("--source", "spark://local", "--table", f"{lake}/lake"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.5)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert (Exit.INTERRUPTED, b"") == (process.returncode, out), said

"""`auditql export`: all of an answer comes into the folder, or none of it."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from processes import started

from auditql.shell.exits import Exit

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(find_spec("duckdb") is None, reason="DuckDB is not installed"),
]

EVERY = "created_at >= 2026-01-01"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty thousand records of three months, the newest first."""
    path = tmp_path_factory.mktemp("records") / "a.jsonl"
    with path.open("w") as file:
        for number in range(20_000, 0, -1):
            day = number * 89 // 20_001
            when = f"2026-{day // 30 + 1:02}-{day % 28 + 1:02}T08:00:00Z"
            row = {"id": number, "action": "login", "created_at": when}
            file.write(json.dumps(row) + "\n")
    return path


def run(*arguments: object, limit: int | None = None) -> tuple[int, str, str]:
    """A run of `export`: its exit code, what it printed, what it said."""

    def bounded() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "auditql", "export", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=bounded,
    )
    return done.returncode, done.stdout, done.stderr


def count(lake: Path) -> tuple[object, ...]:
    """How many rows and ids a lake holds; none where it has no file."""
    import duckdb

    if not list(lake.rglob("[a-z]*.parquet")):
        return (0, 0)
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT count(*), count(DISTINCT id) FROM '{lake}/month=*/*.parquet'"
        ).fetchall()[0]


def test_a_manifest_says_how_each_month_was_had(tmp_path: Path, exported: Path) -> None:
    """`verify` finds each file as its manifest says."""
    lake = tmp_path / "lake"
    to = ("--to", "parquet", lake, "--manifest")
    code, out, said = run(EVERY, "--from", exported, *to)
    assert (0, "", f"note: 20,000 records of 3 months in {lake}\n") == (code, out, said)
    assert (20_000, 20_000) == count(lake)
    rows = 0
    for month in lake.glob("month=*"):
        manifest = json.loads((month / "_manifest.json").read_text())
        assert ("parquet", True) == (manifest["format"], manifest["complete"])
        assert EVERY == manifest["query"]
        rows += manifest["rows"]
        checked = subprocess.run(
            [
                *(sys.executable, "-m", "auditql", "verify"),
                month / "auditql.parquet",
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (0, "") == (checked.returncode, checked.stderr)
    assert 20_000 == rows


def test_a_partial_answer_writes_nothing(tmp_path: Path, exported: Path) -> None:
    """Lines that hold no record: exit 6, and the folder is as it was."""
    bad = tmp_path / "bad.jsonl"
    bad.write_text(exported.read_text() + "{\n")
    lake = tmp_path / "lake"
    code, _, said = run("", "--from", bad, "--to", "parquet", lake)
    assert Exit.PARTIAL == code
    assert "nothing is written" in said
    assert not lake.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say where it goes: --to parquet FOLDER"),
        (("--to", "orc", "x"), "--to writes parquet, not `orc`"),
        (("| count", "--to", "parquet", "x"), "records are wanted here"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Before anything is asked."""
    query = () if arguments and "|" in arguments[0] else ("",)
    code, out, said = run(*query, *arguments, "--from", tmp_path / "none.jsonl")
    assert (Exit.REFUSED, "") == (code, out)
    assert words in said
    assert [] == list(tmp_path.iterdir())


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, exported: Path) -> None:
    """A file that cannot become longer ends the run, exit 8, whatever it is."""
    lake = tmp_path / "lake"
    to = ("--to", "parquet", lake)
    for limit in (10_000, 60_000, 1_000_000):
        code, _, said = run(EVERY, "--from", exported, *to, limit=limit)
        assert Exit.OUTPUT == code, said
        assert "cannot be written" in said
        assert not lake.exists()
    run("created_at in 2026-01", "--from", exported, *to)
    before = count(lake)
    assert Exit.OUTPUT == run(EVERY, "--from", exported, *to, limit=60_000)[0]
    assert before == count(lake)


def test_a_kill_leaves_no_half(
    tmp_path: Path, exported: Path, environment: dict[str, str]
) -> None:
    """Killed at any time: every file that is there is whole; a run makes it good."""
    lake = tmp_path / "lake"
    arguments = (EVERY, "--from", str(exported), "--to", "parquet", str(lake))
    random, stops = Random(6), {"running": 0, "over": 0}
    for _ in range(15):
        with started(
            "export", *arguments, env=environment, stderr=subprocess.DEVNULL
        ) as process:
            until = monotonic() + random.uniform(0.05, 0.8)
            try:
                process.wait(max(0.0, until - monotonic()))
                stops["over"] += 1
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                stops["running"] += 1
        rows, different = count(lake)
        assert rows == different
        assert rows in (0, 20_000) or (lake / "_unfinished").exists()
    assert stops["running"], stops
    assert 0 == run(*arguments)[0]
    assert (20_000, 20_000) == count(lake)
    assert [] == [path for path in lake.iterdir() if path.name[0] in "._"]


def test_a_table_elsewhere_becomes_a_lake(tmp_path: Path) -> None:
    """`--source URL` beside `--to`: the records of the engine."""
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE audit_logs (id INTEGER, created_at TEXT)")
        connection.execute(
            "INSERT INTO audit_logs VALUES (1, '2026-03-01T08:00:00Z'),"
            " (2, '2026-04-01T08:00:00Z')"
        )
    source = ("--source", f"sqlite:///{tmp_path}/a.db")
    code, _, said = run("", *source, "--to", "parquet", tmp_path / "lake")
    assert (0, (2, 2)) == (code, count(tmp_path / "lake")), said

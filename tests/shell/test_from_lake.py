"""`--from 'LAKE/**/*.parquet'`: what is read, what is told, what is refused."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from parquet_files import table
from processes import started, wait_for

from auditql.shell.exits import Exit

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(find_spec("duckdb") is None, reason="DuckDB is not installed"),
]

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def lake(run: Run, tmp_path: Path) -> str:
    """The pattern of a lake of three records in two months."""
    rows = [
        {"id": 3, "action": "login", "created_at": "2026-03-02T08:00:00Z", "x": [1.10]},
        {"id": 2, "action": "update", "created_at": "2026-03-01T08:00:00Z"},
        {"id": 1, "action": "login", "created_at": "2026-02-01T08:00:00Z"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run("export", "", "--from", str(path), "--to", "parquet", "lake")
    assert 0 == done.returncode, done.stderr
    return "lake/**/*.parquet"


def test_a_lake_is_read_newest_first(run: Run, lake: str) -> None:
    """By its pattern, by its folder, and by the names of its files."""
    names = ("lake/month=2026-02/auditql.parquet", "lake/month=2026-03/auditql.parquet")
    ways = [
        ("--from", lake),
        ("--from", "lake"),
        ("--from", "lake", "--from-format", "parquet"),
        ("--from", "lake/month=2026-03", "--from", names[0]),
        ("--from", names[0], "--from", names[1]),
    ]
    for way in ways:
        done = run("query", *way, "-f", "csv", "--columns", "id", "")
        assert (0, b"id\n3\n2\n1\n", b"") == (
            done.returncode,
            done.stdout,
            done.stderr,
        )
    done = run("query", "--from", lake, "-f", "jsonl", "action = login limit 1")
    assert {"id": 3, "x": [1.1]}.items() <= json.loads(done.stdout).items()
    done = run("query", "--from", lake, "-f", "csv", "| count by action")
    assert b"action,count\nlogin,2\nupdate,1\n" == done.stdout


def test_a_manifest_names_the_files(run: Run, lake: str, tmp_path: Path) -> None:
    """Each with its SHA-256."""
    options = ("-f", "jsonl", "-o", "a.jsonl", "--manifest")
    assert 0 == run("query", "--from", lake, *options, "").returncode
    manifest = json.loads((tmp_path / "a.jsonl.manifest.json").read_text())
    assert ["lake/month=2026-02/auditql.parquet"] == [
        file["name"] for file in manifest["files"] if len(file["sha256"]) == 64
    ][:1]
    assert ("files", 3) == (manifest["account"], manifest["rows"])
    assert manifest["source"] is None


def test_what_a_killed_export_left_out_makes_an_answer_partial(
    run: Run, lake: str, tmp_path: Path
) -> None:
    """Exit 6, and the months are named."""
    (tmp_path / "lake" / "_unfinished").write_text("2026-04\n")
    done = run("query", "--from", lake, "-f", "csv", "| count")
    assert (Exit.PARTIAL, b"count\n3\n") == (done.returncode, done.stdout)
    assert b"of 2026-04 records may be missing" in done.stderr


@pytest.mark.parametrize(
    ("columns", "query", "words"),
    [
        ("1 AS id", "", "there is no column `created_at`; there are id"),
        ("1 AS id, 'x' AS action, now() AS created_at", "actor_id = 1", "`actor_id`"),
        ("1.5 AS id, now() AS created_at", "", "the column `id` is DECIMAL(2,1)"),
        ("1 AS id, DATE '2026-01-01' AS created_at", "", "`created_at` is DATE"),
        ("1 AS id, now() AS created_at, 5 AS action", "", "must hold text"),
    ],
)
def test_a_table_that_does_not_fit_is_told(
    run: Run, tmp_path: Path, columns: str, query: str, words: str
) -> None:
    """A column that is missing or of another type: exit 2, by its name."""
    table(tmp_path / "a.parquet", columns)
    done = run("query", "--from", "a.parquet", query)
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    assert words in done.stderr.decode()
    assert b"internal" not in done.stderr


def test_what_a_query_does_not_name_may_be_missing(run: Run, tmp_path: Path) -> None:
    """A row shows what is there; the time in UTC, whatever the file has."""
    time = "TIMESTAMPTZ '2026-03-01 09:00:00.75+01'"
    table(tmp_path / "a.parquet", f"1 AS ID, {time} AS created_at, 7 AS _extra")
    done = run("query", "--from", "a.parquet", "-f", "jsonl", "created_at > 2026-01")
    assert {"id": 1, "created_at": "2026-03-01T08:00:00Z"} == json.loads(done.stdout)


def test_the_longest_limit_is_none(run: Run, lake: str) -> None:
    """DuckDB has no number beyond it."""
    done = run("query", "--from", lake, "-f", "jsonl", "limit 9223372036854775807")
    assert (0, 3) == (done.returncode, len(done.stdout.splitlines()))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("none/**/*.parquet",), "none/**/*.parquet: there is no such file"),
        (("s3://bucket/*.parquet",), "is not on this machine"),
        (("bad.parquet",), "bad.parquet cannot be read: DuckDB"),
        (("a.parquet", "b.jsonl"), "--from b.jsonl is read beside Parquet"),
        (("a.parquet", "-"), "Parquet is read from files, not from a pipe"),
    ],
)
def test_what_is_no_lake_is_told(
    run: Run, tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    """Nothing there, elsewhere, damaged, or something else beside it: exit 2."""
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    options = [word for name in names for word in ("--from", name)]
    done = run("query", *options, "")
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    assert words in done.stderr.decode()


def test_a_page_is_the_apis(run: Run, lake: str) -> None:
    """A lake has no pages."""
    done = run("query", "--from", lake, "page 1 size 10")
    assert Exit.REFUSED == done.returncode
    assert b"a page is the API's" in done.stderr


def test_ctrl_c_ends_a_long_query(environment: dict[str, str], tmp_path: Path) -> None:
    """Within moments, exit 130, nothing left behind in the temporary folder."""
    spill = tmp_path / "spill"
    spill.mkdir()
    columns = (
        "range AS id, TIMESTAMP '2026-01-01' + INTERVAL 1 SECOND * (range * 7919 %"
        " 3000000) AS created_at, md5(range::VARCHAR) AS actor_name"
    )
    table(tmp_path / "a.parquet", f"{columns} FROM range(3000000)")
    query = ("query", "--from", str(tmp_path / "a.parquet"), "-f", "none", "")
    env = environment | {"TMPDIR": str(spill)}
    with started(*query, env=env, stderr=subprocess.PIPE) as process:
        wait_for(lambda: any(spill.iterdir()))
        process.send_signal(signal.SIGINT)
        assert Exit.INTERRUPTED == process.wait(10)
        assert b"interrupted" in process.stderr.read()
    assert [] == list(spill.iterdir())
    assert os.path.lexists(tmp_path / "a.parquet")


def test_what_is_hidden_is_read_where_its_name_is_written(
    run: Run, tmp_path: Path
) -> None:
    """The folders of a pattern that are written out count as seen, not those found."""
    for name in ("_h/lake", "_h/lake/_parts"):
        (tmp_path / name).mkdir(parents=True)
        table(tmp_path / name / "a.parquet", f"{len(name)} AS id, {TIME}")
    for pattern in ("_h/lake", f"{tmp_path}/_h/lake/**/*.parquet", "./_h/*/*.parquet"):
        way = ("--from", pattern, "--from-format", "parquet")
        done = run("query", *way, "-f", "csv", "--columns", "id", "")
        assert b"id\n7\n" == done.stdout, (pattern, done.stderr)
    done = run("query", "--from", "*/lake/*.parquet", "")
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)


def test_a_name_that_is_no_text_is_told(run: Run, tmp_path: Path) -> None:
    """Exit 2: DuckDB takes names of UTF-8 alone."""
    table(tmp_path / "a.parquet", f"1 AS id, {TIME}")
    (tmp_path / "a.parquet").rename(tmp_path / os.fsdecode(b"\xff.parquet"))
    done = run("query", "--from", "*.parquet", "")
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    assert b"cannot be read: its name is no UTF-8" in done.stderr


def test_a_month_is_told_of_from_within(run: Run, lake: str, tmp_path: Path) -> None:
    """Its lake is known where the names are written from the folder itself."""
    (tmp_path / "lake" / "_unfinished").write_text("2026-04\n")
    month = tmp_path / "lake" / "month=2026-03"
    done = run("query", "--from", "*.parquet", "-f", "csv", "| count", cwd=month)
    assert Exit.PARTIAL == done.returncode, done.stderr
    assert b"of 2026-04 records may be missing" in done.stderr


def test_a_manifest_does_not_outlive_its_file(
    run: Run, lake: str, tmp_path: Path
) -> None:
    """A month that is written again without one has none."""
    command = ("export", "", "--from", "rows.jsonl", "--to", "parquet", "lake")
    assert 0 == run(*command, "--manifest").returncode
    manifests = sorted((tmp_path / "lake").glob("*/_manifest.json"))
    assert 2 == len(manifests)
    assert 0 == run(*command).returncode
    assert [] == [path for path in manifests if path.exists()]


TIME = "TIMESTAMP '2026-03-01 08:00:00' AS created_at"


def test_a_name_is_no_pattern_of_others(run: Run, tmp_path: Path) -> None:
    """`a[1].parquet` is read as itself, and `a1.parquet` once, whatever finds them."""
    for number, name in enumerate(("a[1]", "a1", "b*", "b?", "bb"), 1):
        table(tmp_path / "new", f"{number} AS id, {TIME}")
        (tmp_path / "new").rename(tmp_path / f"{name}.parquet")
    for pattern, expected in (
        (".", [1, 2, 3, 4, 5]),
        ("a[1].parquet", [1]),
        ("b?.parquet", [4]),
        ("b*.parquet", [3]),
    ):
        way = ("--from", pattern, "--from-format", "parquet")
        done = run("query", *way, "-f", "csv", "--columns", "id", "order by id")
        found = done.stdout.decode().split()[1:]
        assert expected == list(map(int, found)), (pattern, done.stderr)


def test_a_lake_may_have_any_name(run: Run, tmp_path: Path) -> None:
    """It is written, written again and read where its folder is called as a pattern."""
    (tmp_path / "a.jsonl").write_text('{"id":1,"created_at":"2026-03-02T08:00:00Z"}\n')
    for _ in range(2):
        done = run("export", "", "--from", "a.jsonl", "--to", "parquet", "l[1]*")
        assert 0 == done.returncode, done.stderr
    way = ("--from", "l[1]*", "--from-format", "parquet")
    done = run("query", *way, "-f", "csv", "--columns", "id", "")
    assert b"id\n1\n" == done.stdout, done.stderr


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("5::BIGINT AS actor_id", "7.6::DOUBLE AS actor_id", "actor_id"),
        ("5 AS _extra", "'x' AS actor_name", "actor_name"),
        ("'x' AS actor_name", "5 AS _extra", "actor_name"),
    ],
)
def test_files_of_different_columns_are_no_table(
    run: Run, tmp_path: Path, one: str, other: str, name: str
) -> None:
    """The first does not decide for the others: exit 2, and both are named."""
    table(tmp_path / "a.parquet", f"1 AS id, {TIME}, {one}")
    table(tmp_path / "b.parquet", f"2 AS ID, {TIME}, {other}")
    done = run("query", "--from", "*.parquet", "-f", "csv", "")
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    words = f"a.parquet and b.parquet are no one table: they differ in `{name}`"
    assert words in done.stderr.decode()

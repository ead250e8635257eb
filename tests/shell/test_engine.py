"""`--source URL`: the engine answers, and what goes wrong is told without a secret."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from auditql.catalog.fields import STORED
from auditql.shell.exits import Exit

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
NOW = ("--now", "2026-03-10T12:00:00Z")
URL = "sqlite:///history.db"


def fill(path: Path, records: list[dict[str, object]], **names: str) -> None:
    """A table of records; columns are called as the fields are, or otherwise."""
    fields = [(f.name, names.get(f.name, f.name)) for f in STORED]
    types = {"id": "INTEGER", "actor_id": "INTEGER", "source_id": "INTEGER"}
    made = ", ".join(f'"{column}" {types.get(n, "TEXT")}' for n, column in fields)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE audit_logs ({made})")
        marks = ", ".join("?" * len(fields))
        connection.executemany(
            f"INSERT INTO audit_logs VALUES ({marks})",
            [[record.get(name) for name, _ in fields] for record in records],
        )


@pytest.fixture(scope="module")
def records(environment: dict[str, str]) -> list[dict[str, object]]:
    """Records of the demo account, with every field, as a table has them."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "auditql", "demo", "query"),
            *("created_at >= -3d", *NOW, "-f", "jsonl"),
        ],
        capture_output=True,
        env=environment,
        timeout=60,
        check=True,
    )
    found = map(json.loads, done.stdout.splitlines())
    return [{f.name: record.get(f.name) for f in STORED} for record in found]


@pytest.fixture
def demo(records: list[dict[str, object]], tmp_path: Path) -> str:
    """They as a file, and as a table beside it."""
    path = tmp_path / "demo.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    fill(tmp_path / "history.db", records)
    return str(path)


MORE = pytest.mark.full


@pytest.mark.parametrize(
    "query",
    [
        "action = login and ip_address in 203.0.113.0/24",
        pytest.param(
            "actor_name ilike '%e%' order by actor_name, id desc limit 7 offset 2",
            marks=MORE,
        ),
        "created_at >= -1d | count by action, date(created_at)",
        pytest.param(
            "change_description contains 'sign' | top 3 actor_name", marks=MORE
        ),
        pytest.param("| timeline 6h", marks=MORE),
        "| count",
        pytest.param(
            "| where hour(created_at) < 9 | select actor_name, created_at | limit 5",
            marks=MORE,
        ),
        pytest.param(
            "'zhang' | stats count(), min(created_at), max(actor_id) by source_type",
            marks=MORE,
        ),
    ],
)
def test_an_engine_gives_the_rows_of_the_file(run: Run, demo: str, query: str) -> None:
    """Stages and all, byte for byte."""
    command = ("query", query, *NOW, "-f", "jsonl", "--tz", "UTC")
    expected = run(*command, "--from", demo)
    done = run(*command, "--source", URL)
    assert expected.stdout == done.stdout
    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout


def test_formats_manifest_and_statistics_are_as_ever(
    run: Run, demo: str, tmp_path: Path
) -> None:
    """The manifest names the engine and the table, and claims no time."""
    options = ("-f", "csv", "-o", "a.csv", "--manifest", "--stats")
    query = "actor_id > 0 limit 3"
    done = run("query", query, *NOW, "--source", URL, *options)
    stats = json.loads(done.stderr)
    assert (3, None, True, None) == (
        stats["rows"],
        stats["residual"],
        stats["complete"],
        stats["complete_until"],
    )
    manifest = json.loads((tmp_path / "a.csv.manifest.json").read_text())
    expected = "sqlite:///history.db, table audit_logs"
    assert (expected, 3) == (manifest["account"], manifest["rows"])
    assert manifest["source"] is None, "no account was asked"
    assert 4 == len((tmp_path / "a.csv").read_text().splitlines())


def test_nothing_is_written_to_the_engine(run: Run, demo: str, tmp_path: Path) -> None:
    """A file that nobody may write is read all the same; none is made."""
    before = (tmp_path / "history.db").read_bytes()
    (tmp_path / "history.db").chmod(0o400)
    assert 0 == run("query", "| count", "--source", URL).returncode
    assert before == (tmp_path / "history.db").read_bytes()
    done = run("query", "| count", "--source", "sqlite:///none.db")
    assert (Exit.REFUSED, False) == (done.returncode, (tmp_path / "none.db").exists())
    assert b"there is no file none.db" in done.stderr


def test_a_profile_says_what_the_columns_are_called(run: Run, tmp_path: Path) -> None:
    """Other names, and fields inside of a JSON object."""
    config = tmp_path / "config" / "auditql"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        "[profiles.wh]\nsubdomain = 'acme'\n[profiles.wh.columns]\n"
        "table = 'logs'\ncreated_at = { column = 'at', type = 'text' }\n"
        "action = { column = 'data', member = 'action' }\n"
    )
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE logs (id INTEGER, at DATETIME, data TEXT)")
        connection.execute(
            "INSERT INTO logs VALUES (1, '2026-03-01T08:00:00Z', ?)",
            ['{"action": "login"}'],
        )
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    source = ("--source", "sqlite:///other.db", "-f", "jsonl")
    done = run("query", "-P", "wh", *source, "action = login", env=env)
    row = {"id": 1, "action": "login", "created_at": "2026-03-01T08:00:00Z"}
    assert (row, b"") == (json.loads(done.stdout), done.stderr)
    done = run("query", "-P", "wh", *source, "actor_id = 1", env=env)
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    assert b"actor_id" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--source", URL, "--table", "nope"), 2, "has no table `nope`"),
        (("--source", URL, "--table", "a..b"), 2, "SCHEMA.NAME"),
        (("--source", URL, "--table", "a.b.c.audit_logs"), 2, "SCHEMA.NAME"),
        (("--source", URL, "--table", ""), 2, "SCHEMA.NAME"),
        (("--source", URL, "--table", "a/b"), 2, "spark://local alone"),
        (
            ("--source", "sqlite:///bad.db"),
            1,
            "bad.db: file is not a database",
        ),
        (("--source", "trino://h:1/c"), 2, "pip install 'trino[sqlalchemy]'"),
        (("--source", "mysql://h/d"), 2, "no engine is called `mysql`"),
        (("--source", "postgresql://u:hunter2@h/d"), 2, "AUDITQL_SOURCE_PASSWORD"),
        (("--source", "postgresql://u:hunter2 @h/d"), 2, "`postgresql://…` is not"),
        (("--source", URL, "--max-requests", "3"), 2, "an engine gets none"),
        (("--table", "t"), 2, "--table is of an engine"),
    ],
)
def test_what_goes_wrong_is_told(
    run: Run,
    demo: str,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    """Each by its own message and exit code; no secret, no traceback."""
    (tmp_path / "bad.db").write_bytes(b"no database " * 100)
    done = run("query", "", *arguments, env={"AUDITQL_SOURCE_PASSWORD": "hunter3"})
    said = done.stderr.decode()
    assert (code, b"") == (done.returncode, done.stdout), said
    assert words in said
    assert not any(word in said for word in ("hunter", "Traceback", "internal"))


def test_a_page_and_a_pattern_that_no_engine_can_are_refused(
    run: Run, demo: str
) -> None:
    """A page is the API's; what an engine cannot say exactly is a diagnostic."""
    done = run("query", "page 1 size 10", "--source", URL)
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    done = run("query", "changed contains 'x'", "--source", URL)
    assert (Exit.REFUSED, b"") == (done.returncode, done.stdout)
    assert b"error[not-in-engine]" in done.stderr


def test_verbs_that_ask_no_engine_say_so(run: Run) -> None:
    """And name the one that shows the statement."""
    for verb in ("compile", "explain"):
        done = run(verb, "", "--source", URL)
        assert Exit.REFUSED == done.returncode
        assert b"this verb asks no engine; `auditql sql`" in done.stderr


@pytest.mark.parametrize("field", ["created_at", "id"])
@pytest.mark.parametrize("text", ["created_at in 2026 | count", "id != 1 | count", ""])
def test_a_row_that_is_no_record_is_told(
    run: Run, tmp_path: Path, field: str, text: str
) -> None:
    """It would be in neither part of the table, a test and its opposite."""
    records: list[dict[str, object]] = [
        {"id": number, "created_at": "2026-03-01T08:00:00Z"} for number in (1, 2, 3)
    ]
    records[1][field] = None
    fill(tmp_path / "history.db", records)
    done = run("query", text, "--source", URL)
    assert (1, b"") == (done.returncode, done.stdout)
    assert b"a row without `created_at` or `id`" in done.stderr

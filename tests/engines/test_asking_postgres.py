"""`--source postgresql://…`: rows, rights, and what goes wrong, on a real server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import postgres
import pytest

from auditql.catalog.fields import STORED
from auditql.errors import RunError
from auditql.providers.warehouse.running.address import address_of
from auditql.providers.warehouse.running.databases import DatabaseConnection
from auditql.shell.exits import Exit

pytestmark = postgres.MARKS

NOW = ("--now", "2026-03-10T12:00:00Z")


def run(*arguments: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    """A run of the command line."""
    return subprocess.run(
        [sys.executable, "-m", "auditql", *arguments],
        capture_output=True,
        env=os.environ | {"AUDITQL_SOURCE_PASSWORD": postgres.PASSWORD} | env,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with the demo account's records in three tables."""
    with postgres.running() as where:
        yield where


@pytest.fixture(scope="module")
def file(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same records as a file."""
    import psycopg

    done = run("demo", "query", "created_at >= -3d", *NOW, "-f", "jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    whole = [{f.name: record.get(f.name) for f in STORED} for record in records]
    path = tmp_path_factory.mktemp("records") / "demo.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in whole))
    url = f"postgresql://{server.replace('@', f':{postgres.PASSWORD}@')}"
    with psycopg.connect(url) as connection:
        for table, time in (
            ("audit_logs", "timestamptz"),
            ("plain", "timestamp"),
            ("texts", "text"),
        ):
            types = {"id": "bigint", "actor_id": "bigint", "source_id": "bigint"}
            types["created_at"] = time
            made = ", ".join(f"{f.name} {types.get(f.name, 'text')}" for f in STORED)
            connection.execute(f"CREATE TABLE {table} ({made})")
            marks = ", ".join(["%s"] * len(STORED))
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {table} VALUES ({marks})",
                    [list(record.values()) for record in whole],
                )
        connection.execute(
            "CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS"
            " 'INSERT INTO texts (id) VALUES (1) RETURNING 1'"
        )
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            "CREATE TABLE raw.airbyte AS SELECT id, created_at,"
            " to_jsonb(audit_logs) AS _airbyte_data FROM audit_logs"
        )
        connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{postgres.PASSWORD}'")
    return str(path)


@pytest.mark.parametrize("table", ["audit_logs", "plain", "texts"])
@pytest.mark.parametrize(
    "query",
    [
        "action = login and ip_address in 203.0.113.0/24",
        "actor_name ilike '%e%' order by actor_name, id desc limit 7 offset 2",
        "change_description ~ '^Succ.*in$' | count by action, date(created_at)",
        "| timeline 6h",
        "| count",
        "",
    ],
)
def test_postgres_gives_the_rows_of_the_file(
    server: str, file: str, table: str, query: str
) -> None:
    """Byte for byte, whatever type the time has, in a session of New York."""
    command = ("query", query, *NOW, "-f", "jsonl", "--tz", "UTC")
    expected = run(*command, "--from", file)
    done = run(*command, "--source", f"postgresql://{server}", "--table", table)
    assert (0, b"") == (done.returncode, done.stderr)
    assert expected.stdout == done.stdout
    assert done.stdout


def test_members_of_json_are_fields(server: str, file: str, tmp_path: Path) -> None:
    """As Airbyte loads them: a profile says where each lies."""
    folder = tmp_path / "auditql"
    folder.mkdir()
    members = "".join(
        f"{name} = {{ column = '_airbyte_data', member = '{name}' }}\n"
        for name in (f.name for f in STORED)
        if name not in ("id", "created_at")
    )
    (folder / "config.toml").write_text(
        "[profiles.wh]\nsubdomain = 'acme'\n[profiles.wh.columns]\n"
        f"table = 'raw.airbyte'\n{members}"
    )
    command = ("query", "action = login and actor_id > 0", *NOW, "-f", "jsonl")
    expected = run(*command, "--from", file)
    source = ("-P", "wh", "--source", f"postgresql://{server}")
    done = run(*command, *source, XDG_CONFIG_HOME=str(tmp_path))
    assert (0, b"") == (done.returncode, done.stderr)
    assert expected.stdout == done.stdout != b""


def test_a_session_reads_alone(server: str, file: str) -> None:
    """The server itself refuses whatever writes."""
    connection = DatabaseConnection(
        address_of(f"postgresql://{server}"), postgres.PASSWORD
    )
    connection.open()
    with pytest.raises(RunError, match="read-only transaction"):
        list(connection.rows("SELECT writes()"))
    connection.close()


@pytest.mark.parametrize(
    ("url", "env", "code", "words"),
    [
        ("postgresql://{}", {"AUDITQL_SOURCE_PASSWORD": "wrong-77"}, 4, "authentic"),
        ("postgresql://reader@{host}", {}, 4, "permission denied for table"),
        ("postgresql://postgres@127.0.0.1:1/x", {}, 3, "cannot be reached"),
        ("postgresql://postgres@{port}/nope", {}, 3, 'database "nope" does not exist'),
        ("postgresql://{}?sslmode=require", {}, 3, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_told(
    server: str, file: str, url: str, env: dict[str, str], code: int, words: str
) -> None:
    """Who is not let in, what is not there: each its own words, never a secret."""
    host = server.partition("@")[2]
    url = url.format(server, host=host, port=host.partition("/")[0])
    done = run("query", "", "--source", url, **env)
    said = done.stderr.decode()
    assert (code, b"") == (done.returncode, done.stdout), said
    assert words in said
    assert not any(s in said for s in (postgres.PASSWORD, "wrong-77", "Traceback"))


def test_ctrl_c_ends_the_statement(server: str, file: str) -> None:
    """The run ends, and the server works no more for nobody."""
    import psycopg

    url = f"postgresql://{server.replace('@', f':{postgres.PASSWORD}@')}"
    active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%slow%' AND"
    active += " state = 'active' AND backend_type = 'client backend'"
    active += " AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE VIEW slow AS SELECT a.* FROM audit_logs a, audit_logs b,"
            " audit_logs c, audit_logs d"
        )
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "auditql", "query", "| count by action"),
                *("--source", f"postgresql://{server}", "--table", "slow"),
            ],
            env=os.environ | {"AUDITQL_SOURCE_PASSWORD": postgres.PASSWORD},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        deadline = monotonic() + 60
        while connection.execute(active).fetchone() != (1,):
            assert monotonic() < deadline
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
        assert (Exit.INTERRUPTED, b"") == (process.returncode, out)
        assert b"interrupted" in said
        deadline = monotonic() + 30
        while connection.execute(active).fetchone() != (0,):
            assert monotonic() < deadline, "the server works for nobody"

"""PostgreSQL set up in other ways: its sessions, and how a table is declared.

Each question goes two roads, `--source` and the text of `auditql sql` in a session of
its own, in a database that takes a backslash for an escape, stands in New York, and
reads days before months.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import postgres
import pytest

from auditql.catalog.fields import STORED
from auditql.providers.warehouse.running.address import address_of
from auditql.providers.warehouse.running.databases import DatabaseConnection

if TYPE_CHECKING:
    import psycopg

pytestmark = postgres.MARKS

SETTINGS = {
    "standard_conforming_strings": "off",
    "backslash_quote": "on",
    "escape_string_warning": "off",
    "timezone": "'America/New_York'",
    "datestyle": "'SQL, DMY'",
}
TYPES = {
    "id": "bigint",
    "created_at": "timestamptz",
    "actor_id": "bigint",
    "source_id": "bigint",
    "actor_name": "text COLLATE anycase",
    "source_type": "char(10)",
    "action_label": "kind",
}
LABELS = ("a.b", "a\\b", "x\\'", "line\n\\ 'two'", "a\\\\b")
TIMES = (
    "2026-11-01 10:23:24",
    "2026-11-01T10:23:24.9Z",
    "2026-11-01 11:23:24+01",
    "2026-11-01T04:53:24.5-0530",
    "2026-11-01 10:23",
    "2026-11-01",
    "2026-11-01 10:23:24 UTC",
)


def run(*arguments: str) -> str:
    """What a run of the command line gives."""
    done = subprocess.run(
        [sys.executable, "-m", "auditql", *arguments],
        capture_output=True,
        env=os.environ | {"AUDITQL_SOURCE_PASSWORD": postgres.PASSWORD},
        timeout=120,
        check=False,
        text=True,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with a database of such settings, and odd tables in it."""
    import psycopg

    with postgres.running() as where:
        with started(where) as connection:
            connection.execute("CREATE DATABASE odd")
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER DATABASE odd SET {name} = {value}")
        odd = where.replace("/postgres", "/odd")
        with psycopg.connect(url(odd)) as connection:
            connection.execute(
                "CREATE COLLATION anycase"
                " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
            )
            connection.execute("CREATE TYPE kind AS ENUM ('user', 'group')")
            types = {f.name: "text" for f in STORED} | TYPES
            made = ", ".join(f"{name} {type_}" for name, type_ in types.items())
            connection.execute(f"CREATE TABLE odd ({made})")
            connection.execute("CREATE TABLE texts (id bigint, created_at text)")
            for number, label in enumerate(LABELS, 1):
                name = ("Jane", "jane", "JANE", "jan", "x")[number - 1]
                type_ = ("user", "group", "users", "user", None)[number - 1]
                kind = ("user", "group", "user", None, "user")[number - 1]
                connection.execute(
                    "INSERT INTO odd (id, created_at, source_label, actor_name,"
                    " source_type, action_label)"
                    " VALUES (%s, '2026-03-01T00:00:00Z', %s, %s, %s, %s::kind)",
                    (number, label, name, type_, kind),
                )
            for number, time in enumerate(TIMES, 1):
                connection.execute("INSERT INTO texts VALUES (%s, %s)", (number, time))
        yield odd


def started(where: str) -> "psycopg.Connection":
    """A connection to a server that listens before it takes anybody."""
    import psycopg

    for again in range(600):
        try:
            return psycopg.connect(url(where), autocommit=True)
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) or again == 599:
                raise
            select.select([], [], [], 0.05)
    raise AssertionError("the last one returns or raises")


def url(where: str) -> str:
    """The address with its password."""
    return f"postgresql://{where.replace('@', f':{postgres.PASSWORD}@')}"


def answers(
    server: str,
    text: str,
    *,
    table: str = "odd",
    held: str = "timestamptz",
    **values: str,
) -> list[list[object]]:
    """The rows that both roads give, alike."""
    import psycopg

    bound = [word for n, v in values.items() for word in ("-p", f"{n}={v}")]
    command = (text, *bound, "--now", "2026-12-01T00:00:00Z", "--table", table)
    got = run("query", *command, "--source", f"postgresql://{server}", "-f", "jsonl")
    rows = [list(json.loads(line).values()) for line in got.splitlines()]
    made = run("sql", *command, "--dialect", "postgres", "--created-at", held)
    with psycopg.connect(url(server)) as connection:
        found = connection.execute(made.encode()).fetchall()
    assert rows == [list(row) for row in found]
    return rows


@pytest.mark.parametrize(
    ("value", "found"),
    [*((label, [[n]]) for n, label in enumerate(LABELS, 1)), ("x\\' OR true --", [])],
)
def test_a_text_is_one_value_in_every_session(
    server: str, value: str, found: list[list[object]]
) -> None:
    """A backslash is a letter, and what follows a quote is no SQL."""
    assert found == answers(server, "source_label = :v | select id", v=value)


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (r"source_label ~ '\.'", [[1]]),
        (r"source_label like '%\\\\b'", [[2], [5]]),
        (r"source_label ends with '\\b'", [[2], [5]]),
        (r"source_label contains '\\\\'", [[5]]),
    ],
)
def test_a_pattern_is_the_same_in_every_session(
    server: str, test: str, found: list[list[object]]
) -> None:
    """Its backslashes reach it."""
    assert found == answers(server, f"{test} | select id | order by id")


def test_a_session_of_ours_is_set(server: str) -> None:
    """What a view of the table is computed with is the same on every server."""
    connection = DatabaseConnection(
        address_of(f"postgresql://{server}"), postgres.PASSWORD
    )
    connection.open()
    for name, value in (("timezone", "UTC"), ("standard_conforming_strings", "on")):
        assert [[(value,)]] == list(
            connection.rows(f"SELECT current_setting('{name}')")
        )
    connection.close()


def test_a_time_without_a_zone_is_one_of_utc(server: str) -> None:
    """Whatever zone the session stands in; one with a zone is what it says."""
    text = "created_at in 2026-11-01 | order by id | select id, created_at"
    later, day = "2026-11-01T10:23:24Z", "2026-11-01T00:00:00Z"
    times = [later] * 4 + ["2026-11-01T10:23:00Z", day, later]
    assert [[n, time] for n, time in enumerate(times, 1)] == answers(
        server, text, table="texts", held="text"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("actor_name = 'jane' | select id", [[2]]),
        ("actor_name != 'jane' | count", [[4]]),
        ("actor_name in ('jane', 'JANE') | count", [[2]]),
        ("actor_name contains 'JAN' | count", [[4]]),
        ("actor_name ~ '^j' | count", [[2]]),
        ("actor_name like 'j%' | count", [[2]]),
        ("| distinct actor_name | count", [[5]]),
        (
            "| stats count_distinct(actor_name) as n, min(actor_name) as m",
            [[5, "JANE"]],
        ),
        ("| select actor_name | order by actor_name | limit 2", [["JANE"], ["Jane"]]),
        ("source_type = 'user' | count", [[2]]),
        ("source_type ends with 'user' | count", [[2]]),
        ("source_type like '%user' | count", [[2]]),
        ("length(source_type) = 4 | count", [[2]]),
        ("id = 1 | select source_type, action_label", [["user", "user"]]),
        (
            "| count by source_type",
            [["group", 1], ["user", 2], ["users", 1], [None, 1]],
        ),
        ("| count by action_label", [["group", 1], ["user", 3], [None, 1]]),
        ("action_label > 'group' | count", [[3]]),
        ("'user' | count", [[4]]),
    ],
)
def test_texts_are_compared_letter_by_letter(
    server: str, text: str, found: list[list[object]]
) -> None:
    """Whatever a column of text is declared as, where the engine is asked itself."""
    source = ("--source", f"postgresql://{server}", "--table", "odd")
    got = run("query", text, *source, "-f", "jsonl")
    assert found == [list(json.loads(line).values()) for line in got.splitlines()]

"""The made-up account over a socket: what other programs can try on it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from people import Person
from processes import started

NOW = "2026-03-10T12:00:00Z"


def test_a_login_can_be_tried_on_the_made_up_account(
    person: Person, environment: dict[str, str]
) -> None:
    """`demo serve` names a client and its secret, which log in; another secret does
    not; asking without a credential works as before."""
    with started("demo", "serve", env=environment, stderr=subprocess.PIPE) as server:
        url = server.stdout.readline().decode().strip().partition("=")[2]
        said = [server.stderr.readline().decode().strip() for _ in range(3)]
        words = said[1].partition("auditql ")[2].split()
        assert ["login", "-P", "demo", "--base-url", url] == words[:5]
        secret = said[2].rpartition(" ")[2].encode()

        done = person.run(*words, stdin=b"another")
        assert 4 == done.returncode
        assert b"nothing was stored" in done.stderr
        assert 0 == person.run(*words, stdin=secret).returncode
        status = person.run("status", "--json", "-P", "demo")
        found = json.loads(status.stdout)
        assert (0, url, "auditql login") == (
            status.returncode,
            found["account"],
            found["credential"]["source"],
        )
        rows = person.run("query", "-P", "demo", "-f", "jsonl", "limit 1")
        assert (0, 1) == (rows.returncode, rows.stdout.count(b"\n"))
        assert 0 == person.run("logout", "-P", "demo").returncode
        assert 2 == person.run("status", "-P", "demo").returncode
        env = {"ZENDESK_BASE_URL": url}
        assert 0 == person.run("query", "-f", "none", "limit 1", env=env).returncode


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("action = destroy", True),
        ("action = login limit 250", True),
        ("action = login page 2 size 7", True),
        ("action = destroy and created_at >= -30d and actor_name contains 'e'", False),
    ],
)
def test_the_program_reads_what_auditql_reads(
    environment: dict[str, str], run: Callable[..., object], query: str, same: bool
) -> None:
    """Page after page: what a whole plan promises, and at least the matches of another;
    every line is a record as the API sent it."""
    with served(environment) as env:
        exact = _lines(run("query", "-f", "jsonl", "--now", NOW, query, env=env))
        text = run("compile", "-f", "python", "--now", NOW, query, env=env).stdout
        found = _lines(_run_program(text, environment | env))
    assert len(exact) > 5
    if same:
        assert exact == found
    else:
        assert len(found) > len(exact)
        assert exact == [row for row in found if row in exact]


def test_the_program_looks_up_and_counts(
    environment: dict[str, str], run: Callable[..., object]
) -> None:
    """A record that is not there is none; a count is one line."""
    with served(environment) as env:
        rows = run("query", "-f", "jsonl", "--now", NOW, "limit 2", env=env)
        ids = [row["id"] for row in _lines(rows)]
        query = f"id in ({ids[0]}, {ids[1]}, 7)"
        text = run("compile", "-f", "python", "--now", NOW, query, env=env).stdout
        found = _lines(_run_program(text, environment | env))
        counted = run("compile", "-f", "python", "action = destroy | count", env=env)
        (count,) = _lines(_run_program(counted.stdout, environment | env))
        every = run("query", "-f", "jsonl", "--now", NOW, "action = destroy", env=env)
    assert sorted(ids) == sorted(row["id"] for row in found)
    assert {"count": len(_lines(every))} == count


@contextmanager
def served(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment that names a running `demo serve`."""
    with started("demo", "serve", "--now", NOW, env=environment) as server:
        url = server.stdout.readline().decode().strip().partition("=")[2]
        yield {"ZENDESK_BASE_URL": url, "ZENDESK_OAUTH_TOKEN": "made-up"}


def _run_program(
    text: bytes, env: dict[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-"],
        input=text,
        capture_output=True,
        env=env,
        timeout=60,
        check=False,
    )


def _lines(done: "subprocess.CompletedProcess[bytes]") -> list[dict[str, object]]:
    assert 0 == done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]

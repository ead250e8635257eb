"""A program that embeds auditql type-checks, and its mistakes are found.

mypy reads the installed package as it would for anyone: by its `py.typed`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.full  # mypy comes with the lint extra

GOOD = """
import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from ipaddress import ip_network
from typing import assert_type

import auditql


def compiled() -> auditql.Plan:
    plan = auditql.compile(
        "ip_address in (:office) and created_at >= :since and actor_id in (:who)",
        params={"office": [ip_network("10.0.0.0/8")], "since": date(2026, 3, 1),
                "who": {1, 2}},
        now=datetime.now(UTC),
        tz="Europe/Berlin",
        limit=5,
    )
    assert_type(plan.residual, str | None)
    assert_type(plan.requests[0].params, tuple[tuple[str, str], ...])
    return plan


def waiting(plan: auditql.Plan | str) -> int:
    with auditql.Client(base_url="http://127.0.0.1:1", max_requests=3) as client:
        for row in client.query(plan, limit=None):
            assert_type(row, auditql.Row)
            name: str | None = row.get("actor_name")
        for record in client.records(plan):
            assert_type(record, auditql.Record)
            assert_type(record.id, int)
        claim = client.completeness
        assert_type(claim, auditql.Completeness | None)
        saved = auditql.load("logins.aql")
        return client.count(saved, params={"since": "2026-03-01"})


async def running(secret: auditql.Secret) -> list[auditql.Row]:
    credential = auditql.ClientCredentials("name", secret)
    async with auditql.AsyncClient(subdomain="acme", credential=credential) as client:
        assert_type(await client.count("action = login"), int)
        return [row async for row in client.query("action = login")]


def at_hand(plan: auditql.Plan, lines: list[dict[str, str | int]]) -> Iterator[int]:
    for line in plan.filter(lines):
        assert_type(line, dict[str, str | int])
    for record in plan.filter([auditql.Record.from_json(lines[0])]):
        assert_type(record, auditql.Record)
    assert_type(plan.matches(lines[0]), bool)
    for row in auditql.answer(plan, lines):
        yield row["count"]


def mistakes(error: auditql.QueryError) -> list[auditql.Diagnostic]:
    asyncio.run(running(auditql.Secret("x")))
    return [fault for fault in error.diagnostics if fault.span is None]


assert_type(auditql.format("action = login"), str)
"""
BAD = """
import auditql

auditql.compile(7)
auditql.compile("action = login", params=3)
auditql.compile("action = login", moment="2026-03-01T00:00:00Z")
plan = auditql.compile("action = login")
plan.limit = 3
plan.filter([1, 2])
auditql.answer("action = login", [])
with auditql.Client(subdomian="acme") as client:
    client.count(plan).lower()
    client.query(plan, params=["x"])
"""


def checked(program: str, folder: Path) -> tuple[int, list[str]]:
    """What mypy gives for a program: its code, and the lines it finds fault with."""
    file = folder / "program.py"
    file.write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    done = subprocess.run(
        [*command, "--cache-dir", str(folder.parent / "mypy"), "program.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    return done.returncode, [
        line for line in done.stdout.splitlines() if ": error: " in line
    ]


def test_a_program_that_embeds_it_is_typed(tmp_path: Path) -> None:
    """Strict checking finds nothing wrong, and every result has its type."""
    assert (0, []) == checked(GOOD, tmp_path)


def test_wrong_calls_are_found_before_they_are_run(tmp_path: Path) -> None:
    """Each wrong line of the program, and no other, is found."""
    code, faults = checked(BAD, tmp_path)
    assert 1 == code
    assert [4, 5, 6, 8, 9, 10, 11, 12, 13] == [
        int(fault.split(":")[1]) for fault in faults
    ]

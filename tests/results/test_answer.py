"""Rows of stages as they are read: when reading stops, and what a fault leaves."""

import asyncio
import json

import httpx
import pytest

import auditql
from auditql.emulator.app import Emulator
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.errors import ApiError, PartialAnswer, RunError
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.answer import execute_rows

BASE = "http://127.0.0.1:9"
NOW = "2026-03-10T12:00:00Z"
Raw = dict[str, object]

RECORDS = [
    {
        "id": number,
        "created_at": f"2026-03-01T{number // 60:02}:{number % 60:02}:00Z",
        "action": ("login", "update", "create")[number % 3],
    }
    for number in range(500)
]


def answered(
    text: str, transport: httpx.AsyncBaseTransport
) -> tuple[list[object], RunError | None]:
    """The rows of a query, and the error that ended them."""
    rows: list[object] = []

    async def read() -> None:
        plan = auditql.compile(text, now=NOW)
        # One cursor, so that what is asked for follows from what is taken alone.
        async with ZendeskReader(BASE, transport=transport, concurrency=1) as reader:
            async for batch in execute_rows(plan, reader):
                rows.extend(batch)

    try:
        asyncio.run(read())
    except RunError as error:
        return rows, error
    return rows, None


@pytest.mark.parametrize(
    ("stages", "rows", "requests"),
    [
        ("limit 5", 5, 1),
        ("where action = login | limit 5", 5, 1),
        ("where id < 350 | select id | limit 5", 5, 2),
        ("distinct action | limit 2", 2, 1),
        ("limit 150 | count by action", 3, 2),
        ("limit 0 | count", 1, 0),
        ("distinct action", 3, 5),
        ("order by id | limit 1", 1, 5),
        ("count by action | limit 1", 1, 5),
    ],
)
def test_reading_stops_when_no_record_can_change_the_answer(
    stages: str, rows: int, requests: int
) -> None:
    """A limit ends it through `where`, `select` and `distinct`, not through a count."""
    emulator = Emulator(RECORDS)
    got, error = answered(f"| {stages}", AsyncEmulatorTransport(emulator))

    assert (rows, requests, None) == (len(got), len(emulator.requests), error)


def breaking(after: int) -> httpx.MockTransport:
    """The emulator, which after so many answers is not there any more."""
    honest = AsyncEmulatorTransport(Emulator(RECORDS))
    left = [after]

    async def answer(request: httpx.Request) -> httpx.Response:
        left[0] -= 1
        if left[0] < 0:
            return httpx.Response(404, json={"error": "InvalidEndpoint"})
        return await honest.handle_async_request(request)

    return httpx.MockTransport(answer)


def test_a_fault_behind_rows_says_how_many_are_out() -> None:
    """Rows, not records: what was read and left out is not counted."""
    rows, error = answered("| where action = login | select id", breaking(2))

    logins = [r["id"] for r in reversed(RECORDS[300:]) if r["action"] == "login"]
    assert [{"id": number} for number in logins] == rows
    assert isinstance(error, PartialAnswer)
    assert f"; {len(logins)} rows are out, and more may follow" in str(error)


@pytest.mark.parametrize(
    "stage", ["count", "count by action", "timeline", "order by id"]
)
def test_a_fault_before_the_last_record_leaves_no_row_of_what_needs_all(
    stage: str,
) -> None:
    """A count of a part would mislead: the error alone is left."""
    rows, error = answered(f"| where id > 0 | {stage}", breaking(2))

    assert [] == rows
    assert type(error) is ApiError


def test_a_row_is_json_all_through() -> None:
    """Whatever a column is, its value is what JSON holds."""
    text = (
        "| select created_at, date(created_at), weekday(created_at), changes, changed,"
        " ip_address, length(action) as n"
    )
    records = [{**RECORDS[0], "change_description": "Role changed from A to B"}]
    (row,), _ = answered(text, AsyncEmulatorTransport(Emulator(records)))

    assert row == json.loads(json.dumps(row))
    assert [{"changed": "Role", "from": "A", "to": "B"}] == row["changes"]

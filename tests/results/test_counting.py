"""`| count` by the service's own number, and when that number is not believed.

The service is the emulator, or one that says what it is told to say.
"""

import asyncio
import json
from collections.abc import Callable, Mapping

import httpx
import pytest

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.answer import execute_rows

BASE = "http://127.0.0.1:9"
NOW = "2026-03-10T12:00:00Z"
DAY = "created_at = 2026-03-02 | count"
Raw = dict[str, object]


def record(number: int, time: str, action: str = "login") -> Raw:
    return {"id": number, "created_at": time, "action": action}


def asked(
    text: str, transport: httpx.AsyncBaseTransport, **more: bool
) -> tuple[list[object], list[Diagnostic], Statistics]:
    """The rows of a query, what was said, the work done."""
    said: list[Diagnostic] = []
    statistics = Statistics()
    rows: list[object] = []

    async def read() -> None:
        plan = auditql.compile(text, now=NOW, **more)
        reader = ZendeskReader(BASE, transport=transport, statistics=statistics)
        async with reader:
            async for batch in execute_rows(plan, reader, said.append, statistics):
                rows.extend(batch)

    asyncio.run(read())
    return rows, said, statistics


DAYS = [
    record(1, "2026-03-01T23:59:59Z"),
    record(2, "2026-03-02T00:00:00Z", "update"),
    record(3, "2026-03-02T10:00:00Z"),
    record(4, "2026-03-02T23:59:59Z"),
    record(5, "2026-03-03T00:00:00Z"),
    record(6, "2026-03-03T00:00:00Z"),
]


@pytest.mark.parametrize(
    ("text", "number", "requests"),
    [
        ("| count", 6, 1),
        ("action = login | count", 5, 1),
        ("action = login | stats count() as n", 5, 1),
        (DAY, 3, 2),
        ("action = login and created_at = 2026-03-02 | count", 2, 2),
        ("created_at >= 2026-03-02 | count", 5, 2),
        ("created_at < 2026-03-02 | count", 1, 2),
        ("action = login or action = update | count", 6, 1),
        ("created_at = 2026-03-01 or created_at = 2026-03-03 | count", 3, 4),
        ("action = exported | count", 0, 1),
        ("action = login | count | limit 3", 5, 1),
    ],
)
def test_a_count_takes_one_request_a_box(text: str, number: int, requests: int) -> None:
    """Two for a range, whose edge seconds are seen and subtracted."""
    emulator = Emulator(DAYS)
    (row,), said, statistics = asked(text, AsyncEmulatorTransport(emulator))

    assert [number] == list(row.values())
    assert ([], requests) == (said, len(emulator.requests))
    assert 1 == statistics.server_counts


def test_a_row_has_the_name_that_the_query_gives() -> None:
    """`as` names the column."""
    emulator = Emulator(DAYS)
    rows, _, _ = asked("| stats count() as n", AsyncEmulatorTransport(emulator))

    assert [{"n": 6}] == rows


def test_an_exact_count_reads_every_record() -> None:
    """With `exact` the same number is counted here."""
    emulator = Emulator(DAYS)
    transport = AsyncEmulatorTransport(emulator)
    rows, said, statistics = asked(DAY, transport, exact=True)

    assert [{"count": 3}] == rows
    assert 0 == statistics.server_counts
    assert ["page[size]"] == [
        name
        for request in emulator.requests
        for name in ("page[size]", "per_page")
        if httpx.QueryParams(request.query).get(name)
    ]
    assert [] == said


def test_an_edge_second_that_fills_a_page_is_read_instead() -> None:
    """Records of the second before a range fill the first page: all are read."""
    crowd = [record(100 + n, "2026-03-01T23:59:59Z") for n in range(120)]
    emulator = Emulator([*DAYS, *crowd])
    rows, said, statistics = asked(DAY, AsyncEmulatorTransport(emulator))

    assert [{"count": 3}] == rows
    assert [Code.COUNT_NOT_BELIEVED] == [d.code for d in said]
    assert "fills a page" in said[0].message
    assert 0 == statistics.server_counts


def test_edges_of_one_page_are_subtracted() -> None:
    """99 records before the range and its own are counted in two requests."""
    crowd = [record(100 + n, "2026-03-01T23:59:59Z") for n in range(98)]
    emulator = Emulator([*DAYS, *crowd])
    rows, said, _ = asked(DAY, AsyncEmulatorTransport(emulator))

    assert ([{"count": 3}], []) == (rows, said)


def lying(lie: Callable[[Mapping[str, str], Raw], object]) -> httpx.MockTransport:
    """The emulator over these days, whose offset pages a lie changes."""
    emulator = Emulator(DAYS)
    honest = AsyncEmulatorTransport(emulator)

    async def answer(request: httpx.Request) -> httpx.Response:
        response = await honest.handle_async_request(request)
        if "per_page" not in request.url.params:
            return response
        body = json.loads(await response.aread())
        lie(request.url.params, body)
        return httpx.Response(200, json=body)

    return httpx.MockTransport(answer)


def late(params: Mapping[str, str], body: Raw) -> None:
    if params["sort_order"] == "asc":
        body["count"] += 1
        body["audit_logs"].insert(-2, record(9, "2026-03-02T23:59:59Z"))


def unsorted(params: Mapping[str, str], body: Raw) -> None:
    body["audit_logs"].reverse()


def foreign(params: Mapping[str, str], body: Raw) -> None:
    body["audit_logs"][1]["action"] = "destroy"


def other_times(params: Mapping[str, str], body: Raw) -> None:
    body["audit_logs"][1]["created_at"] = "2025-01-01T00:00:00Z"


def more_than_shown(params: Mapping[str, str], body: Raw) -> None:
    body["count"] += 1


def capped(params: Mapping[str, str], body: Raw) -> None:
    body["count"] = 10_000


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (late, "it changed"),
        (unsorted, "order of time"),
        (foreign, "do not pass"),
        (other_times, "other times"),
        (more_than_shown, "bears out"),
        (capped, "may stop"),
    ],
)
def test_a_count_that_something_speaks_against_is_not_believed(lie, words: str) -> None:
    """Every record is read and counted instead, and a warning says why."""
    text = "action in (login, update) and created_at = 2026-03-02 | count"
    rows, said, statistics = asked(text, lying(lie))

    assert [{"count": 3}] == rows
    assert [Code.COUNT_NOT_BELIEVED] == [d.code for d in said]
    assert words in said[0].message
    assert 0 == statistics.server_counts


def test_an_answer_says_that_it_is_the_server_count() -> None:
    """And one that was read does not."""
    emulator = Emulator(DAYS)

    async def read(text: str) -> bool:
        transport = AsyncEmulatorTransport(emulator)
        async with auditql.AsyncClient(base_url=BASE, transport=transport) as client:
            assert [{"count": 6}] == [row async for row in client.query(text, now=NOW)]
            return client.completeness.server_count

    assert asyncio.run(read("| count"))
    assert not asyncio.run(read("| where id > 0 | count"))

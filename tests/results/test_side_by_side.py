"""Look-ups and boxes that are read side by side, in virtual time: what they cost.

The rows are those of one cursor; requests and latencies stay within their bounds.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import loop
import pytest

import auditql
from auditql.emulator import AsyncEmulatorTransport, Emulator, generate
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.executor import execute

LATENCY_S = 0.15
NOW_S = 1_773_144_000
BASE = "http://127.0.0.1:9"


class Late(httpx.AsyncBaseTransport):
    """The emulator, each answer late; counts how many are asked for at once."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = AsyncEmulatorTransport(emulator)
        self._at_once = 0
        self.most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._at_once += 1
        self.most = max(self.most, self._at_once)
        try:
            await asyncio.sleep(LATENCY_S)
            return await self._inner.handle_async_request(request)
        finally:
            self._at_once -= 1


@dataclass
class Read:
    """What a read in virtual time gave, and what it took."""

    ids: list[int]
    requests: int
    latencies: float
    most: int


def read(text: str, emulator: Emulator, *, cursors: int) -> Read:
    """The ids of an answer; nothing is sent over a socket."""
    line = Late(emulator)
    statistics = Statistics()

    async def work() -> Read:
        clock = asyncio.get_running_loop().time
        plan = auditql.compile(text, now="2026-03-10T12:00:00Z")
        reader = ZendeskReader(
            BASE,
            transport=line,
            statistics=statistics,
            clock=clock,
            concurrency=cursors,
        )
        async with reader:
            ids = [r.id async for r in execute(plan, reader, statistics)]
        return Read(ids, statistics.requests, clock() / LATENCY_S, line.most)

    return loop.run(work())


RECORDS = tuple(generate(3, 3_000, NOW_S - 30 * 86_400, NOW_S - 400))
TIMES = {int(str(raw["id"])): str(raw["created_at"]) for raw in RECORDS}


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """An account without a rate limit."""
    return Emulator(RECORDS)


def newest_first(ids: Sequence[int]) -> list[int]:
    """In the order of the answer; ids rise within a second."""
    return sorted(sorted(ids), key=TIMES.__getitem__, reverse=True)


@pytest.mark.parametrize("cursors", [1, 4, 8, 16])
def test_look_ups_run_side_by_side(emulator: Emulator, cursors: int) -> None:
    """A hundred take a hundredth of the waits for each cursor; the first request,
    which learns the rate, leaves alone."""
    ids = list(TIMES)[::30]
    text = f"id in ({', '.join(map(str, ids))})"
    found = read(text, emulator, cursors=cursors)
    assert newest_first(ids) == found.ids
    assert (100, cursors) == (found.requests, found.most)
    assert found.latencies <= 100 / cursors + 2


def test_a_limit_costs_no_more_than_it_needs(emulator: Emulator) -> None:
    """The newest of a thousand ids is known once all of them are there, and of
    three boxes once each has shown its first page."""
    ids = list(TIMES)[::3]
    text = f"id in ({', '.join(map(str, ids))}) limit 1"
    found = read(text, emulator, cursors=8)
    assert newest_first(ids)[:1] == found.ids
    assert (1_000, 8) == (found.requests, found.most)
    boxes = "action = login or ip_address = '10.0.0.1' or source_type = 'user' limit 1"
    assert 3 == read(boxes, emulator, cursors=8).requests


def test_what_several_boxes_may_lose_is_shared() -> None:
    """1.02 of the pages and one a cursor for the whole read, not for each box; and
    one for each box beside the first."""
    large = Emulator(generate(3, 20_000, NOW_S - 300 * 86_400, NOW_S - 400))
    boxes = "action = login or ip_address = '10.0.0.1' or source_type = 'user'"
    one = read(boxes, large, cursors=1)
    found = read(boxes, large, cursors=16)
    assert one.ids == found.ids
    assert found.requests <= 1.02 * one.requests + 16 + 2
    assert found.latencies <= one.latencies / 6

"""What may be claimed of an answer, and up to when."""

import asyncio
import json

import httpx
import pytest

import auditql
from auditql.emulator import AsyncEmulatorTransport, Emulator, generate
from auditql.results.completeness import Completeness, whole
from auditql.runtime.compile import compile_text

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400
RECORDS = tuple(generate(3, 300, NOW_S - 30 * DAY_S, NOW_S))
SETTLED_S = NOW_S - 300


@pytest.mark.parametrize(
    ("until_s", "text"),
    [
        (SETTLED_S, "created_at >= -7d"),
        (SETTLED_S, ""),
        (NOW_S - DAY_S, "created_at >= -7d and created_at < -1d"),
        (SETTLED_S, "created_at < -2d or action = login"),
        (SETTLED_S, "created_at >= -7d and created_at < 2026-03-10T13:00:00Z limit 3"),
        (None, "page 2 size 10"),
    ],
)
def test_nothing_is_claimed_for_the_last_five_minutes(
    until_s: int | None, text: str
) -> None:
    """The end of the query's time, or the server's time less 300 s, the earlier."""
    claim = whole(compile_text(text, now=NOW_S), NOW_S)
    assert Completeness(True, None, until_s) == claim


def test_without_the_servers_time_nothing_is_claimed_up_to_a_time() -> None:
    """Complete, but nobody can say up to when."""
    plan = compile_text("created_at >= -7d", now=NOW_S)
    assert Completeness(True, None, None) == whole(plan, None)


def settings(transport: httpx.AsyncBaseTransport | None = None) -> dict[str, object]:
    emulator = Emulator(RECORDS, clock=lambda: float(NOW_S))
    return {
        "base_url": "http://127.0.0.1:9",
        "transport": transport or AsyncEmulatorTransport(emulator),
    }


def test_a_program_is_told_what_it_may_claim() -> None:
    """None before the first query; partial while it is read; complete at its end."""
    with auditql.Client(**settings()) as client:
        assert client.completeness is None
        rows = client.query("created_at >= -40d", now=NOW_S)
        next(rows)
        assert client.completeness is not None
        assert not client.completeness.complete
        assert 299 == len(list(rows))
        assert Completeness(True, None, SETTLED_S) == client.completeness
        rows = client.query("created_at >= -40d", now=NOW_S)
        next(rows)
        rows.close()
        reason = "it was not read to its end"
        assert Completeness(False, reason, None) == client.completeness


class Failing(httpx.AsyncBaseTransport):
    """An account whose second answer and all after it are refused."""

    def __init__(self) -> None:
        self._emulator = Emulator(RECORDS, clock=lambda: float(NOW_S))
        self._answers = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._answers += 1
        if self._answers > 1:
            return httpx.Response(403, json={"error": "Forbidden"})
        return self._emulator.handle(request)


def test_a_program_is_told_why_an_answer_is_partial() -> None:
    """The error's own words; nothing is claimed up to any time."""

    async def read() -> tuple[Completeness | None, str]:
        async with auditql.AsyncClient(**settings(Failing())) as client:
            try:
                async for _ in client.query("created_at >= -40d", now=NOW_S):
                    pass
            except auditql.PartialAnswer as error:
                return client.completeness, str(error)
        raise AssertionError("the read did not fail")

    claim, words = asyncio.run(read())
    assert Completeness(False, words, None) == claim


class Disordered(httpx.AsyncBaseTransport):
    """An account whose page, asked for by its number, is turned around."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = Emulator(RECORDS, clock=lambda: float(NOW_S)).handle(request)
        body = json.loads(answer.content)
        body["audit_logs"].reverse()
        return httpx.Response(200, json=body, headers={"date": answer.headers["date"]})


def test_records_out_of_order_are_never_claimed_complete() -> None:
    """A limit relies on the order, so something may be missing."""
    with auditql.Client(**settings(Disordered())) as client:
        assert 10 == len(list(client.query("page 1 size 10", now=NOW_S)))
        assert client.completeness is not None
        assert not client.completeness.complete
        assert "out of order" in str(client.completeness.reason)

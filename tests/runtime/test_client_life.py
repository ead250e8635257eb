"""Iterators of a client: begun, left, closed, and outliving what they read from."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest
from asking import ALL, NOW, settings

import auditql
from auditql.emulator import serve


def test_rows_come_before_later_pages_are_asked_for(emulator) -> None:
    """One request until the first page's rows are taken; then one more."""
    with auditql.Client(**settings(emulator, concurrency=1)) as client:
        rows = client.query(ALL, now=NOW)
        assert 0 == len(emulator.requests)
        for _ in range(90):
            next(rows)
        assert 1 == len(emulator.requests)
        for _ in range(100):
            next(rows)
        assert 2 <= len(emulator.requests) <= 3


def test_leaving_early_stops_the_reading(emulator) -> None:
    """By breaking off, by closing, by a limit: one page each."""

    async def first(client: auditql.AsyncClient) -> int:
        async with aclosing(client.query(ALL, now=NOW)) as rows:
            async for row in rows:
                return row["id"]
        raise AssertionError("no row")

    async def work() -> int:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            return await first(client)

    assert emulator.store.ids[0] == asyncio.run(work())
    assert 1 == len(emulator.requests)
    with auditql.Client(**settings(emulator)) as client:
        for _ in client.query(ALL, now=NOW):
            break
        rows = client.query(ALL, now=NOW)
        next(rows)
        rows.close()
        assert [] == list(rows)
        assert 5 == len(list(client.query("limit 5", now=NOW)))
        assert 7 == client.statistics.rows
    assert 4 == len(emulator.requests)


def test_iterators_that_are_left_lying_do_not_leak(emulator) -> None:
    """Never begun, half read, outliving their client or their loop: no warning."""

    async def work() -> AsyncIterator[dict]:
        async with auditql.AsyncClient(**settings(emulator)) as client:
            client.query(ALL, now=NOW)
            await anext(client.query(ALL, now=NOW))
            kept = client.query(ALL, now=NOW)
            await anext(kept)
            return kept

    kept = asyncio.run(work())
    with auditql.Client(**settings(emulator)) as client:
        client.query(ALL, now=NOW)
        next(client.query(ALL, now=NOW))
        held = client.query(ALL, now=NOW)
        next(held)
    del kept, held, client
    gc.collect()


def test_the_same_over_a_socket_leaves_nothing_open(emulator, request) -> None:
    """Half-read answers on real connections."""
    with serve(emulator) as server:
        with auditql.Client(base_url=server.url) as client:
            next(client.query(ALL, now=NOW))
            assert 3 == len(list(client.query("limit 3", now=NOW)))

        async def work() -> None:
            async with auditql.AsyncClient(base_url=server.url) as client:
                await anext(client.query(ALL, now=NOW))

        asyncio.run(work())
    gc.collect()


def test_an_answer_half_read_is_an_error_once_the_client_is_closed(emulator) -> None:
    """It must not look like the end."""

    def rest(rows: Iterator[dict]) -> int:
        return sum(1 for _ in rows)

    with auditql.Client(**settings(emulator)) as client:
        rows = client.query(ALL, now=NOW)
        next(rows)
    with pytest.raises(auditql.ConfigurationError, match="closed"):
        rest(rows)
    for call in (lambda: client.query(ALL, now=NOW), lambda: client.show(1)):
        with pytest.raises(auditql.ConfigurationError, match="closed"):
            call()
    client.close()


def test_an_async_answer_is_an_error_once_the_client_is_closed(emulator) -> None:
    """The next page is not asked for."""

    async def work() -> None:
        client = auditql.AsyncClient(**settings(emulator))
        rows = client.query(ALL, now=NOW)
        await anext(rows)
        await client.close()
        async for _ in rows:
            pass

    with pytest.raises(auditql.AuditQLError, match="closed"):
        asyncio.run(work())


def test_the_waiting_client_is_refused_inside_an_event_loop(emulator) -> None:
    """Clearly, at the call, with nothing sent; what was begun outside too."""
    client = auditql.Client(**settings(emulator))
    begun = client.query(ALL, now=NOW)
    next(begun)
    sent = len(emulator.requests)

    async def work() -> None:
        for call in (
            lambda: client.query("limit 1", now=NOW),
            lambda: client.show(1),
            lambda: sum(1 for _ in begun),
        ):
            with pytest.raises(auditql.ConfigurationError, match="use AsyncClient"):
                call()

    asyncio.run(work())
    assert sent == len(emulator.requests)
    client.close()


def test_the_waiting_client_leaves_the_loop_of_the_thread_alone(emulator) -> None:
    """A program may have set one of its own."""
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        with auditql.Client(**settings(emulator)) as client:
            list(client.query("limit 1", now=NOW))
        assert loop is asyncio.get_event_loop_policy().get_event_loop()
    finally:
        asyncio.set_event_loop(None)
        loop.close()

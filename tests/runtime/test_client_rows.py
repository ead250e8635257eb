"""Rows arrive while the answer is read; reading stops where nothing more is taken."""

import asyncio

import pytest
from asking import ALL, NOW, settings

import auditql
from auditql.emulator import Emulator

STREAMED = (
    ALL,
    f"{ALL} | select id, action",
    f"{ALL} | where action = login | select id",
    f"{ALL} | distinct id",
)


@pytest.mark.parametrize("text", STREAMED)
def test_the_first_rows_come_before_the_last_request(
    text: str, emulator: Emulator
) -> None:
    """A thousand records are ten pages; the first row is there before the tenth."""
    with auditql.Client(**settings(emulator, concurrency=1)) as client:
        rows = client.query(text, now=NOW)
        next(rows)
        first = client.statistics.requests
        assert client.completeness is not None
        assert not client.completeness.complete
        list(rows)
        assert first <= 2 < client.statistics.requests
        assert client.completeness.complete


@pytest.mark.parametrize("text", STREAMED)
def test_a_reading_that_is_left_asks_for_no_more(text: str, emulator: Emulator) -> None:
    """Leaving the loop stops the requests, for either client."""

    async def left() -> int:
        made = settings(emulator, concurrency=1)
        async with auditql.AsyncClient(**made) as client:
            rows = client.query(text, now=NOW)
            await anext(rows)
            await rows.aclose()
            return client.statistics.requests

    with auditql.Client(**settings(emulator, concurrency=1)) as client:
        for _ in client.query(text, now=NOW):
            break
        assert client.statistics.requests <= 2
    assert asyncio.run(left()) <= 2


def test_a_limit_of_a_stage_stops_the_reading(emulator: Emulator) -> None:
    """Rows that nobody will see are not read."""
    with auditql.Client(**settings(emulator, concurrency=1)) as client:
        rows = list(client.query(f"{ALL} | select id | limit 5", now=NOW))
        assert 5 == len(rows)
        assert client.statistics.requests <= 2
        assert client.completeness is not None
        assert client.completeness.complete

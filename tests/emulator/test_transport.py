"""Transports answer in process and wait the latency of the settings."""

import asyncio

import httpx
import pytest

from auditql.emulator import (
    AsyncEmulatorTransport,
    Emulator,
    EmulatorTransport,
    Settings,
)

URL = "https://acme.test/api/v2/audit_logs?per_page=1"


def test_a_client_asks_the_emulator(record) -> None:
    """Bodies, statuses and sent data pass through unchanged."""
    emulator = Emulator([record(1)])
    with httpx.Client(transport=EmulatorTransport(emulator)) as client:
        assert client.get(URL).json()["audit_logs"] == [record(1)]
        assert client.get("https://acme.test/x").status_code == 404
        assert client.post("https://acme.test/oauth/tokens", json={}).is_error
    assert [200, 404, 401] == [r.status for r in emulator.requests]


@pytest.mark.parametrize(("latency_s", "waits"), [(0.0, []), (0.15, [0.15, 0.15])])
def test_latency_is_waited_for_with_the_sleep_handed_in(
    record, latency_s, waits
) -> None:
    """Once for each request; not at all when there is none."""
    slept: list[float] = []
    emulator = Emulator([record(1)], Settings(latency_s=latency_s))
    with httpx.Client(transport=EmulatorTransport(emulator, slept.append)) as client:
        client.get(URL)
        client.get(URL)
    assert waits == slept


@pytest.mark.enable_socket  # an event loop opens a pair of them
def test_an_async_client_asks_the_emulator(record) -> None:
    """The same, on a loop; several requests wait at the same time."""
    slept: list[float] = []
    together = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            together.set()
        await together.wait()

    async def run() -> list[httpx.Response]:
        emulator = Emulator([record(1)], Settings(latency_s=0.2))
        transport = AsyncEmulatorTransport(emulator, sleep)
        async with httpx.AsyncClient(transport=transport) as client:
            return await asyncio.gather(*(client.get(URL) for _ in range(3)))

    responses = asyncio.run(run())
    assert [0.2] * 3 == slept
    assert [[record(1)]] * 3 == [r.json()["audit_logs"] for r in responses]

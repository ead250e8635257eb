"""The emulator under an httpx client, in process: no socket, same client code.

In: an emulator. Out: a transport for `httpx.Client` or `httpx.AsyncClient`.
Here, and in the server, the latency of the settings is waited for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx

from auditql.emulator.app import Emulator


class EmulatorTransport(httpx.BaseTransport):
    """Answers the requests of an `httpx.Client` from an emulator."""

    def __init__(
        self, emulator: Emulator, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """Put `emulator` under a client; `sleep` waits for a latency, in seconds."""
        self._emulator = emulator
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The emulator's response, after its latency."""
        request.read()
        if self._emulator.settings.latency_s > 0:
            self._sleep(self._emulator.settings.latency_s)
        return self._emulator.handle(request)


class AsyncEmulatorTransport(httpx.AsyncBaseTransport):
    """Answers the requests of an `httpx.AsyncClient` from an emulator."""

    def __init__(
        self,
        emulator: Emulator,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Put `emulator` under a client; `sleep` waits for a latency, in seconds."""
        self._emulator = emulator
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The emulator's response, after its latency; a waiting one is cancelled."""
        await request.aread()
        if self._emulator.settings.latency_s > 0:
            await self._sleep(self._emulator.settings.latency_s)
        return self._emulator.handle(request)

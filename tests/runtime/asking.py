"""An account of a thousand records, and how a program asks it.

In: an emulator. Out: the settings of a client that asks it without a socket
and waits for nothing.
"""

import httpx

from auditql.emulator import AsyncEmulatorTransport, Emulator

NOW = "2026-03-10T12:00:00Z"
NOW_S = 1_773_144_000
BASE = "http://127.0.0.1:9"  # nothing is sent there: the transport answers
ALL = "order by created_at"
ODD = {
    "zeta": {"deep": [1, None, "\ud800"]},
    "id": 9_007_199_254_740_993,
    "actor_id": None,
    "created_at": "2026-03-09T00:00:00Z",
    "action": "frobnicate",
    "change_description": "",
    "alpha": 1.5,
}


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


def settings(emulator: Emulator, **more: object) -> dict[str, object]:
    transport = AsyncEmulatorTransport(emulator)
    return {"base_url": BASE, "transport": transport, "sleep": at_once, **more}


class Failing(httpx.AsyncBaseTransport):
    """The emulator until so many requests, then another answer for ever."""

    def __init__(
        self, emulator: Emulator, after: int, status: int, body: bytes = b""
    ) -> None:
        self._inner = AsyncEmulatorTransport(emulator)
        self._left = after
        self._status = status
        self._body = body

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left >= 0:
            return await self._inner.handle_async_request(request)
        headers = {"x-request-id": "req-9", "content-type": "application/json"}
        return httpx.Response(self._status, headers=headers, content=self._body)

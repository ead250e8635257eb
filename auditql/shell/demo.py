"""The made-up account behind `demo query` and `demo run`, in process.

In: a query that may be run. Out: its answer, from the emulator, at the moment
that is the query's now. Nothing is sent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import Asked, run_plan

if TYPE_CHECKING:
    import httpx

BASE_URL = "http://127.0.0.1"
"""Of the made-up account; never connected to: the transport answers."""


def answer_from_demo(asked: Asked, output: Output) -> Exit:
    """Answer the query from made-up records; raises as `run_plan`."""
    transport = demo_transport(asked.plan.query.now_s)
    return run_plan(asked, output, base_url=BASE_URL, transport=transport)


def demo_transport(now_s: float) -> httpx.AsyncBaseTransport:
    """What answers for the account, in process, with records up to that time."""
    import httpx

    from auditql.emulator import AsyncEmulatorTransport, demo_account

    class InTurns(httpx.AsyncBaseTransport):
        """The emulator, letting go of the event loop as a network would."""

        def __init__(self) -> None:
            self._emulator = AsyncEmulatorTransport(demo_account(now_s))

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)
            return await self._emulator.handle_async_request(request)

    return InTurns()

"""The made-up account behind `demo query` and `demo run`, in process.

In: a query that may be run. Out: its answer, from the emulator, at the moment
that is the query's now. Nothing is sent.
"""

import asyncio

from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import Asked, run_plan

_BASE_URL = "http://127.0.0.1"  # never connected to: the transport answers


def answer_from_demo(asked: Asked, output: Output) -> Exit:
    """Answer the query from made-up records; raises as `run_plan`."""
    import httpx

    from auditql.emulator import AsyncEmulatorTransport, demo_account

    class InTurns(httpx.AsyncBaseTransport):
        """The emulator, letting go of the event loop as a network would."""

        def __init__(self) -> None:
            self._emulator = AsyncEmulatorTransport(
                demo_account(asked.plan.query.now_s)
            )

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)
            return await self._emulator.handle_async_request(request)

    return run_plan(asked, output, base_url=_BASE_URL, transport=InTurns())

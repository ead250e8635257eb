"""`auditql demo query`: run one query on the made-up account, in process."""

import asyncio
from collections.abc import Sequence

from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.querying import read, run_plan

_BASE_URL = "http://127.0.0.1"  # never connected to: the transport answers


def run(arguments: Sequence[str], output: Output) -> Exit:
    """Print the made-up records that match; the account's time is the query's now.

    Raises:
        OutputError: the answer cannot be written.
    """
    parser = VerbParser(
        "demo query",
        "Run one query on made-up records: no account, no network. --now sets"
        " the account's clock too, so an answer can be had again.",
    )
    asked = read(parser, arguments, output)

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

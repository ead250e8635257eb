"""Runs of a query over an account whose answers are changed on their way."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import httpx

from auditql.diagnostics.model import Diagnostic
from auditql.emulator import Emulator, generate
from auditql.providers.zendesk.auth import Bearer
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.client import AsyncClient
from auditql.runtime.compile import compile_text
from auditql.shell.arguments import VerbParser
from auditql.shell.exits import Exit
from auditql.shell.job import job_of
from auditql.shell.output import Output
from auditql.shell.querying import Asked, Options, add_options
from auditql.shell.running import run_job
from auditql.shell.texts import Source

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400

Change = Callable[[httpx.Response, int], Awaitable[httpx.Response]]


class Changed(httpx.AsyncBaseTransport):
    """An account of 500 records whose answers are changed, by their number."""

    def __init__(self, change: Change) -> None:
        records = generate(3, 500, NOW_S - 30 * DAY_S, NOW_S)
        self._emulator = Emulator(records, clock=lambda: float(NOW_S))
        self._change = change
        self._number = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._number += 1
        await asyncio.sleep(0)
        return await self._change(self._emulator.handle(request), self._number)


@dataclass
class Done:
    """A run that is over."""

    code: Exit
    stdout: str
    stderr: str

    @property
    def stats(self) -> dict[str, object]:
        return json.loads(self.stderr.splitlines()[-1])


def ran(
    change: Change,
    *arguments: str,
    text: str = "created_at >= -40d",
    warned: list[Diagnostic] | None = None,
    base_url: str = "http://127.0.0.1:1",
) -> Done:
    """Run a query over answers that are changed; `warned` is what came before."""
    parser = VerbParser("query", "")
    add_options(parser, asks_account=False)
    read = parser.read(["--stats", *arguments], Options())
    plan = compile_text(text, now=NOW_S, exact=read.exact)
    stdout, stderr = io.StringIO(), io.StringIO()
    warned = warned or []

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    client = AsyncClient(
        base_url=base_url,
        credential=Bearer(Secret("canary-token-0123456789", "the token")),
        transport=Changed(change),
        sleep=at_once,
        on_warning=warned.append,
        max_requests=read.max_requests,
        concurrency=1,  # so that what is out follows from what was answered
    )
    asked = Asked(plan, Source(text, None), read, "auditql query")
    job = replace(job_of(asked, client, warned), asking=None)  # keeps no checkpoint
    code = run_job(job, read, Output(stdout, stderr), "auditql query")
    return Done(code, stdout.getvalue(), stderr.getvalue())


async def unchanged(response: httpx.Response, _number: int) -> httpx.Response:
    return response


async def gone_after_two(response: httpx.Response, number: int) -> httpx.Response:
    if number > 2:
        raise httpx.ReadError("gone")
    return response


async def silent_after_two(response: httpx.Response, number: int) -> httpx.Response:
    if number > 2:
        await asyncio.Event().wait()
    return response


async def broken(response: httpx.Response, _number: int) -> httpx.Response:
    return httpx.Response(200, text="<html>", headers={"content-type": "text/html"})


async def unasked(response: httpx.Response, _number: int) -> httpx.Response:
    body = json.loads(response.content)
    for record in body["audit_logs"][:3]:
        record["action"] = "exported"
    return httpx.Response(200, json=body, headers={"date": response.headers["date"]})

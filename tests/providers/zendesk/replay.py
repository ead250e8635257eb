"""A transport that replays a list of answers, and a world in which waiting is free.

Real httpx requests come in and real httpx responses go out; nothing of
auditql is replaced.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx

from auditql.catalog.record import Record
from auditql.plan.model import Box, Mode, Request, Scan
from auditql.providers.zendesk.auth import Credential
from auditql.providers.zendesk.reader import ZendeskReader

BASE = "https://acme.zendesk.com"
PATH = "/api/v2/audit_logs"
ID = "req-7f"


@dataclass(frozen=True)
class Reply:
    """What is answered to one request."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: Exception | None = None

    def response(self, number: int) -> httpx.Response:
        headers = {"x-request-id": f"{ID}{number}", **self.headers}
        if self.content_type is not None:
            headers["content-type"] = self.content_type
        stream = _Stream(self.body, self.cut)
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        return httpx.Response(self.status, headers=raw, stream=stream)


class _Stream(httpx.AsyncByteStream):
    """The body in two pieces, then the cut, if there is one."""

    def __init__(self, body: bytes, cut: Exception | None) -> None:
        self._body = body
        self._cut = cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._body) // 2
        yield self._body[:half]
        yield self._body[half:]
        if self._cut is not None:
            raise self._cut


class Replay(httpx.AsyncBaseTransport):
    """Answers with the list, in turn, the last one again and again."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply.response(len(self.requests))

    @property
    def asked(self) -> list[str]:
        """Method and path with query of every request."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]

    @property
    def proofs(self) -> list[str | None]:
        """The Authorization of every request."""
        return [r.headers.get("authorization") for r in self.requests]


class World:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds

    def clock(self) -> float:
        return self.now_s


def raw(number: int) -> dict[str, object]:
    """A record that says no more than it must."""
    return {"id": number, "created_at": "2026-01-01T00:00:00Z"}


def paged(ids: Sequence[int], after: str | None = None, **extra: object) -> Reply:
    """A page of cursor paging; more follows where there is a cursor."""
    body = {
        "audit_logs": [raw(number) for number in ids],
        "meta": {"has_more": after is not None, "after_cursor": after},
        "links": {"next": "https://evil.example/api/v2/audit_logs", "prev": None},
    }
    return Reply(body=json.dumps(body | extra).encode())


def said(status: int, body: object, **headers: str) -> Reply:
    """An answer of JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), headers=named)


def scan(mode: Mode = Mode.CURSOR, *params: tuple[str, str], path: str = PATH) -> Scan:
    """A scan of everything."""
    params = params or (("sort", "created_at"), ("page[size]", "100"))
    return Scan(Box(), Request("GET", path, params, mode, True))


def reader(
    transport: httpx.AsyncBaseTransport,
    world: World | None = None,
    credential: Credential | None = None,
    **settings: object,
) -> ZendeskReader:
    """A reader of acme in a world, with one cursor; chance is always a half."""
    world = world or World()
    settings.setdefault("concurrency", 1)  # replayed answers come in their order
    return ZendeskReader(
        BASE,
        credential,
        transport=transport,
        sleep=world.sleep,
        clock=world.clock,
        chance=lambda: 0.5,
        **settings,
    )


def read(found: ZendeskReader, wanted: Scan | None = None) -> list[Record]:
    """All records of a scan; the reader is closed."""

    async def work() -> list[Record]:
        async with found:
            return [r async for page in found.pages(wanted or scan()) for r in page]

    return asyncio.run(work())


def ids(found: ZendeskReader, wanted: Scan | None = None) -> list[int]:
    """The ids of all records of a scan."""
    return [record.id for record in read(found, wanted)]

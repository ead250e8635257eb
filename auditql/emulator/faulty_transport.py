"""A bad line under an httpx client, in process: what a socket would do to it.

In: a service, mostly a `FaultyEmulator`. Out: a transport for
`httpx.AsyncClient`, which sees bodies chunk by chunk and fails as one on a
socket does. Time-outs are those of the request; waiting is done with the sleep
handed in.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import assert_never

import httpx

from auditql.emulator.answers import Answer
from auditql.emulator.app import read_call
from auditql.emulator.deliveries import (
    Cut,
    Delivery,
    Drip,
    Late,
    NoConnection,
    Service,
    Silence,
)

Sleep = Callable[[float], Awaitable[object]]

_CHUNK = 65_536
_FOR_EVER_S = 1e9


class FaultyTransport(httpx.AsyncBaseTransport):
    """Answers the requests of an `httpx.AsyncClient` over a bad line."""

    def __init__(
        self,
        service: Service,
        sleep: Sleep = asyncio.sleep,
        latency: Callable[[], float] | None = None,
    ) -> None:
        """Put `service` under a client.

        Args:
            service: what answers.
            sleep: waits so many seconds.
            latency: seconds that the next request takes, half of it on the
                way there; None means what the settings say.
        """
        self._service = service
        self._sleep = sleep
        self._latency = latency

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response, or the exception that a socket would have led to."""
        await request.aread()
        latency_s = (
            self._service.settings.latency_s
            if self._latency is None
            else self._latency()
        )
        if latency_s > 0:
            await self._sleep(latency_s / 2)
        delivery = self._service.deliver(read_call(request))
        if latency_s > 0:
            await self._sleep(latency_s / 2)
        return await self._carry_out(delivery, request)

    async def _carry_out(
        self, delivery: Delivery, request: httpx.Request
    ) -> httpx.Response:
        match delivery:
            case Answer():
                return _response(delivery, _Whole(delivery.body), request)
            case Late(answer, wait_s):
                await self._sleep(wait_s)
                return _response(answer, _Whole(answer.body), request)
            case Cut(answer, sent, was_reset):
                part = _Part(answer.body, sent, was_reset, request)
                return _response(answer, part, request)
            case Drip(answer, pause_s):
                drip = _Dripping(answer.body, pause_s, self._sleep)
                return _response(answer, drip, request)
            case Silence():
                await self._sleep(_timeout(request, "read"))
                raise httpx.ReadTimeout("nothing came", request=request)
            case NoConnection(timed_out=False):
                raise httpx.ConnectError("connection refused", request=request)
            case NoConnection():
                await self._sleep(_timeout(request, "connect"))
                raise httpx.ConnectTimeout("nobody opened", request=request)
            case _:
                assert_never(delivery)


def _timeout(request: httpx.Request, name: str) -> float:
    """A time-out of a request in seconds; very long where it has none."""
    found = request.extensions.get("timeout", {}).get(name)
    return _FOR_EVER_S if found is None else float(found)


def _response(
    answer: Answer, stream: httpx.AsyncByteStream, request: httpx.Request
) -> httpx.Response:
    pairs = (*answer.headers, ("Content-Length", str(len(answer.body))))
    headers = [(name.encode(), value.encode()) for name, value in pairs]
    return httpx.Response(
        answer.status, headers=headers, stream=stream, request=request
    )


class _Whole(httpx.AsyncByteStream):
    """A body in chunks, the last one not empty."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), _CHUNK):
            yield self._body[start : start + _CHUNK]


class _Part(httpx.AsyncByteStream):
    """The beginning of a body, then what a client sees of the end of a line."""

    def __init__(
        self, body: bytes, sent: int, was_reset: bool, request: httpx.Request
    ) -> None:
        self._body = body[:sent]
        self._was_reset = was_reset
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._body:
            yield self._body
        if self._was_reset:
            raise httpx.ReadError("connection reset", request=self._request)
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body",
            request=self._request,
        )


class _Dripping(httpx.AsyncByteStream):
    """A body byte by byte."""

    def __init__(self, body: bytes, pause_s: float, sleep: Sleep) -> None:
        self._body = body
        self._pause_s = pause_s
        self._sleep = sleep

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for place in range(len(self._body)):
            await self._sleep(self._pause_s)
            yield self._body[place : place + 1]

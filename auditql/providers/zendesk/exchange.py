"""One request out, one whole answer back, within bounds of time and size.

In: requests that were made here, so every one has passed the origin's check.
Out: answers, whatever their status. Nothing is tried twice here and no body is
understood. The transport is asked directly: there is no cookie, no redirect,
no proxy and no environment between it and the request.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError, ConnectionFailed
from auditql.providers.zendesk import route
from auditql.providers.zendesk.bodies import ENCODING, whole
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.pages import BadPage, decode
from auditql.providers.zendesk.route import Route
from auditql.providers.zendesk.secret import Mask

_ID_CHARACTERS = 100


@form
class Bounds:
    """What one answer may take.

    Attributes:
        request_s: seconds for the whole exchange; a drip of bytes outlasts
            the bounds below, which hold for each read.
        connect_s: seconds until the connection stands.
        silence_s: seconds without a byte.
        body_bytes: largest body, decompressed.
    """

    request_s: float = 60.0
    connect_s: float = 10.0
    silence_s: float = 30.0
    body_bytes: int = 64 * 1024 * 1024


@form
class Answer:
    """An answer, with the secrets of the session masked in its headers.

    Attributes:
        status: HTTP status.
        headers: by lower-case name.
        body: decompressed; empty where it is faulty.
        fault: what is wrong with the body; None where it came whole.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    fault: str | None = None

    @property
    def request_id(self) -> str | None:
        """The service's name for this exchange; None where it gave none."""
        return _request_id(self.headers)

    @property
    def content_type(self) -> str:
        """The Content-Type as received; empty where there is none."""
        return self.headers.get("content-type", "")

    @property
    def server_s(self) -> int | None:
        """The server's time, in seconds since 1970 UTC; None where it is not said."""
        try:
            time = parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return int(time.replace(tzinfo=time.tzinfo or UTC).timestamp())

    def json(self) -> object:
        """The body as a JSON value, read strictly.

        Raises:
            BadPage: it is none, or it did not come whole.
        """
        if self.fault is not None:
            raise BadPage(self.fault)
        return decode(self.body, self.content_type)


class Exchange:
    """The connections to one origin."""

    def __init__(
        self,
        origin: Origin,
        mask: Mask,
        transport: httpx.AsyncBaseTransport | None = None,
        bounds: Bounds | None = None,
        by: Route | None = None,
    ) -> None:
        """Name the origin; no connection is opened yet.

        Args:
            origin: where everything goes.
            mask: takes secrets out of what an answer repeats.
            transport: instead of the network, such as the emulator.
            bounds: on one answer; None takes the defaults.
            by: how the network is used; None is the direct way.
        """
        self.origin = origin
        self._mask = mask
        self._bounds = bounds if bounds is not None else Bounds()
        self._transport = transport
        self._route = by if by is not None else Route()
        self._is_closed = False

    async def close(self) -> None:
        """Close the connections for good."""
        self._is_closed = True
        if self._transport is not None:
            await self._transport.aclose()

    def request(
        self,
        method: str,
        url: str,
        headers: httpx.Headers,
        content: bytes | None = None,
    ) -> httpx.Request:
        """A request that may be sent.

        A made request does not show its headers or content, and neither does
        `httpx.Headers` its authorization; so no variable below holds a secret
        in the open.

        Raises:
            ConfigurationError: it would leave the origin, or do something else
                than read the audit log or ask for a token.
        """
        bounds = self._bounds
        timeout = httpx.Timeout(bounds.silence_s, connect=bounds.connect_s)
        made = httpx.Request(
            method,
            url,
            headers=httpx.Headers(
                [
                    ("accept", "application/json"),
                    ("accept-encoding", ENCODING),
                    ("user-agent", "auditql"),
                    *headers.multi_items(),
                ]
            ),
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )
        self.origin.check(method, str(made.url))
        return made

    async def send(self, request: httpx.Request) -> Answer:
        """The whole answer to a request, which is sent once.

        Raises:
            ConnectionFailed: no whole answer came.
        """
        head: tuple[int, Mapping[str, str]] | None = None
        try:
            async with asyncio.timeout(self._bounds.request_s):
                response = await self._open().handle_async_request(request)
                head = response.status_code, self._headers(response)
                try:
                    return await self._answer(response, *head)
                finally:
                    await response.aclose()
        except TimeoutError:
            problem = f"no whole answer within {self._bounds.request_s:g} s"
        except httpx.TimeoutException as error:
            problem = f"no answer in time ({type(error).__name__})"
        except (httpx.HTTPError, OSError) as error:
            problem = f"the connection failed ({type(error).__name__})"
        # Raised here and not above: what httpx raises holds the request, and
        # with it the credential; as cause or context it would live on.
        raise ConnectionFailed(
            f"{self.origin.base}: {problem}",
            status=None if head is None else head[0],
            request_id=None if head is None else _request_id(head[1]),
        )

    def _open(self) -> httpx.AsyncBaseTransport:
        if self._is_closed:
            raise ConfigurationError("the client is closed; make a new one")
        if self._transport is None:
            self._transport = route.transport(self.origin, self._route)
        return self._transport

    def _headers(self, response: httpx.Response) -> Mapping[str, str]:
        return {k.lower(): self._mask(v) for k, v in response.headers.items()}

    async def _answer(
        self, response: httpx.Response, status: int, headers: Mapping[str, str]
    ) -> Answer:
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        encoding = headers.get("content-encoding", "")
        try:
            body = await whole(stream, encoding, self._bounds.body_bytes)
        except BadPage as bad:
            return Answer(status, headers, b"", str(bad))
        return Answer(status, headers, body)


def _request_id(headers: Mapping[str, str]) -> str | None:
    """X-Request-Id, as far as it is fit to be shown."""
    text = "".join(c for c in headers.get("x-request-id", "") if " " <= c <= "~")
    return text[:_ID_CHARACTERS] or None

"""What goes over the line, seen from the client's side.

In: a transport. Out: the same, with a note of every request that left: when,
where to, and until when the answer asked everybody to hold. Requests to
another host than the account's never reach it: they are answered by somebody
who would like to be trusted.
"""

import asyncio
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

MINUTE_S = 60


@dataclass
class Sent:
    """One request that left.

    Attributes:
        left_s: when, by the loop's clock.
        proof: the Authorization header; None where there was none.
        status: of the answer; None while there is none, or without one.
        received_s: when the head of the answer came.
        after: how many requests had left when it came.
        hold_s: until when the answer forbids another, by the loop's clock.
        date_s: the service's time, as the answer tells it.
        request_id: the service's name for the exchange.
        length: of the body, as it is sent.
    """

    left_s: float
    method: str
    origin: str
    path: str
    query: str
    proof: str | None
    status: int | None = None
    received_s: float | None = None
    after: int | None = None
    hold_s: float | None = None
    date_s: int | None = None
    request_id: str | None = None
    length: int = 0


class Watched(httpx.AsyncBaseTransport):
    """Notes what passes.

    Attributes:
        sent: every request, in the order they left.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, origin: str, epoch_s: float
    ) -> None:
        """Watch `inner`.

        Args:
            inner: leads to the account.
            origin: the account's.
            epoch_s: the service's time, in epoch seconds, when the loop began.
        """
        self.sent: list[Sent] = []
        self._inner = inner
        self._origin = origin
        self._epoch_s = epoch_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the account, or of somebody else."""
        now = asyncio.get_running_loop().time
        url = request.url
        sent = Sent(
            now(),
            request.method,
            f"{url.scheme}://{url.netloc.decode()}",
            url.path,
            url.query.decode(),
            request.headers.get("authorization"),
        )
        self.sent.append(sent)
        if sent.origin != self._origin:
            return _stranger(request)
        response = await self._inner.handle_async_request(request)
        sent.status = response.status_code
        sent.received_s = now()
        sent.after = len(self.sent)
        sent.date_s = date_of(response)
        sent.request_id = response.headers.get("x-request-id")
        sent.length = int(response.headers["content-length"])
        hold_s = hold_until(response)
        sent.hold_s = None if hold_s is None else hold_s - self._epoch_s
        return response


def date_of(response: httpx.Response) -> int | None:
    """The service's time, in epoch seconds; None where the answer does not tell it."""
    date = response.headers.get("date")
    return None if date is None else int(parsedate_to_datetime(date).timestamp())


def hold_until(response: httpx.Response) -> float | None:
    """Epoch seconds, by the service's clock, before which nobody may ask again.

    Retry-After counts beside 429 and 503, in seconds from the answer's Date or
    as a date. A 429 without it holds for the reset that its headers name, or
    until the next minute begins.
    """
    if response.status_code not in (429, 503):
        return None
    made_s = date_of(response)
    assert made_s is not None
    asked = response.headers.get("retry-after", "")
    if re.fullmatch("[0-9]+", asked, re.ASCII):
        return made_s + int(asked)
    if asked.endswith(" GMT"):
        return parsedate_to_datetime(asked).timestamp()
    if response.status_code == 503:
        return None
    reset = response.headers.get("ratelimit-reset")
    if reset is not None:
        return made_s + int(reset)
    return (made_s // MINUTE_S + 1) * MINUTE_S


def _stranger(request: httpx.Request) -> httpx.Response:
    page = {
        "audit_logs": [],
        "meta": {"has_more": False, "after_cursor": None},
        "links": {"next": None},
    }
    return httpx.Response(200, json=page, request=request)

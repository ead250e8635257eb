"""The imitated API: one request in, one response out, state kept between.

In: requests as `Call` or as httpx values. Out: answers, exactly as documented,
errors included. No socket, no waiting: latency is left to the transports and
the server, and time comes from the clock handed in.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias, assert_never

from auditql.emulator import errors, limits
from auditql.emulator.access import check_access
from auditql.emulator.answers import Answer, Call
from auditql.emulator.dates import http_date
from auditql.emulator.errors import ApiError
from auditql.emulator.lists import ListEndpoint
from auditql.emulator.oauth import TokenDesk
from auditql.emulator.query_string import split_pairs
from auditql.emulator.settings import (
    ApiTokenAuth,
    Auth,
    BearerAuth,
    ClientCredentialsAuth,
    NoAuth,
    RateLimitKind,
    Settings,
)
from auditql.emulator.store import RecordStore

if TYPE_CHECKING:
    import httpx

    from auditql.emulator.records import Record

LIST_PATH = "/api/v2/audit_logs"
RECORD_PATH = LIST_PATH + "/"
TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path, no secret
REQUESTS_KEPT = 10_000

# An odd factor: the ids of answers look random, differ, and repeat in each run.
_ID_FACTOR = 0x9E3779B97F4A7C15

Clock: TypeAlias = Callable[[], float]
"""Epoch seconds, as `time.time` gives them."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request as it was received, and how it went.

    Attributes:
        method: the verb.
        path: the path without the query.
        query: the raw query string.
        origin: `scheme://host[:port]` that was called.
        had_credential: whether an Authorization header came; never its value.
        received_s: epoch seconds by the emulator's clock.
        status: the status of the answer.
    """

    method: str
    path: str
    query: str
    origin: str
    had_credential: bool
    received_s: float
    status: int

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """The parameters in the order sent, unescaped, repeats kept."""
        return split_pairs(self.query)


class Emulator:
    """One imitated account.

    Attributes:
        store: its records; may be shared with other emulators.
        settings: how it behaves.
        requests: the last `REQUESTS_KEPT` requests received, oldest first.
    """

    def __init__(
        self,
        records: Iterable[Record] | RecordStore,
        settings: Settings | None = None,
        clock: Clock = time.time,
    ) -> None:
        """Open an account over `records`.

        Args:
            records: in any order, or a store made before.
            settings: None means the documented behaviour.
            clock: epoch seconds; decides Date, rate limits, life of tokens.

        Raises:
            ValueError: on a record without id or time, or an id used twice.
        """
        if not isinstance(records, RecordStore):
            records = RecordStore(records)
        self.store: RecordStore = records
        self.settings = settings or Settings()
        self.requests: deque[ReceivedRequest] = deque(maxlen=REQUESTS_KEPT)
        self._clock = clock
        client = _client(self.settings.auth)
        self._desk = None if client is None else TokenDesk(client)
        self._lists = ListEndpoint(self.store, self.settings)
        self._limit_state: limits.LimitState | None = None
        self._numbers = count(1)
        self._lock = Lock()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The response to an httpx request; fits `httpx.MockTransport`.

        Never waits: `Settings.latency_s` is applied by transports and server.
        """
        import httpx

        answer = self.answer(read_call(request))
        return httpx.Response(
            answer.status,
            headers=list(answer.headers),
            content=answer.body,
            request=request,
        )

    def answer(self, call: Call) -> Answer:
        """The answer to a request, all headers but those of the connection."""
        now_s = self._clock()
        verdict = self._count(call, now_s)
        try:
            if verdict is not None and not verdict.allowed:
                raise errors.too_many_requests(verdict.reset_s)
            found = self._route(call, now_s)
        except ApiError as refusal:
            found = refusal.answer
        self.requests.append(
            ReceivedRequest(
                call.method,
                call.path,
                call.query,
                call.origin,
                "authorization" in call.headers,
                now_s,
                found.status,
            )
        )
        request_id = f"{next(self._numbers) * _ID_FACTOR % 2**64:016x}-SEA"
        head = [("Date", http_date(int(now_s))), ("X-Request-Id", request_id)]
        if found.content_type is not None:
            head.append(("Content-Type", found.content_type))
        if verdict is not None:
            head.extend(limits.headers(verdict))
        body = b"" if call.method == "HEAD" else found.body
        return Answer(found.status, body, found.content_type, (*head, *found.headers))

    @property
    def now_s(self) -> float:
        """The time by its clock, in epoch seconds."""
        return self._clock()

    def deliver(self, call: Call) -> Answer:
        """The answer, which always reaches the client whole."""
        return self.answer(call)

    def add(self, record: Record) -> None:
        """Let a record arrive: it stands where its time says from now on.

        Cursors given out before lead to the same places as before.

        Raises:
            ValueError: it has no id or time, or its id is used.
        """
        self.store = self.store.having(record)
        self._lists = ListEndpoint(self.store, self.settings)

    def _count(self, call: Call, now_s: float) -> limits.Verdict | None:
        """Charge a request to the allowance; tokens are had for nothing."""
        if self.settings.rate_limit is RateLimitKind.NONE:
            return None
        if not call.path.startswith("/api/"):
            return None
        with self._lock:
            self._limit_state, verdict = limits.decide(
                self.settings.rate_limit,
                self.settings.per_minute,
                self._limit_state,
                now_s,
            )
        return verdict

    def _route(self, call: Call, now_s: float) -> Answer:
        path = call.path.removesuffix(".json")
        if path == TOKEN_PATH:
            return self._mint(call, now_s)
        is_list = path == LIST_PATH
        name = "" if is_list else path.removeprefix(RECORD_PATH)
        if not is_list and (name in {"", path} or "/" in name):
            raise errors.invalid_endpoint()
        check_access(call, self.settings, self._desk, now_s)
        if call.method not in {"GET", "HEAD"}:
            raise errors.invalid_endpoint()
        return self._list(call) if is_list else self._record(name)

    def _mint(self, call: Call, now_s: float) -> Answer:
        if call.method != "POST":
            raise errors.invalid_endpoint()
        if self._desk is None:
            raise errors.oauth_error(401, "invalid_client", "No client is registered")
        return self._desk.mint(call, now_s)

    def _record(self, name: str) -> Answer:
        is_number = name.isascii() and name.isdigit() and len(name) < 20
        place = self.store.place_of(int(name)) if is_number else None
        if place is None:
            raise errors.record_not_found()
        body = self.store.bodies.pick((place,))[0]
        return Answer(200, b'{"audit_log":' + body + b"}")

    def _list(self, call: Call) -> Answer:
        origin = self.settings.link_origin or call.origin
        return Answer(200, self._lists.body(origin + call.path, call.query))


def _client(auth: Auth) -> ClientCredentialsAuth | None:
    """The OAuth client that may have tokens."""
    match auth:
        case ClientCredentialsAuth():
            return auth
        case NoAuth(client):
            return client
        case BearerAuth() | ApiTokenAuth():
            return None
        case _:
            assert_never(auth)


def read_call(request: httpx.Request) -> Call:
    """An httpx request as the emulator takes it."""
    url = request.url
    return Call(
        method=request.method,
        path=url.path,
        query=url.query.decode("ascii"),
        origin=f"{url.scheme}://{url.netloc.decode('ascii')}",
        headers=request.headers,
        body=request.read(),
    )

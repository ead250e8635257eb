"""One account asked as one user: a URL goes out, what it was asked for comes back.

In: URLs of the account's audit log. Out: what a reader of answers makes of
them, or an error of the tree. Here the parts meet: connections, retries,
tokens. Transport, clock, sleep and chance are handed in.
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import TypeVar

import httpx

from auditql.catalog.forms import form
from auditql.errors import AuthenticationFailed, ConfigurationError
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import retry
from auditql.providers.zendesk.auth import Credential, Minted
from auditql.providers.zendesk.exchange import Answer, Bounds, Exchange
from auditql.providers.zendesk.gate import Gate
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.pacer import SHARE, Pacer
from auditql.providers.zendesk.route import Route
from auditql.providers.zendesk.secret import Mask
from auditql.providers.zendesk.sending import Chance, Sender, Sleep
from auditql.providers.zendesk.tokens import Clock, Tokens

T = TypeVar("T")

_OK = frozenset({200})


@form
class Seams:
    """What a session takes from the world around it.

    Attributes:
        transport: instead of the network, such as the emulator.
        sleep: waits so many seconds.
        clock: a monotonic clock, in seconds.
        chance: numbers in [0, 1) that spread retries.
        bounds: on every answer.
        route: how the network is used, where no transport is handed in.
    """

    transport: httpx.AsyncBaseTransport | None = None
    sleep: Sleep = asyncio.sleep
    clock: Clock = time.monotonic
    chance: Chance = random.random
    bounds: Bounds = Bounds()
    route: Route = Route()


class Session:
    """Sends the requests of one reader, one credential, one origin."""

    def __init__(
        self,
        origin: Origin,
        credential: Credential,
        statistics: Statistics,
        seams: Seams | None = None,
        *,
        most_requests: int | None = None,
        share: float = SHARE,
    ) -> None:
        """Make a session; nothing is sent yet.

        Args:
            origin: where everything goes.
            credential: what proves who asks.
            statistics: counts what is done.
            seams: the world around; None means the real one.
            most_requests: after so many the run ends as partial.
            share: part of the account's rate limit that is used.
        """
        seams = seams if seams is not None else Seams()
        mask = Mask(credential.secrets)
        self.origin = origin
        self._exchange = Exchange(
            origin, mask, seams.transport, seams.bounds, seams.route
        )
        self._sender = Sender(
            self._exchange,
            mask,
            statistics,
            sleep=seams.sleep,
            chance=seams.chance,
            most_requests=most_requests,
        )
        self._tokens = Tokens(credential, self._sender, mask, seams.clock)
        self._gate = Gate(
            Pacer(share),
            statistics,
            clock=seams.clock,
            sleep=seams.sleep,
            most_wait_s=retry.MOST_WAIT_S,
        )

    def width(self, most: int) -> int:
        """How many requests at once reach the account's rate, at most `most`."""
        return self._gate.pacer.width(most)

    @property
    def rate(self) -> float:
        """Requests a second that may be sent in the long run; inf until it is told."""
        return self._gate.pacer.rate

    async def close(self) -> None:
        """Close the connections for good."""
        await self._exchange.close()

    async def __aenter__(self) -> "Session":
        """The session itself; connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    @property
    def token(self) -> Minted | None:
        """The token minted last; None where none was."""
        return self._tokens.live

    async def get(
        self,
        url: str,
        read: Callable[[Answer], T],
        statuses: Collection[int] = _OK,
    ) -> T:
        """What `read` makes of the answer to a GET, asked again while there is hope.

        Args:
            url: of the session's origin.
            read: raises BadPage for an answer that is not what was promised.
            statuses: those that `read` is given; every other is refused.

        Raises:
            RunError: it could not be had.
            ConfigurationError: the URL is not of this origin, or the session is
                closed; nothing was sent.
        """
        live: Minted | None = None
        is_dead = False
        since = self._tokens.failures

        async def make() -> httpx.Request:
            nonlocal live
            live = await self._tokens.take(since)
            try:
                return self._request(url, live)
            except ConfigurationError:
                self._tokens.give_back(live)
                raise

        def settle(answer: Answer) -> T:
            nonlocal is_dead
            if answer.status in statuses:
                self._tokens.prove(live)
                return read(answer)
            is_dead = answer.status == 401 and live is not None
            doubts = self._tokens.credential.doubts if answer.status == 401 else ""
            raise self._sender.refused(answer, help_=doubts)

        def ended() -> None:
            self._tokens.give_back(live)

        # A token may die in mid-run, and the next one as well before this request
        # leaves with it. As long as each of them served somebody, the read goes on.
        unlucky = 0
        while True:
            is_dead = False
            try:
                return await self._sender.settle(make, settle, self._gate, ended)
            except AuthenticationFailed as error:
                if not is_dead or live is None:
                    raise
                unlucky += not self._tokens.has_served(live)
                if not self._tokens.refuse(live, error) or unlucky > retry.TRIES:
                    raise

    def _request(self, url: str, live: Minted | None) -> httpx.Request:
        return self._exchange.request("GET", url, self._tokens.headers(live))

"""Who asks: the Authorization header, and tokens minted when they are needed.

In: a credential. Out: headers that do not show themselves. Tokens are minted
one at a time however many wait for one, renewed once for each token that the
service refuses, and a client that was refused is not tried again. Who may send
with which of them is decided in `turns`.
"""

import asyncio
import json
import time
from collections.abc import Callable
from math import inf
from typing import assert_never

import httpx

from auditql.errors import AuthenticationFailed, ConfigurationError, RunError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    Minted,
    NoCredential,
    minted,
)
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.origin import TOKEN_PATH
from auditql.providers.zendesk.secret import Mask
from auditql.providers.zendesk.sending import Sender
from auditql.providers.zendesk.turns import Turns

Clock = Callable[[], float]
"""A monotonic clock, in seconds."""

_DENIED = frozenset({400, 401, 403, 404})


class Tokens:
    """The proofs of one session's credential.

    Attributes:
        failures: how often no token was to be had.
    """

    def __init__(
        self,
        credential: Credential,
        sender: Sender,
        mask: Mask,
        clock: Clock = time.monotonic,
    ) -> None:
        """Take a credential; nothing is sent yet.

        Args:
            credential: what proves who asks.
            sender: sends the token requests.
            mask: is told of every token.
            clock: a monotonic clock, in seconds.
        """
        self.credential = credential
        self._sender = sender
        self._mask = mask
        self._clock = clock
        self._live: Minted | None = None
        self._turns = Turns()
        self._news = asyncio.Event()
        self._denied: AuthenticationFailed | None = None
        self._failed: RunError | None = None
        self.failures = 0
        self._turn = asyncio.Lock()

    @property
    def live(self) -> Minted | None:
        """The token that the client minted last; None before the first."""
        return self._live if isinstance(self.credential, ClientCredentials) else None

    async def take(self, since: int | None = None) -> Minted | None:
        """A token for one request that leaves now; None if none is renewed.

        Whoever takes one gives it back. After a refusal it takes until all who
        were sent have come back, and until the one who tries the new token has.

        Args:
            since: the `failures` that the caller knows of; None means all.

        Raises:
            RunError: there is none; or the new one is refused as well.
        """
        since = self.failures if since is None else since
        if not self._renews():
            return None
        while True:
            live = self._live
            if live is None or self._clock() >= live.until_s:
                await self.renew(live, since)
            elif self._turns.may_use(live.generation):
                self._turns.begin(live.generation)
                return live
            elif self._failed is not None and self.failures > since:
                raise _again(self._failed)
            elif self._turns.is_refused(live.generation) and self._turns.is_quiet():
                await self.renew(live, since)
            else:
                self._news.clear()
                await self._news.wait()

    def give_back(self, live: Minted | None) -> None:
        """Let others know that the request with this token has ended."""
        if live is not None:
            self._turns.end(live.generation)
            self._news.set()

    def prove(self, live: Minted | None) -> None:
        """Remember that somebody was let in with this token."""
        if live is not None:
            self._turns.let_in(live.generation)

    def has_served(self, live: Minted) -> bool:
        """Whether somebody was let in with this token or a newer one."""
        return self._turns.has_let_in(live.generation)

    def refuse(self, live: Minted, error: RunError) -> bool:
        """Use a token no more; gives whether another may be tried.

        Args:
            live: it was refused, and was given back.
            error: is told to all who wait, where no other is tried.
        """
        is_final = self._turns.is_final(live.generation)
        self._turns.refuse(live.generation)
        if is_final:
            self._failed = _again(error)
            self.failures += 1
        self._news.set()
        return not is_final

    async def renew(self, after: Minted | None, since: int | None = None) -> None:
        """Have a token newer than `after`; whoever comes second takes the first's.

        So it is with a failure: who waited while it came about does not try
        for himself.

        Args:
            after: the token that is of no use any more.
            since: the `failures` that the caller knows of; None means all.

        Raises:
            AuthenticationFailed: the client is refused; it is not asked again.
            RunError: the token endpoint gave none.
        """
        since = self.failures if since is None else since
        async with self._turn:
            live = self._live
            if live is not None and (
                after is None or live.generation > after.generation
            ):
                return
            if self._denied is not None:
                raise _again(self._denied)
            if self._failed is not None and self.failures > since:
                raise _again(self._failed)
            generation = 1 if live is None else live.generation + 1
            try:
                made = await self._new(generation)
            except RunError as error:
                self._failed = error
                self.failures += 1
                self._news.set()
                if isinstance(error, AuthenticationFailed):
                    self._denied = error
                raise
            self._mask.add(made.token)
            if live is not None and self._turns.is_refused(live.generation):
                self._turns.try_alone(generation)
            self._live = made

    def _renews(self) -> bool:
        """Whether there are tokens to renew; one made elsewhere is the first."""
        credential = self.credential
        if not isinstance(credential, Bearer):
            return isinstance(credential, ClientCredentials)
        if credential.renew is not None and self._live is None:
            self._live = Minted(credential.token, 1, inf)
        return credential.renew is not None

    def headers(self, live: Minted | None) -> httpx.Headers:
        """The headers that prove who asks; their repr does not show it."""
        match self.credential:
            case NoCredential():
                return httpx.Headers()
            case Bearer(token):
                token = token if live is None else live.token
                proof = f"Bearer {token.reveal()}"
            case ApiToken() as pair:
                proof = f"Basic {pair.pair()}"
            case ClientCredentials():
                assert live is not None
                proof = f"Bearer {live.token.reveal()}"
            case _:
                assert_never(self.credential)
        return httpx.Headers({"authorization": proof})

    async def _new(self, generation: int) -> Minted:
        """A new token, minted or made elsewhere."""
        credential = self.credential
        if isinstance(credential, ClientCredentials):
            return await self._mint(generation)
        assert isinstance(credential, Bearer)
        assert credential.renew is not None
        try:
            token = await asyncio.to_thread(credential.renew)
        except ConfigurationError as error:
            raise AuthenticationFailed(
                f"the access token has ended, and no new one is to be had: {error}",
                status=401,
            ) from None
        return Minted(token, generation, inf)

    async def _mint(self, generation: int) -> Minted:
        """A new token of the client."""
        sent_s = self._clock()

        async def make() -> httpx.Request:
            nonlocal sent_s
            sent_s = self._clock()  # its life begins before the answer is here
            return self._request()

        def read(answer: Answer) -> Minted:
            if answer.status not in (200, 201):
                raise self._refused(answer)
            found = minted(answer.json(), generation, sent_s)
            if isinstance(found, str):
                raise AuthenticationFailed(
                    self._mask(found),
                    status=answer.status,
                    request_id=answer.request_id,
                )
            return found

        return await self._sender.settle(make, read)

    def _request(self) -> httpx.Request:
        assert isinstance(self.credential, ClientCredentials)
        exchange = self._sender.exchange
        return exchange.request(
            "POST",
            exchange.origin.base + TOKEN_PATH,
            httpx.Headers({"content-type": "application/json"}),
            json.dumps(self.credential.body()).encode(),
        )

    def _refused(self, answer: Answer) -> RunError:
        refused = self._sender.refused(answer)
        if answer.status not in _DENIED:
            return refused
        return AuthenticationFailed(
            f"the OAuth client gets no token: {refused}",
            status=answer.status,
            request_id=answer.request_id,
        )


def _again(error: RunError) -> RunError:
    """The same error for another who waits, without the first one's traceback."""
    return type(error)(str(error), status=error.status, request_id=error.request_id)

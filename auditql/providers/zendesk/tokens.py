"""Who asks: the Authorization header, and tokens minted when they are needed.

In: a credential. Out: headers that do not show themselves. Tokens are minted
one at a time however many wait for one, renewed once for each token that the
service refuses, and a client that was refused is not tried again.
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
        self._proven = 0
        self._denied: AuthenticationFailed | None = None
        self._failed: RunError | None = None
        self.failures = 0
        self._turn = asyncio.Lock()

    @property
    def live(self) -> Minted | None:
        """The token that the client minted last; None before the first."""
        return self._live if isinstance(self.credential, ClientCredentials) else None

    async def current(self, since: int | None = None) -> Minted | None:
        """The token in use, minted where there is none; None if none is renewed.

        Args:
            since: the `failures` that the caller knows of; None means all.

        Raises:
            RunError: the token endpoint gave none.
        """
        credential = self.credential
        if isinstance(credential, Bearer) and credential.renew is not None:
            if self._live is None:
                self._live = Minted(credential.token, 1, inf)
            return self._live
        if not isinstance(credential, ClientCredentials):
            return None
        live = self._live
        if live is not None and self._clock() < live.until_s:
            return live
        await self.renew(live, since)
        return self._live

    def prove(self, live: Minted | None) -> None:
        """Remember that somebody was let in with this token."""
        if live is not None:
            self._proven = max(self._proven, live.generation)

    def is_proven(self, live: Minted | None) -> bool:
        """Whether somebody was let in with this token or a newer one."""
        return live is not None and live.generation <= self._proven

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
            try:
                self._live = await self._new(1 if live is None else live.generation + 1)
            except RunError as error:
                self._failed = error
                self.failures += 1
                if isinstance(error, AuthenticationFailed):
                    self._denied = error
                raise
            self._mask.add(self._live.token)

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

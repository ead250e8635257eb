"""A request is sent until it is settled: answered, refused, or given up.

In: how to make a request, and how to read its answer. Out: what was read, or
an error of the tree with the status and the request id of the last answer.
When to try again is decided in `retry`; it is acted on here. Every message
that leaves has the secrets of the session masked.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import TypeVar

import httpx

from auditql.errors import ApiError, ConnectionFailed, PartialAnswer, RunError
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import retry
from auditql.providers.zendesk.exchange import Answer, Exchange
from auditql.providers.zendesk.gate import Gate, Passage
from auditql.providers.zendesk.pages import BadPage
from auditql.providers.zendesk.refusals import refusal, words_of
from auditql.providers.zendesk.retry import Tried
from auditql.providers.zendesk.secret import Mask

Sleep = Callable[[float], Awaitable[object]]
"""Waits so many seconds."""

Chance = Callable[[], float]
"""Numbers in [0, 1) that spread retries."""

T = TypeVar("T")
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Sender:
    """Sends the requests of one session, one after another or side by side."""

    def __init__(
        self,
        exchange: Exchange,
        mask: Mask,
        statistics: Statistics,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
        wall: Callable[[], float] = time.time,
        most_requests: int | None = None,
    ) -> None:
        """Take what is needed to send; nothing is sent yet.

        Args:
            exchange: the connections.
            mask: takes secrets out of messages.
            statistics: counts what is done.
            sleep: waits so many seconds.
            chance: spreads retries.
            wall: this machine's time, in seconds since 1970 UTC.
            most_requests: after so many, PartialAnswer; None for no bound.
        """
        self.exchange = exchange
        self._mask = mask
        self._statistics = statistics
        self._sleep = sleep
        self._chance = chance
        self._wall = wall
        self._most_requests = most_requests

    async def settle(
        self,
        make: Callable[[], Awaitable[httpx.Request]],
        read: Callable[[Answer], T],
        gate: Gate | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> T:
        """What `read` makes of the answer to a request.

        Args:
            make: gives the request, anew for every attempt: after a wait a
                token may have ended. What it raises is raised.
            read: of an answer that no waiting would change. It raises BadPage
                for one that is not what was promised, which counts as an
                attempt that failed, and a RunError for a refusal.
            gate: lets each attempt leave when the account's rate allows it;
                None lets it leave at once.
            ended: is called after each attempt that was made, whatever came
                of it, before any wait.

        Raises:
            RunError: it could not be settled within the tries and waits of
                `retry`, or `read` raised it.
        """
        tried = Tried()
        while True:
            async with nullcontext() if gate is None else gate.passage() as passage:
                request = await make()
                try:
                    if gate is not None and gate.is_held:
                        continue  # others were told to wait while a token was had
                    self._spend()
                    return await self._attempt(request, read, passage)
                except _Again as caught:
                    failed = caught.without_frames()
                finally:
                    ended()
            decide = retry.after_limit if failed.is_limit else retry.after_failure
            following = decide(tried, failed.headers, self._chance())
            held_s = _held_s(failed, following)
            if gate is not None and held_s is not None:
                gate.hold(held_s)
            if following is None:
                raise _given_up(failed, tried)
            tried = following
            self._statistics.retries += 1
            if gate is None or not failed.is_limit:  # else the gate waits
                self._statistics.waited_ms += int(tried.wait_s * 1000)
                await self._sleep(tried.wait_s)

    def refused(self, answer: Answer, *, help_: str = "") -> RunError:
        """The error for an answer that refuses, with the service's words."""
        words = words_of(answer.body, answer.content_type, self._mask)
        return refusal(answer.status, words, answer.request_id, help_=help_)

    async def _attempt(
        self,
        request: httpx.Request,
        read: Callable[[Answer], T],
        passage: Passage | None,
    ) -> T:
        """What `read` makes of the answer to one attempt.

        Raises:
            _Again: the attempt failed in a way that may pass.
            RunError: `read` raised it.
        """
        try:
            answer = await self.exchange.send(request)
        except ConnectionFailed as error:
            raise _Again(error) from None
        if self._statistics.server_s is None and not self._statistics.is_undated:
            self._statistics.server_s = answer.server_s
            self._statistics.local_s = int(self._wall())
        if answer.status == retry.TOO_MANY:
            self._statistics.limited += 1
            wait_s = retry.limit_wait_s(answer.headers)
            refused = self.refused(answer, help_=f"it asks to wait {wait_s:,.0f} s")
            raise _Again(refused, answer.headers, is_limit=True)
        if passage is not None:
            passage.headers = answer.headers
        if retry.is_failure(answer.status):
            raise _Again(self.refused(answer), answer.headers)
        try:
            found = read(answer)
        except BadPage as bad:
            words = self._mask(str(bad))
        else:
            self._statistics.is_undated = self._statistics.server_s is None
            return found
        raise _Again(
            ApiError(words, status=answer.status, request_id=answer.request_id)
        )

    def _spend(self) -> None:
        """Count a request, or end the run where none is left."""
        most = self._most_requests
        if most is not None and self._statistics.requests >= most:
            made = "1 request is" if most == 1 else f"{most:,} requests are"
            raise PartialAnswer(
                f"{made} made, the most that were allowed "
                "(--max-requests): the answer is not complete"
            )
        self._statistics.requests += 1


class _Again(Exception):
    """An attempt failed, and another may succeed.

    Attributes:
        error: what is raised when no other is made.
        headers: of the answer, where it may ask for a wait.
        is_limit: the rate limit held it up.
    """

    def __init__(
        self,
        error: RunError,
        headers: Mapping[str, str] = _NO_HEADERS,
        *,
        is_limit: bool = False,
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.headers = headers
        self.is_limit = is_limit

    def without_frames(self) -> "_Again":
        """The same without its traceback, by whose frames it would hold itself.

        The answer and the request are in them, and in a long run of retries
        they would wait for the garbage collection of the oldest by the hundred.
        """
        self.error.__traceback__ = None
        return self.with_traceback(None)


def _held_s(failed: _Again, following: Tried | None) -> float | None:
    """Seconds for which an answer holds everybody; None where it does not."""
    if not failed.is_limit:
        return retry.retry_after_s(failed.headers)
    return retry.limit_wait_s(failed.headers) if following is None else following.wait_s


def _given_up(failed: _Again, tried: Tried) -> RunError:
    """The error of the last attempt, with what was done before."""
    error = failed.error
    if failed.is_limit:
        before = f"after waiting {tried.limited_s:,.0f} s: " if tried.limited else ""
    else:
        attempts = tried.failures + 1
        before = f"after {attempts} attempts: " if attempts > 1 else ""
    return type(error)(
        f"{before}{error}", status=error.status, request_id=error.request_id
    )

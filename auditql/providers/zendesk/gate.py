"""The one gate through which the requests of an account leave.

In: something that sends a request. Out: its answer, as soon as the pacer let
it leave. Workers leave in the order in which they came; the clock, the sleep
and chance are handed in, and what is allowed is decided by the pacer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, Protocol, TypeVar

from auditql.plan.reader import Statistics
from auditql.providers.zendesk.pacer import Pacer


class Answered(Protocol):
    """As much of an answer as the pace depends on."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by lower-case name."""
        ...


A = TypeVar("A", bound=Answered)


class Gate(Generic[A]):
    """Lets requests leave one by one, as the pacer says."""

    def __init__(
        self,
        pacer: Pacer,
        statistics: Statistics,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        chance: Callable[[], float],
        hold_s: Callable[[A], float | None],
    ) -> None:
        """Open the gate.

        Args:
            pacer: decides.
            statistics: its `waited_ms` counts what the head of the line waits.
            clock: a monotonic clock, in seconds.
            sleep: waits so many seconds.
            chance: numbers in [0, 1) that spread those who come back.
            hold_s: seconds for which an answer holds everybody; None for an
                answer that holds nobody.
        """
        self.pacer = pacer
        self._statistics = statistics
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._hold_s = hold_s
        self._line = asyncio.Lock()
        self._news = asyncio.Event()
        self._slept_until_s = float("-inf")

    async def through(self, send: Callable[[], Awaitable[A]]) -> A:
        """The answer to a request that is sent when it may leave."""
        number = await self._leave()
        try:
            answer = await send()
        except BaseException:
            self.pacer.lost(number)
            self._news.set()
            raise
        now_s = self._now_s()
        hold_s = self._hold_s(answer)
        if hold_s is None:
            self.pacer.answered(number, now_s, answer.headers)
        else:
            self.pacer.refused(number, now_s, hold_s, self._chance())
        self._news.set()
        return answer

    async def _leave(self) -> int:
        """Wait in line for the leave to send; gives the request's number."""
        async with self._line:
            while True:
                delay_s = self.pacer.delay_s(self._now_s())
                if delay_s == 0:
                    return self.pacer.leave(self._now_s())
                if delay_s is None:
                    self._news.clear()
                    await self._news.wait()
                    continue
                self._statistics.waited_ms += int(delay_s * 1000)
                until_s = self._now_s() + delay_s
                await self._sleep(delay_s)
                self._slept_until_s = until_s

    def _now_s(self) -> float:
        """The time; at least what was slept up to, however coarse the clock."""
        return max(self._clock(), self._slept_until_s)

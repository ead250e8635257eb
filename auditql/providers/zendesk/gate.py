"""The one gate through which the requests of an account leave.

In: workers who want to send. Out: each of them, as soon as the pacer lets it
leave, in the order in which they came. The clock and the sleep are handed in;
what is allowed is decided by the pacer.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from auditql.errors import RateLimited
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.pacer import Pacer


class Passage:
    """One request that has left.

    Attributes:
        headers: of its answer, by lower-case name; None while there is none,
            and where the answer is a refusal for the rate.
    """

    def __init__(self) -> None:
        """Leave, with no answer yet."""
        self.headers: Mapping[str, str] | None = None


class Gate:
    """Lets requests leave one by one, as the pacer says."""

    def __init__(
        self,
        pacer: Pacer,
        statistics: Statistics,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        most_wait_s: float,
    ) -> None:
        """Open the gate.

        Args:
            pacer: decides.
            statistics: its `waited_ms` counts what the head of the line waits.
            clock: a monotonic clock, in seconds.
            sleep: waits so many seconds.
            most_wait_s: longest that the head of the line waits at once.
        """
        self.pacer = pacer
        self._statistics = statistics
        self._clock = clock
        self._sleep = sleep
        self._most_wait_s = most_wait_s
        self._line = asyncio.Lock()
        self._news = asyncio.Event()
        self._slept_until_s = float("-inf")

    @asynccontextmanager
    async def passage(self) -> AsyncGenerator[Passage, None]:
        """Wait until a request may leave; it lasts as long as the context.

        Raises:
            RateLimited: it may not leave for too long a time.
        """
        number = await self._leave()
        passage = Passage()
        try:
            yield passage
        finally:
            if passage.headers is None:
                self.pacer.lost(number)
            else:
                self.pacer.answered(number, self._now_s(), passage.headers)
            self._news.set()

    @property
    def is_held(self) -> bool:
        """Whether nobody may leave now, not even who has passed: see `hold`."""
        return self.pacer.is_held(self._now_s())

    def hold(self, wait_s: float) -> None:
        """Let nobody leave for so many seconds: the service has asked for it."""
        self.pacer.hold(self._now_s(), wait_s)

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
                if delay_s > self._most_wait_s:
                    raise RateLimited(
                        f"the service asks to wait {delay_s:,.0f} s, too long for a run"
                    )
                self._statistics.waited_ms += int(delay_s * 1000)
                until_s = self._now_s() + delay_s
                await self._sleep(delay_s)
                self._slept_until_s = until_s

    def _now_s(self) -> float:
        """The time; at least what was slept up to, however coarse the clock."""
        return max(self._clock(), self._slept_until_s)

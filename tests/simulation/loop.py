"""An event loop whose clock jumps: hours of waiting pass in no time.

In: a coroutine. Out: its result. Where a real loop would sleep until the next
timer, the clock is set forward to it. No socket, no thread, no signal: a loop
that has nothing to do and no timer is a deadlock and says so, and one that
goes round too often is stopped.

`asyncio.sleep`, `timeout`, `wait_for`, tasks, locks and queues work as ever;
`loop.time()` is the jumping clock, which begins at 0.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

MOST_STEPS = 100_000
"""Rounds of the loop that one run may take."""


class Deadlock(Exception):
    """Everybody waits for somebody, and no timer is set."""


class TooManySteps(Exception):
    """The run goes on and on."""


class _Selector:
    """Passes time instead of waiting for sockets."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def select(self, timeout: float | None) -> list[object]:
        """Set the clock forward.

        Raises:
            Deadlock: there is no timer to set it to.
        """
        if timeout is None:
            raise Deadlock("nothing to do, and no timer is set")
        self.now_s += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop on a clock of its own.

    Attributes:
        after_step: called after each round; what it raises ends the run at once.
    """

    def __init__(self, most_steps: int = MOST_STEPS) -> None:
        super().__init__()
        self.after_step: Callable[[], None] | None = None
        self._selector = _Selector()
        self._steps_left = most_steps

    def time(self) -> float:
        """Seconds since the loop began."""
        return self._selector.now_s

    def _run_once(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise TooManySteps("the run goes on and on")
        super()._run_once()  # type: ignore[misc] # all loops of asyncio have it
        if self.after_step is not None:
            self.after_step()

    def _process_events(self, _events: list[object]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """There is no thread to wake."""


def run(main: Coroutine[Any, Any, T], most_steps: int = MOST_STEPS) -> T:
    """The result of a coroutine on a loop of its own.

    Raises:
        Deadlock: it waits for what never comes.
        TooManySteps: it goes on and on.
        LeftOver: it ended and tasks of it did not.
    """
    loop = VirtualLoop(most_steps)
    try:
        result = loop.run_until_complete(main)
        left = asyncio.all_tasks(loop)
        if left:
            raise LeftOver(f"still running: {left}")
        return result
    finally:
        _end(loop)


class LeftOver(Exception):
    """Tasks outlived the run that started them."""


def _end(loop: VirtualLoop) -> None:
    """Cancel what still runs, then close the loop."""
    loop._steps_left = MOST_STEPS
    try:
        while left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()

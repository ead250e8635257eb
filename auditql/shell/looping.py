"""One coroutine on an event loop of its own, which a signal may end in its middle.

In: a coroutine, and the world that it works in. Out: what it gives, or what it
raises. What is cut short is told by whoever runs it, never by the loop as well.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from auditql.catalog.forms import form

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

Loop = Callable[[], asyncio.AbstractEventLoop]


@form
class Seams:
    """What work takes from the world around it.

    Attributes:
        transport: instead of the network.
        sleep: waits so many seconds.
        clock: a monotonic clock, in seconds.
        wall: this machine's time, in seconds since 1970 UTC.
    """

    transport: "httpx.AsyncBaseTransport | None" = None
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


def run(coroutine: Coroutine[Any, Any, T], loop: Loop | None = None) -> T:
    """Run it to its end.

    Args:
        coroutine: the work.
        loop: makes the event loop; None for the usual one.

    Raises:
        KeyboardInterrupt: a signal came; the loop is closed by then.
    """
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.get_loop().set_exception_handler(lambda _loop, _what: None)
        try:
            return runner.run(coroutine)
        except KeyboardInterrupt:
            _turn_over(runner.get_loop())
            raise


def _turn_over(loop: asyncio.AbstractEventLoop) -> None:
    """Let a loop do what is due.

    A task that ended in the turn that was interrupted has asked the loop to stop:
    left for later, that would stop it in the middle of being closed.
    """
    loop.call_soon(loop.stop)
    loop.run_forever()

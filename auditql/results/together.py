"""Several waits at once: all of them end well, or one error says why not.

In: awaitables of which none needs another. Out: nothing, once all have ended.
No task outlives the call, whether it ends well, fails or is cancelled, and no
group of errors reaches anyone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

MOST_AT_ONCE = 64
"""Most waits that are begun at once, as many as an account may be asked."""

T = TypeVar("T")


async def together(do: Callable[[T], Awaitable[None]], all_of: Sequence[T]) -> None:
    """Do it for all of them, begun in their order, at most `MOST_AT_ONCE` at once.

    The first that fails ends the others; where several fail at once, the error
    of the one that was begun first is raised.
    """
    if len(all_of) <= 1:
        for one in all_of:
            await do(one)
        return
    waiting = iter(all_of)
    workers = min(len(all_of), MOST_AT_ONCE)
    tasks = [asyncio.create_task(_each(do, waiting)) for _ in range(workers)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _each(do: Callable[[T], Awaitable[None]], waiting: Iterator[T]) -> None:
    """Do it for one after another, as long as there are any."""
    for one in waiting:
        await do(one)

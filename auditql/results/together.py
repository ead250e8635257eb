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

    The first that fails ends the others before any of them takes another step.
    """
    if len(all_of) <= 1:
        for one in all_of:
            await do(one)
        return
    waiting = iter(all_of)
    workers = min(len(all_of), MOST_AT_ONCE)
    tasks: list[asyncio.Task[None]] = []
    for _ in range(workers):
        tasks.append(asyncio.create_task(_each(do, waiting, tasks)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    # Errors first: they are why the others were cancelled. One that was cancelled
    # by somebody else has not ended well either, and its rest would be lost.
    for task in sorted(tasks, key=asyncio.Task.cancelled):
        task.result()


async def _each(
    do: Callable[[T], Awaitable[None]],
    waiting: Iterator[T],
    workers: Sequence[asyncio.Task[None]],
) -> None:
    """Do it for one after another, as long as there are any."""
    try:
        for one in waiting:
            await do(one)
    except Exception:
        # Not only once somebody hears of it: what this one frees may be what
        # the next one waits for, and a refused credential would be sent again.
        for worker in workers:
            if worker is not asyncio.current_task():
                worker.cancel()
        raise

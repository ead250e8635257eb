"""A thread that talks to an engine, so that the event loop goes on.

In: work that blocks. Out: what it gives, awaited. All work is done by one thread, as
drivers want it. Whoever stops waiting has the engine told to stop; if it does not
hear, the thread is left alone: the process does not wait for it at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 0.7
"""How long an engine is given to stop; a Ctrl-C is obeyed within a second."""

_STEP_S = 0.05


class Worker:
    """One thread, begun with the first work."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        """Begin nothing yet.

        Args:
            cancel: tells the engine to stop, from another thread.
        """
        self._cancel = cancel
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def do(self, work: Callable[[], T]) -> T:
        """What the work gives, or raises."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(value: T | None, error: BaseException | None) -> None:
            if done.done():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(value)  # type: ignore[arg-type] # a T, where there is no error

        def run() -> None:
            value, error = None, None
            try:
                value = work()
            except BaseException as raised:
                error = raised
            with suppress(RuntimeError):  # the run is over
                loop.call_soon_threadsafe(settle, value, error)

        if self._thread is None:
            self._thread = Thread(target=self._go, daemon=True)
            self._thread.start()
        self._work.put(run)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await self._stop(done)
            raise

    async def _stop(self, done: asyncio.Future[T]) -> None:
        """Tell the engine to stop, until it has or patience ends."""
        for _ in range(int(PATIENCE_S / _STEP_S)):
            with suppress(Exception):  # drivers raise what they like
                self._cancel()
            await asyncio.wait([done], timeout=_STEP_S)
            if done.done():
                break
        if done.done() and not done.cancelled():
            done.exception()  # looked at, so that nobody tells it as lost

    def _go(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def end(self) -> None:
        """Let the thread end once its work is done."""
        if self._thread is not None:
            self._work.put(None)

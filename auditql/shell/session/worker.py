"""The thread that a session works in, so that it can be stopped at any moment.

In: one coroutine after another. Out: what it tells, by its turn. An event loop runs
while there is work and only then; it is kept from one job to the next, and with it
the connections.
"""

from __future__ import annotations

import asyncio
import ctypes
import queue
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress

from auditql.shell.session.turn import GENTLE_S, PATIENT_S, Stopped, Turn

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class Worker:
    """One thread, begun with the first job.

    Attributes:
        gentle_s: seconds in which a cancelled task may end by itself.
        patient_s: seconds after which nobody waits for the end any more.
    """

    def __init__(
        self,
        loop_factory: LoopFactory | None = None,
        on_lost: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin nothing yet.

        Args:
            loop_factory: makes the event loop; None for the usual one.
            on_lost: called where a loop was lost, with all that was bound to it.
        """
        self.gentle_s = GENTLE_S
        self.patient_s = PATIENT_S
        self._loop_factory = loop_factory
        self._on_lost = on_lost
        self._thread: _Thread | None = None

    def begin(self, job: Coroutine[object, object, None]) -> Turn:
        """Run a job; at most one at a time."""
        turn = Turn(self, job)
        if self._thread is None or not self._thread.is_alive():
            self._thread = _Thread(self._loop_factory, self._on_lost)
            self._thread.start()
        self._thread.jobs.put(turn)
        return turn

    def strike(self) -> None:
        """Raise Stopped in the thread: what computes there ends."""
        if self._thread is not None:
            self._thread.strike()

    def leave(self) -> None:
        """Let the thread end whenever it can; the next job gets another."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.is_left = True
            thread.strike()
            thread.jobs.put(None)
            self._on_lost()

    def close(self) -> None:
        """End the thread, once its job has ended."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.jobs.put(None)
            thread.join(1.0)


class _Thread(threading.Thread):
    """Runs jobs on a loop that is kept from one to the next."""

    def __init__(
        self, loop_factory: LoopFactory | None, on_lost: Callable[[], object]
    ) -> None:
        super().__init__(name="auditql session", daemon=True)
        self.jobs: queue.SimpleQueue[Turn | None] = queue.SimpleQueue()
        self.is_left = False
        self._loop_factory = loop_factory
        self._on_lost = on_lost
        self._runner: asyncio.Runner | None = None

    def strike(self) -> None:
        """Raise Stopped at the next step that Python makes in this thread."""
        if self.ident is not None:
            _raise_in(self.ident, Stopped)

    def run(self) -> None:
        """Run jobs until None comes; a strike that comes late is nothing."""
        while not self.is_left:
            try:
                turn = self.jobs.get()
                if turn is None:
                    break
                self._turn(turn)
            except Stopped:
                continue
        with suppress(Stopped, Exception):
            self._lose()

    def _turn(self, turn: Turn) -> None:
        """Run one job; it is said to have ended whatever happens."""
        try:
            try:
                if self._runner is None:
                    self._runner = asyncio.Runner(loop_factory=self._loop_factory)
                    loop = self._runner.get_loop()
                    loop.set_exception_handler(lambda _loop, _what: None)
                turn.run(self._runner)
            except Stopped:
                # The loop may have been struck in its own works: it is not kept.
                turn.is_cut = True
                self._lose()
                if not self.is_left:
                    self._on_lost()
        finally:
            if self.ident is not None:
                _raise_in(self.ident, None)
            turn.end()

    def _lose(self) -> None:
        """Close the loop and what is bound to it."""
        runner, self._runner = self._runner, None
        if runner is not None:
            with suppress(Exception):
                runner.close()


def _raise_in(ident: int, kind: type[BaseException] | None) -> None:
    """Raise an exception in another thread; None takes back one that waits there."""
    value = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), value)

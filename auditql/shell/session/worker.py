"""The thread that a session works in, so that it can be stopped at any moment.

In: one coroutine after another. Out: what it tells, by its turn. An event loop runs
while there is work and only then; it is kept from one job to the next, and with it
the connections.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
import threading
from collections import deque
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
        self._thread.put(turn)
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
            thread.put(None)
            self._on_lost()

    def close(self) -> None:
        """End the thread, once its job has ended."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.put(None)
            thread.join(1.0)


class _Thread(threading.Thread):
    """Runs jobs on a loop that is kept from one to the next."""

    def __init__(
        self, loop_factory: LoopFactory | None, on_lost: Callable[[], object]
    ) -> None:
        super().__init__(name="auditql session", daemon=True)
        self._jobs: deque[Turn | None] = deque()
        self._news = threading.Event()
        self.is_left = False
        self._loop_factory = loop_factory
        self._on_lost = on_lost
        self._runner: asyncio.Runner | None = None
        self._is_running = False
        self._gate = threading.Lock()
        self._is_over = False

    def strike(self) -> None:
        """Raise Stopped at the next step that Python makes in this thread."""
        with self._gate:
            if self.ident is not None and not self._is_over:
                _hide_strikes()
                _raise_in(self.ident)

    def put(self, job: Turn | None) -> None:
        """Run a job when those before have ended; None ends the thread."""
        self._jobs.append(job)
        self._news.set()

    def run(self) -> None:
        """Run jobs until None comes; a strike that comes late is nothing."""
        while not self.is_left:
            with suppress(Stopped):
                self._steps()
        with suppress(Stopped, Exception):
            self._lose()
        while not self._is_over:
            with suppress(Stopped), self._gate:
                self._is_over = True
        _settle()

    def _steps(self) -> None:
        """Take steps; here too, where nothing else is between, a strike may hit."""
        while not self.is_left:
            with suppress(Stopped):
                self._step()

    def _step(self) -> None:
        """Wait for a job, or run the next one.

        A strike may end this anywhere: a job is taken away only once it has ended,
        and the step after does what is left to do.
        """
        if not self._jobs:
            self._news.wait()
            self._news.clear()
            return
        job = self._jobs[0]
        if job is None:
            self.is_left = True
            return
        if not job.is_begun:
            _settle()  # what was meant for the job before
            job.is_begun = True
            self._run_job(job)
            _settle()
        elif self._is_running:
            job.is_cut = True
            self._is_running = False
            self._lose_loop()
        job.end()
        self._jobs.popleft()

    def _run_job(self, job: Turn) -> None:
        """Run one job to its end."""
        self._is_running = True
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=self._loop_factory)
            loop = self._runner.get_loop()
            loop.set_exception_handler(lambda _loop, _what: None)
        job.run(self._runner)
        self._is_running = False

    def _lose_loop(self) -> None:
        """Part with a loop that may have been struck in its own works."""
        self._lose()
        if not self.is_left:
            self._on_lost()

    def _lose(self) -> None:
        """Close the loop and what is bound to it."""
        runner, self._runner = self._runner, None
        if runner is not None:
            with suppress(Exception):
                runner.close()


def _raise_in(ident: int) -> None:
    """Raise Stopped in a thread, in place of one that waits there."""
    stopped = ctypes.py_object(Stopped)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), stopped)


def _settle() -> None:
    """Take a strike that has not hit yet, so that none waits.

    Taking it back is not enough: CPython 3.11 and 3.12 lower the sign that one waits
    only where it is raised. Until then every thread looks for it at each call, and
    one that is traced never gets on.
    """
    with suppress(Stopped):
        _raise_in(threading.get_ident())
        while True:  # it is raised at the next turn
            pass


class _Hook:
    """Passes on what is raised where nobody can take it, but for strikes.

    Python prints it; a strike may hit a callback of the collector, and is only
    made again.
    """

    def __init__(self, before: Callable[[sys.UnraisableHookArgs], object]) -> None:
        self._before = before

    def __call__(self, raised: sys.UnraisableHookArgs) -> None:
        if not issubclass(raised.exc_type, Stopped):
            self._before(raised)


def _hide_strikes() -> None:
    """See that no strike is printed, whatever it hits."""
    if not isinstance(sys.unraisablehook, _Hook):
        sys.unraisablehook = _Hook(sys.unraisablehook)

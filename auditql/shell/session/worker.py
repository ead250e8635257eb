"""The thread that a session works in, so that it can be stopped at any moment.

In: one coroutine after another. Out: what it tells, in a queue that is taken from
on the caller's thread. An event loop runs while there is work and only then.

Stopping has three steps, each for what the one before does not reach: the task is
cancelled, which ends every wait; an exception is raised in the thread, which ends
what computes; and at last nobody waits any more: what has not ended by the time
that the next job comes is left alone, and another thread takes its place.
"""

from __future__ import annotations

import asyncio
import ctypes
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress

from auditql.shell.session.events import Event, Reply

GENTLE_S = 0.02
"""Seconds in which a cancelled task may end by itself."""

PATIENT_S = 0.06
"""Seconds after which nobody waits for the end any more."""

LEAVE_S = 0.5
"""Seconds that the next job waits for it all the same."""

_LOOK_S = 0.01
_WAIT_S = 60.0

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class Stopped(BaseException):
    """Ends what computes in the thread; nobody but the worker takes it."""


class Late(Exception):
    """The job was told to end, and did not end in time."""


class _End:
    """Stands behind the last thing that a job told."""


class _Wake:
    """Lets whoever waits for something look up."""


class Turn:
    """One job while it runs.

    Attributes:
        is_stopped: it was told to end.
        is_over: it has ended, and all that it told was taken.
        is_cut: it was ended before it was done.
    """

    def __init__(self, worker: Worker, job: Coroutine[object, object, None]) -> None:
        """Run it as soon as the thread is free."""
        self.is_stopped = self.is_over = self.is_cut = False
        self._worker = worker
        self._job = job
        self._told: queue.SimpleQueue[Event | _End | _Wake] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped_s = 0.0
        self._is_struck = False
        self._lock = threading.Lock()
        self._has_ended = False
        self._ident: int | None = None

    def tell(self, what: Event) -> None:
        """Tell something; a thread that was left alone tells nothing any more."""
        if threading.get_ident() == self._ident:
            self._told.put(what)

    def wait_for_answer(self) -> Reply:
        """What the caller answers; called from inside of the job, which waits."""
        return self._answers.get()

    def answer(self, what: Reply) -> None:
        """Let the job that waits for an answer go on."""
        self._answers.put(what)

    def stop(self) -> None:
        """Let the job end; returns at once, from any thread."""
        with self._lock:
            if self.is_stopped or self._has_ended:
                return
            self.is_stopped = True
            self._stopped_s = time.monotonic()
            self._cancel()
        self._told.put(_Wake())

    def next(self, patient_s: float = PATIENT_S) -> Event | None:
        """What is told next; None once the job has ended.

        Args:
            patient_s: how long a job that is told to end may take to.

        Raises:
            Late: it was told to end and did not in time.
        """
        while True:
            try:
                told = self._told.get(timeout=_LOOK_S if self.is_stopped else _WAIT_S)
            except queue.Empty:
                self._press(patient_s)
                continue
            if isinstance(told, _Wake):
                continue
            if isinstance(told, _End):
                self.is_over = True
                return None
            return told

    def _press(self, patient_s: float) -> None:
        """Do more about a job that was told to end and goes on.

        Raises:
            Late: enough was done.
        """
        if not self.is_stopped:
            return
        past_s = time.monotonic() - self._stopped_s
        if past_s >= GENTLE_S and not self._is_struck:
            self._is_struck = True
            self._worker.strike()
        if past_s >= patient_s:
            raise Late

    def press_again(self) -> None:
        """Begin anew to let it end."""
        self._is_struck = False
        self._stopped_s = time.monotonic() - GENTLE_S

    def _cancel(self) -> None:
        """Cancel the task, if it is there already; the lock is held."""
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _run(self) -> None:
        """The job, known by its task from the first step."""
        with self._lock:
            self._task = asyncio.current_task()
            self._loop = asyncio.get_running_loop()
            if self.is_stopped:
                self._cancel()
        await self._job

    def end(self) -> None:
        """Nothing more is told."""
        with self._lock:
            self._has_ended = True
        self._told.put(_End())

    def run(self, runner: asyncio.Runner) -> None:
        """Run the job to its end; called by the thread."""
        self._ident = threading.get_ident()
        with suppress(asyncio.CancelledError):
            runner.run(self._run())
        if self._task is None:
            self._job.close()


class Worker:
    """One thread, begun with the first job."""

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

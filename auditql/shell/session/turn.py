"""One job in the thread of a session: what it tells, and how it is made to end.

In: a coroutine, events that it tells. Out: these events, on the caller's thread.

Stopping has three steps, each for what the one before does not reach: the task is
cancelled, which ends every wait; an exception is raised in the thread, which ends
what computes; and at last nobody waits any more: what has not ended by the time
that the next job comes is left alone, and another thread takes its place.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Protocol

from auditql.shell.session.events import Event, Finished, Reply, Rows

GENTLE_S = 0.02
"""Seconds in which a cancelled task may end by itself."""

PATIENT_S = 0.06
"""Seconds after which nobody waits for the end any more."""

ENDING_S = 0.3
"""As long for a job that has heard it, and shows what it has."""

LEAVE_S = 0.5
"""Seconds that the next job waits for it all the same."""

_AGAIN_S = 0.03
_LOOK_S = 0.01
_WAIT_S = 60.0


class Stopped(BaseException):
    """Ends what computes in the thread; nobody but the worker takes it."""


INTERRUPTIONS = (asyncio.CancelledError, Stopped)
"""What Ctrl-C becomes inside of the thread."""


class Late(Exception):
    """The job was told to end, and did not end in time."""


class Striker(Protocol):
    """The thread of a job.

    Attributes:
        gentle_s: seconds in which a cancelled task may end by itself.
        patient_s: seconds after which nobody waits for the end any more.
    """

    gentle_s: float
    patient_s: float

    def strike(self) -> None:
        """Raise Stopped in it."""
        ...


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
        is_begun: the thread has taken it up.
        shown: rows of the answer it is at that were taken.
    """

    def __init__(self, worker: Striker, job: Coroutine[object, object, None]) -> None:
        """Run it as soon as the thread is free."""
        self.is_stopped = self.is_over = self.is_cut = self.is_begun = False
        self.shown = 0
        self._worker = worker
        self._job = job
        self._told: queue.SimpleQueue[Event | _End | _Wake] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped_s = 0.0
        self._struck_at_s = worker.gentle_s
        self._is_heard = False
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

    def heard(self) -> None:
        """Say that the job ends now, and only shows what it has."""
        self._is_heard = True

    def next(self, patient_s: float | None = None) -> Event | None:
        """What is told next; None once the job has ended.

        Args:
            patient_s: how long a job that is told to end may take to; None for
                as long as a person does not notice.

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
            self._count(told)
            return told

    def _count(self, told: Event) -> None:
        if isinstance(told, Rows):
            self.shown += len(told.rows)
        elif isinstance(told, Finished):
            self.shown = 0

    def _press(self, patient_s: float | None) -> None:
        """Do more about a job that was told to end and goes on.

        Raises:
            Late: enough was done.
        """
        if not self.is_stopped:
            return
        past_s = time.monotonic() - self._stopped_s
        if patient_s is None:
            patient_s = ENDING_S if self._is_heard else self._worker.patient_s
        if not self._is_heard and past_s >= self._struck_at_s:
            # A strike may hit what swallows it.
            self._struck_at_s = past_s + _AGAIN_S
            self._worker.strike()
        if past_s >= patient_s:
            raise Late

    def press_again(self) -> None:
        """Begin anew to let it end."""
        self._is_heard = False
        self._struck_at_s = 0.0
        self._stopped_s = time.monotonic()

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
        """Nothing more is told; may be called again."""
        if self._task is None:
            self._job.close()
        self._told.put(_End())
        with self._lock:
            self._has_ended = True

    def run(self, runner: asyncio.Runner) -> None:
        """Run the job to its end; called by the thread."""
        self._ident = threading.get_ident()
        with suppress(asyncio.CancelledError):
            runner.run(self._run())

"""Signals while the shell runs: Ctrl-C, a polite kill, and going on after a stop.

In: signals. Out: a session that ends what it does, a terminal that is quiet again.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from auditql.shell.terminal.quiet import Quiet

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = tuple(
    getattr(signal, name)
    for name in (*_ENDINGS, "SIGCONT")
    if hasattr(signal, name)  # Windows has not all of them
)


class Signals:
    """Ctrl-C, and a polite kill: the session is told to end what it does.

    An exception is raised only where nothing is half done: where one waits.

    Attributes:
        session: the one that works on an entry; None while none does.
        is_waiting: its next event is waited for.
        is_leaving: the process is to end.
    """

    def __init__(self, quiet: Quiet) -> None:
        """Nothing came yet.

        Args:
            quiet: the terminal while an entry is worked on.
        """
        self._quiet = quiet
        self.session: Session | None = None
        self.is_waiting = False
        self.is_leaving = False
        self._is_in = False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the signals; whoever took them before does so afterwards."""
        before = {number: signal.getsignal(number) for number in _SIGNALS}
        try:
            self.take()
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def take(self) -> None:
        """Take the signals, again: a prompt may have let go of them."""
        for number in _SIGNALS:
            is_ending = signal.Signals(number).name in _ENDINGS
            signal.signal(number, self._came if is_ending else self._goes_on)

    def _goes_on(self, _number: int, _frame: FrameType | None) -> None:
        """The process was stopped and goes on; at a prompt that is the prompt's."""
        if self.session is not None:
            self._quiet.again()

    def _came(self, number: int, _frame: FrameType | None) -> None:
        """A signal came.

        Raises:
            KeyboardInterrupt: nothing is worked on, or an event is waited for.
        """
        self.is_leaving = self.is_leaving or number != signal.SIGINT
        if self._is_in:
            return
        session = self.session
        if session is None:
            raise KeyboardInterrupt
        self._is_in = True
        try:
            session.interrupt()
        finally:
            self._is_in = False
        if self.is_waiting:
            raise KeyboardInterrupt

"""What is loaded behind the prompt, while a person begins to type.

In: what makes the session. Out: the session, once it is there. The prompt is on the
screen before the grammar, the network and the tables are in memory; a thread of its
own brings them in, and whoever needs one of them waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

_LONGEST_S = 3.0
"""Seconds that a process waits, as it ends, for what is being loaded."""


class Behind:
    """The session, and what it will need, made in a thread."""

    def __init__(self, make: Callable[[], Session]) -> None:
        """Begin nothing yet.

        Args:
            make: makes the session.
        """
        self._make = make
        self._session: Session | None = None
        self._error: Exception | None = None
        self._can_speak = threading.Event()
        self._is_there = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def begin(self, on_ready: Callable[[], object] = lambda: None) -> None:
        """Start the thread, once.

        Args:
            on_ready: called in the thread when texts can be read and completed.
        """
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._load, args=(on_ready,), name="auditql warming", daemon=True
            )
            self._thread.start()

    @property
    def is_ready(self) -> bool:
        """Whether texts can be read and completed without a wait."""
        return self._can_speak.is_set()

    def session(self) -> Session:
        """The session; waits for it, and for the grammar.

        Raises:
            AuditQLError: it cannot be made.
        """
        self.begin()
        self._can_speak.wait()
        if self._session is None:
            assert self._error is not None
            raise self._error
        return self._session

    def wait(self) -> None:
        """Wait until everything is in memory."""
        self.begin()
        self._is_there.wait()

    def end(self) -> None:
        """Let the thread end: a process must not end under one that loads."""
        self._is_over = True
        if self._thread is not None:
            self._thread.join(_LONGEST_S)

    def _load(self, on_ready: Callable[[], object]) -> None:
        try:
            self._session = self._make()
            if not self._is_over:
                self._language()
        except Exception as error:
            self._error = error
        finally:
            self._can_speak.set()
        try:
            if self._is_over:
                return
            on_ready()
            with suppress(Exception):  # whoever needs it meets it again, and tells it
                self._rest()
        finally:
            self._is_there.set()

    def _language(self) -> None:
        """What the first keys need."""
        from auditql.shell.completion import complete, warm
        from auditql.shell.live import bar, checking, highlighting
        from auditql.shell.terminal.knowledge import Knowledge

        assert self._session is not None
        knowledge = Knowledge(self._session)
        complete("", 0, knowledge.known())
        highlighting.highlight("action = login ")
        live = checking.check("action = login limit 5", knowledge.context())
        bar.toolbar(live, 80)
        warm()

    def _rest(self) -> None:
        """What the first query needs."""
        import auditql.runtime.client
        import auditql.shell.session.answer
        import auditql.shell.session.asking  # noqa: F401 - into memory is all

        if self._session is not None and not self._is_over:
            self._session.reach.account()
            self._session.reach.look()

"""The loop: an entry is read, fed, shown; then the next.

In: a reader, a session, a screen. Out: an exit code. All that a person can meet on
the way (Ctrl-C, a file that cannot be written, a fault of our own) ends one entry and
never the shell; only a terminal that has gone does.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from auditql.errors import AuditQLError
from auditql.shell.exits import ClosedPipe, Exit
from auditql.shell.output import Output
from auditql.shell.session.events import (
    Confirm,
    EditText,
    Event,
    Failed,
    Quit,
    ShowHistory,
    ShowKeys,
    Switched,
)
from auditql.shell.terminal.editor import edited
from auditql.shell.terminal.habits import HINT, Habit, habit_of
from auditql.shell.terminal.history import History
from auditql.shell.terminal.quiet import Quiet
from auditql.shell.terminal.reading import Ending, Reader
from auditql.shell.terminal.screen import Screen
from auditql.shell.terminal.signals import Signals

if TYPE_CHECKING:
    from auditql.shell.session.session import Session


_BUG_HELP = "this is a fault of auditql; the session goes on"


class Loop:
    """Entries, one after another."""

    def __init__(
        self,
        reader: Reader,
        session: Callable[[], Session],
        screen: Screen,
        output: Output,
        history: Callable[[], History],
        on_switch: Callable[[str | None], object] = lambda _profile: None,
        quiet: Quiet | None = None,
    ) -> None:
        """Begin with nothing typed.

        Args:
            reader: gives entries.
            session: gives the session, once it is needed.
            screen: shows events.
            output: of the process.
            history: takes what was typed.
            on_switch: told that another profile is asked.
            quiet: keeps the terminal so; None for one of its own.
        """
        self._reader = reader
        self._session = session
        self._screen = screen
        self._output = output
        self._history = history
        self._on_switch = on_switch
        self._quiet = quiet if quiet is not None else Quiet()
        self._begun = ""
        self._fed: Session | None = None
        self._signals = Signals(self._quiet)

    def run(self) -> Exit:
        """Read and feed until the person leaves.

        Raises:
            ClosedPipe: the terminal has gone.
        """
        with self._quiet.kept(), self._signals.taken():
            while not self._signals.is_leaving and self._next():
                pass
        ended = self._closed()
        return Exit.INTERRUPTED if self._signals.is_leaving else ended

    def _next(self) -> bool:
        """Read an entry and feed it; gives whether the shell goes on."""
        begun, self._begun = self._begun, ""
        try:
            try:
                with self._asking():
                    text = self._reader.entry(begun)
            finally:
                self._signals.take()
            if isinstance(text, Ending):
                return False
            match habit_of(text):
                case Habit.LEAVE:
                    return False
                case Habit.HELP:
                    self._screen.say(f"note: {HINT}")
                    return True
                case None:
                    return not text.strip() or self._goes_on(text)
        except KeyboardInterrupt:
            return True

    def _goes_on(self, text: str) -> bool:
        """Feed an entry and show what comes of it; gives whether the shell goes on."""
        try:
            self._history().add(text)
            return self.feed(text)
        except ClosedPipe:
            raise
        except AuditQLError as error:
            self._output.error(str(error))
        except Exception as error:
            # Its words are kept back: they may hold a credential.
            self._output.error(f"internal error: {type(error).__name__}", _BUG_HELP)
        return True

    def aside(self, text: str) -> None:
        """Show what comes of an entry while another is typed; errors are told."""
        try:
            with self._quiet.kept():
                self.feed(text)
        except AuditQLError as error:
            self._output.error(str(error))

    def feed(self, text: str) -> bool:
        """Show what comes of an entry; gives whether the shell goes on.

        Raises:
            AuditQLError: the session cannot be made.
            ClosedPipe: the terminal has gone.
        """
        session = self._fed = self._session()
        session.state.width = shutil.get_terminal_size().columns
        goes_on = True
        events = session.feed(text)
        self._signals.session = session
        try:
            for event in self._each(events):
                goes_on = self._one(session, event) and goes_on
        finally:
            self._signals.session = None
            events_close = getattr(events, "close", None)
            if events_close is not None:
                events_close()
            self._screen.end()
        return goes_on

    def _each(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events; a Ctrl-C that comes beside the wait is known to the session."""
        while True:
            try:
                self._signals.is_waiting = True
                try:
                    event = next(events)
                finally:
                    self._signals.is_waiting = False
            except KeyboardInterrupt:
                continue
            except StopIteration:
                return
            yield event

    def _one(self, session: Session, event: Event) -> bool:
        self._screen.show(event)
        match event:
            case Confirm():
                self._signals.session = None
                try:
                    with self._asking():
                        session.reply(self._reader.reply(event))
                finally:
                    self._signals.take()
                    self._signals.session = session
            case Failed(text=typed) if event.diagnostics and self._reader.can_edit:
                self._begun = typed
            case EditText(text=typed):
                self._edit(typed)
            case ShowHistory(argument=wanted):
                self._show_history(wanted)
            case ShowKeys():
                self._screen.page(self._reader.keys())
            case Switched(profile=profile):
                self._on_switch(profile)
            case Quit():
                return False
            case _:
                pass
        return True

    def _asking(self) -> AbstractContextManager[None]:
        """The terminal as the reader needs it; a prompt sets it by itself."""
        return nullcontext() if self._reader.can_edit else self._quiet.lifted()

    def _edit(self, text: str) -> None:
        with self._quiet.lifted():
            made = edited(text, os.environ)
        if made is None:
            self._screen.say("note: the editor gave it up; nothing is changed")
        else:
            self._begun = made

    def _show_history(self, wanted: str) -> None:
        entries = self._history().entries()
        found = [e for e in entries if wanted.casefold() in e.casefold()]
        from auditql.diagnostics.safe_text import safe_text

        text = "".join(safe_text(entry, keep_newlines=True) + "\n" for entry in found)
        self._screen.page(text)

    def _closed(self) -> Exit:
        """Close the session, if it was ever needed."""
        if self._fed is None:
            return Exit.OK
        try:
            self._fed.close()
        except AuditQLError as error:
            self._output.error(str(error))
            return Exit.OUTPUT
        return Exit.OK

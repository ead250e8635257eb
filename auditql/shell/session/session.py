"""The session: lines go in, events come out; no terminal is known here.

In: what a person types, one entry after another. Out: what is to be shown of it,
as it comes. Work runs in a thread of its own, so that `interrupt` returns at once
and the entry ends within a tenth of a second, whatever it was at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from auditql.errors import AuditQLError, ConfigurationError, QueryError
from auditql.shell.exits import UsageError
from auditql.shell.session.accounts import Accounts, in_files
from auditql.shell.session.events import (
    Confirm,
    Event,
    Failed,
    Interrupted,
    Note,
    Reply,
    Warned,
)
from auditql.shell.session.reach import Reach
from auditql.shell.session.state import State
from auditql.shell.session.stopped import came_after, how_to_go_on, interrupted
from auditql.shell.session.turn import INTERRUPTIONS, LEAVE_S, Late, Turn
from auditql.shell.session.worker import LoopFactory, Worker

if TYPE_CHECKING:
    from auditql.diagnostics.model import Diagnostic
    from auditql.shell.completion.known import Command, Known, SavedName
    from auditql.shell.session.answer import Answer

_BUG_HELP = "this is a fault of auditql; the session goes on"


class Session:
    """One person's session.

    Attributes:
        state: what it remembers; a terminal may set what it shows.
        reach: whom it asks.
        answer: the one that is being read, or was by this entry; None for none.
        source: the file that is run; None for what was typed.
        has_told_of_clock: that this machine's clock is off was said.
    """

    def __init__(
        self,
        state: State | None = None,
        accounts: Accounts = in_files,
        *,
        picked: str | None = None,
        loop_factory: LoopFactory | None = None,
    ) -> None:
        """Begin; nothing is asked or read yet.

        Args:
            state: to begin with.
            accounts: gives the account of a profile's name.
            picked: the profile to begin with; None for the one in force.
            loop_factory: makes the event loop; None for the usual one.
        """
        self.state = state if state is not None else State()
        self.answer: Answer | None = None
        self.source: str | None = None
        self.has_told_of_clock = False
        self.reach = Reach(self.state, accounts, picked, self.tell, self._warn)
        self._worker = Worker(loop_factory, self.reach.lose)
        self._turn: Turn | None = None
        self._late: tuple[Turn, Interrupted] | None = None
        self._reply = Reply.NO
        self._queries: tuple[SavedName, ...] | None = None
        self._commands: tuple[Command, ...] | None = None

    def feed(self, text: str) -> Iterator[Event]:
        """What comes of one entry: a query, definitions, a command, or nothing.

        To be taken to its end, or closed, before the next entry is fed. A
        KeyboardInterrupt that is raised while an event is waited for interrupts.
        """
        return self._events(text)

    def start(self) -> Iterator[Event]:
        """What is to be said before the first entry; to be taken as `feed`.

        The profile in force is known from then on, and what it says of zone, format
        and limit holds. A configuration that is wrong is Failed: the session works
        all the same.
        """
        return self._events(None)

    def _events(self, text: str | None) -> Iterator[Event]:
        assert self._turn is None, "the entry before is not over"
        came = self._end_late()
        turn = self._turn = self._worker.begin(self._work(text))
        try:
            if came is not None:
                yield came
            while not turn.is_over:
                try:
                    event = turn.next()
                except KeyboardInterrupt:
                    turn.stop()
                    continue
                if event is None:
                    break
                self._reply = Reply.NO
                yield event
                if isinstance(event, Confirm):
                    turn.answer(self._reply)
            if turn.is_cut:
                yield self._interrupted(turn)
        except Late:
            told = self._interrupted(turn)
            self._late = turn, told
            yield told
        finally:
            if self._late is None:
                self._abandon(turn)
            self._turn = None

    def interrupt(self) -> None:
        """End what is being done; returns at once, from any thread.

        The events so far come first, then Interrupted. Nothing happens where
        nothing is done.
        """
        turn = self._turn
        if turn is not None:
            self._reply = Reply.NO
            turn.stop()

    def reply(self, reply: Reply) -> None:
        """Answer the Confirm that was yielded last, before the next is taken."""
        self._reply = reply

    def close(self) -> Event | None:
        """End the session, and the file of `o`; gives what is to be said of it.

        Raises:
            OutputError: the file cannot be written.
        """
        self._end_late()
        with suppress(Late):
            turn = self._worker.begin(self.reach.close())
            while not turn.is_over:
                turn.next()
        self._worker.close()
        output, self.state.output = self.state.output, None
        return None if output is None else output.closed()

    def known(self) -> Known:
        """What completion may offer."""
        from auditql.shell.session.knowing import known

        return known(self)

    def queries(self) -> tuple[SavedName, ...]:
        """The saved queries, read once and again after one was saved."""
        if self._queries is None:
            from auditql.shell.session.knowing import made_queries

            self._queries = made_queries()
        return self._queries

    def commands(self) -> tuple[Command, ...]:
        """The commands, as completion and the live check read them."""
        if self._commands is None:
            from auditql.shell.session.knowing import made_commands

            self._commands = made_commands(self)
        return self._commands

    def forget_queries(self) -> None:
        """Read the saved queries again when they are wanted next."""
        self._queries = None

    def tell(self, event: Event) -> None:
        """Let an event come out."""
        if self._turn is not None:
            self._turn.tell(event)

    def heard(self) -> None:
        """Say that an interrupt was heard: what came is shown, and that is all."""
        if self._turn is not None:
            self._turn.heard()

    def confirm(self, question: Confirm) -> Reply:
        """Ask the person, and wait for the reply."""
        turn = self._turn
        assert turn is not None
        turn.tell(question)
        reply = turn.wait_for_answer()
        if turn.is_stopped:
            raise asyncio.CancelledError
        return reply

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        await asyncio.sleep(seconds)

    def now_s(self) -> int:
        """The time that counts as now, in seconds since 1970 UTC."""
        return int(self.state.clock())

    async def _work(self, text: str | None) -> None:
        """Do what an entry says; whatever comes of it is told."""
        from auditql.shell.endings import told

        self.answer = self.source = None
        try:
            if text is None:
                self.reach.account()
            else:
                await self._do(text)
        except INTERRUPTIONS:
            if self._turn is not None:
                self._turn.is_cut = True
        except QueryError as error:
            self.tell(self._refused(error, text or ""))
        except UsageError as error:
            self._fail(str(error), None, text)
        except AuditQLError as error:
            self._fail(told(error), how_to_go_on(self.answer, error), text)
        except Exception as error:
            # The error's own text is kept back: it may hold a credential.
            self._fail(f"internal error: {type(error).__name__}", _BUG_HELP, text)

    async def _do(self, text: str) -> None:
        stripped = text.strip()
        if stripped.startswith("\\"):
            from auditql.shell.session.registry import run_command

            await run_command(self, stripped)
        elif stripped:
            from auditql.shell.session.asking import ask

            with suppress(ConfigurationError):  # told when it is asked
                self.reach.account()
            await ask(self, text)

    def _fail(self, message: str, help_: str | None, text: str | None) -> None:
        from auditql.shell.session.showing import in_shell_words

        message = in_shell_words(message)
        self.tell(Failed(message, help_, (), "", text or ""))

    def _refused(self, error: QueryError, text: str) -> Failed:
        """What is said of a text that is wrong."""
        return Failed("", None, error.diagnostics, error.text, text, self.source)

    def _interrupted(self, turn: Turn) -> Interrupted:
        return interrupted(self.answer, None if self.state.output else turn.shown)

    def _abandon(self, turn: Turn) -> None:
        """See that an entry ends whose events nobody takes any more."""
        if not turn.is_over:
            turn.stop()
            turn.answer(Reply.NO)  # it may have asked something
        try:
            while not turn.is_over:
                turn.next()
        except Late:
            self._late = turn, self._interrupted(turn)

    def _end_late(self) -> Note | None:
        """See that an entry that did not end in time has ended by now, or leave it.

        Gives what is to be said of rows that it has brought since.
        """
        if self._late is None:
            return None
        (turn, told), self._late = self._late, None
        turn.press_again()
        try:
            while not turn.is_over:
                turn.next(LEAVE_S)
        except Late:
            self._worker.leave()
            if self.state.last is not None:
                self.state.last = self.state.last.left()
        return came_after(told, self.answer and self.state.last)

    def _warn(self, warning: Diagnostic) -> None:
        """Tell what running a query gives reason to say."""
        if self.answer is not None:
            self.answer.warned.add(warning.code)
        self.tell(Warned("", (warning,)))

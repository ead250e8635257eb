"""The shell from its start to its end: parts are made, wired, and run.

In: what the command line says. Out: an exit code. The prompt is drawn before
anything is loaded that it does not need; no request leaves before the first query.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.shell.color import wants_color
from auditql.shell.credentials import known_secrets, stored_secrets
from auditql.shell.exits import Exit, UsageError
from auditql.shell.output import Output
from auditql.shell.session.events import Confirm, Reply
from auditql.shell.terminal.behind import Behind
from auditql.shell.terminal.bindings import changed_keys
from auditql.shell.terminal.history import History, folder
from auditql.shell.terminal.loop import Loop
from auditql.shell.terminal.mind import Mind
from auditql.shell.terminal.pager import pager_of
from auditql.shell.terminal.quiet import Quiet
from auditql.shell.terminal.reading import Reader
from auditql.shell.terminal.screen import Screen
from auditql.shell.terminal.standing import WELCOME, Standing, standing

if TYPE_CHECKING:
    from auditql.shell.session.accounts import Account, Accounts
    from auditql.shell.session.session import Session
    from auditql.shell.terminal.prompt import Prompt

DEMO = "demo"
"""The word of the prompt over made-up records, and the name of their history."""


@form
class Wanted:
    """What the command line says.

    Attributes:
        picked: a profile; None for the one in force.
        is_demo: made-up records are asked.
        tz: zone of days and hours; None for the profile's.
        limit: rows that are shown at a time; None for the profile's, or the usual.
        format: how rows are written; None for the profile's.
        values: of parameters, as they are written.
        now_s: the time that counts as now, all the while; None for the clock's.
    """

    picked: str | None = None
    is_demo: bool = False
    tz: str | None = None
    limit: int | None = None
    format: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    now_s: int | None = None


def run_shell(wanted: Wanted, output: Output) -> Exit:
    """Run the shell until the person leaves.

    Raises:
        UsageError: standard input and output are no terminal.
        ConfigurationError: the profile that was picked cannot be used.
    """
    if not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)):
        raise UsageError("the shell needs a terminal on standard input and output")
    who = Standing(DEMO, history=DEMO) if wanted.is_demo else standing(wanted.picked)
    return Shell(wanted, who, output).run()


class Shell:
    """One run of the shell."""

    def __init__(
        self,
        wanted: Wanted,
        who: Standing,
        output: Output,
        accounts: Accounts | None = None,
    ) -> None:
        """Wire its parts; nothing is loaded or shown yet.

        Args:
            wanted: what the command line says.
            who: is asked.
            output: of the process.
            accounts: those that can be asked; None for the user's, or the demo's.
        """
        self._wanted = wanted
        self._accounts = accounts
        self._who = who
        self._output = output
        self._behind = Behind(self._made)
        self._mind = Mind(self._behind)
        self._quiet = Quiet()
        self._screen = Screen(
            output, lambda: pager_of(os.environ), lent=self._quiet.lifted
        )
        self._histories: dict[str | None, History] = {}
        self._loop: Loop | None = None
        self._prompt: Prompt | None = None

    def run(self) -> Exit:
        """Read, feed, show, until the person leaves."""
        self._greet()
        reader = self._reader()
        if self._who.is_first and not self._wanted.is_demo:
            self._offer_demo(reader)
        self.history().entries()  # what is wrong with them is told before a prompt
        refresh = self._prompt.refresh if self._prompt is not None else _nothing
        self._behind.begin(refresh)
        self._loop = Loop(
            reader,
            self._behind.session,
            self._screen,
            self._output,
            self.history,
            self._switched,
            self._quiet,
        )
        try:
            return self._loop.run()
        finally:
            self._behind.end()

    def history(self) -> History:
        """What was typed to this profile."""
        name = self._who.history
        if name not in self._histories:
            path = None if name is None else folder() / f"{name}.jsonl"
            warn = self._output.note
            made = History(path, lambda why: warn(f"warning: {why}"), self._secrets)
            self._histories[name] = made
        return self._histories[name]

    # What keys ask for.

    def explain(self, text: str) -> None:
        """Show what the text would cost."""
        self._feed(f"\\explain {text}".rstrip())

    def help(self, text: str, cursor: int) -> None:
        """Show help on the word at the cursor."""
        from auditql.shell.terminal.help import help_command

        self._feed(help_command(text, cursor))

    def turn(self) -> None:
        """Show one field a line, or no more."""
        from auditql.shell.session.state import Expanded

        state = self._behind.session().state
        is_on = state.expanded is Expanded.ON
        state.expanded = Expanded.AUTO if is_on else Expanded.ON
        if self._prompt is not None:
            self._prompt.say(
                "one field a line: only if need be" if is_on else "one field a line"
            )

    def edit(self, text: str) -> str | None:
        """The text, written in the editor; None where it stays."""
        from auditql.errors import ConfigurationError
        from auditql.shell.terminal.editor import edited

        try:
            return edited(text, os.environ)
        except ConfigurationError as error:
            self._output.error(str(error))
            return None

    # Inside.

    def _secrets(self) -> Iterator[str]:
        """The credentials that are known by now: nobody is asked for one."""
        yield from known_secrets(os.environ)
        if not self._wanted.is_demo:
            yield from stored_secrets()
        if self._behind.is_ready:
            with suppress(Exception):  # there is no session, as its user is told
                yield from self._behind.session().reach.secrets()

    def _feed(self, text: str) -> None:
        assert self._loop is not None
        self._loop.aside(text)

    def _greet(self) -> None:
        if self._who.fault is not None:
            self._output.error(
                self._who.fault,
                "mend it and start again; until then no account is asked",
            )

    def _offer_demo(self, reader: Reader) -> None:
        """Say how an account is connected, and offer the made-up one meanwhile."""
        self._output.note(WELCOME)
        words = "Look around in made-up records meanwhile?"
        question = Confirm(0, words, (Reply.YES, Reply.NO))
        if reader.reply(question) is Reply.YES:
            self._wanted = Wanted(
                is_demo=True, tz=self._wanted.tz, format=self._wanted.format
            )
            self._who = Standing(DEMO, history=DEMO)

    def _reader(self) -> Reader:
        """What reads keys: as much as the terminal can do."""
        from auditql.shell.terminal.screens import can_draw

        if not can_draw(os.environ):
            from auditql.shell.terminal.plain import Plain

            return Plain(self._output, self._mind, lambda: self._who.name)
        from auditql.shell.charset import has_blocks
        from auditql.shell.terminal.prompt import Prompt
        from auditql.shell.terminal.screens import theme_of

        changed, faults = changed_keys(self._who.keys or {})
        for fault in faults:
            self._output.note(f"warning: {fault.message}")
        is_colored = wants_color(self._output.color, is_terminal=True)
        coerced = bool(sys.flags.utf8_mode)
        self._prompt = Prompt(
            self._mind,
            self,
            lambda: self._who.name,
            self.history,
            theme=theme_of(os.environ, is_colored=is_colored),
            is_ascii=not has_blocks(os.environ, coerced=coerced),
            changed=changed,
        )
        return self._prompt

    def _switched(self, profile: str | None) -> None:
        """Another profile is asked from now on."""
        if profile is not None:
            self._who = Standing(profile, history=profile, keys=self._who.keys)
            self.history().entries()

    def _made(self) -> Session:
        """The session, made in the thread behind the prompt."""
        from auditql.shell.session.accounts import demo, in_files
        from auditql.shell.session.session import Session
        from auditql.shell.session.state import SHOWN, State

        wanted, profile = self._wanted, self._who.profile
        state = State(values=dict(wanted.values))
        state.profile = None if profile is None else profile.name
        state.zone = wanted.tz or (profile.tz if profile else None)
        state.format = wanted.format or (profile.format if profile else None) or "table"
        limit = wanted.limit if wanted.limit is not None else None
        if limit is None and profile is not None:
            limit = profile.limit
        state.limit = SHOWN if limit is None else limit
        now_s = wanted.now_s
        if now_s is not None:
            frozen_s = float(now_s)
            state.clock = lambda: frozen_s
        accounts = self._accounts
        if accounts is None:
            now_s = int(state.clock())
            accounts = _once(demo(now_s)) if wanted.is_demo else in_files
        return Session(state, accounts, picked=wanted.picked)


def _is_terminal(stream: object) -> bool:
    isatty = getattr(stream, "isatty", None)
    return isatty is not None and bool(isatty())


def _once(accounts: Accounts) -> Accounts:
    """The same, but the account that nobody picked is made once: that takes long."""
    lock = Lock()
    made: list[Account] = []

    def account(picked: str | None) -> Account:
        if picked is not None:
            return accounts(picked)
        with lock:
            if not made:
                made.append(accounts(None))
        return made[0]

    return account


def _nothing() -> None:
    """There is nothing to draw again."""

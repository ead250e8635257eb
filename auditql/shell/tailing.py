"""Following a query on the command line, from its options to its exit code.

In: options. Out: rows where they were asked for, the state beside them; words on
standard error. What may pass is said once and tried again, what is refused ends it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.errors import QueryError, RunError
from auditql.language.clock import text_of
from auditql.plan.reader import Statistics
from auditql.runtime.appending import AppendedFile
from auditql.runtime.compile import compile_text
from auditql.runtime.following import Follower, Mark, check_followed, warnings_of
from auditql.runtime.settling import may_heal
from auditql.runtime.tail_state import Followed, StateFile, folder
from auditql.runtime.times import past_moment_of
from auditql.shell import looping
from auditql.shell.commands.tail import APPENDED
from auditql.shell.compiling import parameters, refuse, warn
from auditql.shell.endings import told
from auditql.shell.exits import Exit, UsageError
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.looping import Seams
from auditql.shell.sinks import STANDARD_OUTPUT
from auditql.shell.tail_outlet import Outlet
from auditql.shell.texts import Source, query_source

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.runtime.connection import Connection
    from auditql.shell.commands.tail import Options
    from auditql.shell.output import Output
    from auditql.shell.profiles import InForce


def tail(
    options: Options, output: Output, command: str, force: Callable[[], InForce]
) -> Exit:
    """Follow a query until it is interrupted.

    Args:
        options: of the command line.
        output: the output of the run.
        command: the verb, for messages.
        force: gives the profile in force.

    Raises:
        UsageError: an option does not go with another.
        Ended: the query cannot be followed; it is told.
        ConfigurationError: the account, the state or the file cannot be used.
        OutputError: a row cannot be written.
        RunError: the account refuses.
    """
    if options.output == STANDARD_OUTPUT:
        options.output = None
    if options.output is not None and options.format not in APPENDED:
        raise UsageError(f"-o FILE takes {', '.join(APPENDED)}", command)
    source = query_source(options.text, command)
    in_force = force()
    profile = in_force.choice.profile
    if options.tz is None and profile is not None:
        options.tz = profile.tz
    _plan(source, options, output, None)  # what is wrong with it is told first
    connection = in_force.connection()
    for words in connection.warnings:
        output.note(f"warning: {words}")
    followed = Followed(
        connection.origin.base,
        source.text,
        tuple(options.param),
        options.tz,
        options.format,
        None if options.output is None else str(Path(options.output).absolute()),
    )
    path = Path(options.state) if options.state else folder() / followed.name()
    with ExitStack() as held:
        state = held.enter_context(StateFile(path, followed))
        standing = state.standing
        now_s = int(time.time()) if standing is None else standing.now_s
        plan = _plan(source, options, output, now_s)
        file = None
        if options.output is not None:
            kept = None if standing is None else standing.bytes
            most = None if standing is None else standing.most_bytes
            file = held.enter_context(
                AppendedFile(options.output, kept, most, state.begin_file)
            )
        out = Outlet(plan, options, output, command, state, file)
        looping.run(follow(connection, plan, options, output, out, Seams()))
    return Exit.OK


def _plan(source: Source, options: Options, output: Output, now_s: int | None) -> Plan:
    """The plan of what is followed; warnings are told by whoever follows.

    Raises:
        Ended: it cannot be followed; it is told.
    """
    try:
        plan = compile_text(
            source.text, params=parameters(options), now=now_s, tz=options.tz
        )
        check_followed(plan)
    except QueryError as error:
        refuse(error.diagnostics, source, output)
    return plan


async def follow(
    connection: Connection,
    plan: Plan,
    options: Options,
    output: Output,
    out: Outlet,
    seams: Seams,
) -> None:
    """Ask again and again, until nothing later can match.

    Raises:
        ClosedPipe: nobody reads the rows any more.
        OutputError: they cannot be written.
        RunError: the account refuses; or it does not answer at the very beginning.
        ConfigurationError: `--since` is no time, or is still to come.
    """
    from auditql.providers.zendesk.reader import ZendeskReader
    from auditql.runtime.pace import pace_of

    statistics = Statistics()
    pace = pace_of(connection, None, None)
    told_of: set[str] = set()

    def warned(words: str) -> None:
        if words not in told_of:
            told_of.add(words)
            output.note(f"warning: {words}")

    standing = out.state.standing
    async with ZendeskReader(
        connection.origin,
        connection.credential,
        statistics=statistics,
        transport=seams.transport or connection.transport(),
        sleep=seams.sleep,
        clock=seams.clock,
        concurrency=pace.concurrency,
        share=pace.share,
    ) as reader:
        follower = Follower(
            plan,
            reader,
            statistics,
            seams.wall,
            lag_s=options.lag,
            mark=None if standing is None else standing.mark,
            on_warning=lambda warning: warned(warning.message),
        )
        if standing is None:
            if options.since is None:
                await follower.begin()
            else:
                follower.mark = Mark(
                    past_moment_of(options.since, options.tz, seams.wall())
                )
        # Before the first row, so that none is lost; a file that was rotated counts
        # from its new beginning.
        with INTERRUPTS:
            out.keep(follower.mark)
        source = Source(plan.text, None)
        begun = follower.plan_since(follower.mark.settled_s)
        warn(warnings_of(plan, begun), source, options, output)
        output.note(_began(follower.mark, out, options, goes_on=standing is not None))
        await _turns(follower, out, options.every, output, seams)


async def _turns(
    follower: Follower, out: Outlet, every_s: int, output: Output, seams: Seams
) -> None:
    """Poll by poll; what may pass is said once and tried again.

    Raises:
        ClosedPipe: nobody reads the rows any more.
        OutputError: they cannot be written.
        RunError: the account refuses.
    """
    is_lost = is_ahead = False
    while True:
        began_s = seams.clock()
        try:
            async with aclosing(follower.poll()) as polled:
                async for rows in polled:
                    out.put(rows, follower.mark)
            is_lost = False
            ahead = follower.clocks()
            if ahead is not None and not is_ahead:
                output.note(f"warning: {ahead}")
            is_ahead = ahead is not None
        except RunError as error:
            with INTERRUPTS:
                out.keep(follower.mark)
            if not may_heal(error):
                raise
            if not is_lost:
                output.note(f"warning: {told(error)}; it is asked again")
            is_lost = True
        else:
            with INTERRUPTS:
                out.keep(follower.mark)
        out.check_reader()
        if follower.is_over:
            output.note("note: no later record can match: the query's time is over")
            return
        await seams.sleep(max(0.0, every_s - (seams.clock() - began_s)))


def _began(mark: Mark, out: Outlet, options: Options, *, goes_on: bool) -> str:
    """What is said once it begins."""
    where = "going on from" if goes_on else "following from"
    words = f"note: {where} {text_of(mark.settled_s)}, every {options.every} s"
    if goes_on and options.since is not None:
        words += ", --since aside"
    return f"{words}; Ctrl-C ends it; state: {out.state.path}"

"""A query, or one look-up, from the first request to the exit code.

In: a client and the rows it gives, the options. Out: rows in their format where
they were asked for; on standard error whatever is to be said; the exit code.
Rows that are out are whole lines, closed as their format wants it, also where
the answer ends before its time: the exit code and standard error say that. Of
what is counted no row is out before all was read, and none if that fails: what
is true of a part would mislead.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from auditql.errors import OutputError, RunError
from auditql.results import completeness
from auditql.results.executor import rows_out
from auditql.results.formats import FORMATS
from auditql.results.position import OtherLog
from auditql.runtime.client import AsyncClient
from auditql.shell.aftermath import how_to_go_on, old_manifest, troubles
from auditql.shell.arguments import AnswerOptions
from auditql.shell.delivery import Delivery
from auditql.shell.endings import exit_of, told
from auditql.shell.exits import Exit
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.job import Job, Problem, doubt
from auditql.shell.keeping import Keeper
from auditql.shell.layouts import layout_of, nothing_drawn
from auditql.shell.output import Output
from auditql.shell.progress import Progress
from auditql.shell.report import SERVER_COUNT, Ran, statistics_line, summary
from auditql.shell.sinks import Sink, opened

_FOR_PEOPLE = ("table", "vertical")


def run_job(
    job: Job,
    options: AnswerOptions,
    output: Output,
    command: str,
    *,
    clock: Callable[[], float] = time.monotonic,
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> Exit:
    """Run it and say how it went.

    Args:
        job: what is run.
        options: how the answer is given.
        output: the output of the run.
        command: the verb, for messages.
        clock: a monotonic clock, in seconds.
        loop: makes the event loop that it runs on; None for the usual one.

    Raises:
        UsageError: `--columns` names what is none.
        OutputError: the answer cannot be written.
        ClosedPipe: nobody reads it.
        ConfigurationError: the part that is gone on with is not as it was left.
        KeyboardInterrupt: a second Ctrl-C, while the first is obeyed.
    """
    for words in () if job.connection is None else job.connection.warnings:
        output.note(f"warning: {words}")
    kept = None if job.resumed is None else job.resumed.checkpoint.written
    with opened(options.output, output, kept) as sink:
        keeper = _keeper(job, sink, clock)
        layout = layout_of(job, options, output, sink, command)
        format_ = FORMATS[options.format](layout)
        delivery = Delivery(format_, sink, keeper, job.staged.is_match)
        began = clock()
        try:
            problem = _problem(job, delivery, options.timeout, output, clock, loop)
            output.progress(None)
            seconds = clock() - began
            goes_on = _close(delivery, keeper, problem)
            ran = _ran(job, keeper, delivery, seconds, problem)
            if problem is None:
                _commit(job, sink, keeper, ran)
        except OutputError:
            rest = None if keeper is None else keeper.left()
            if rest is not None:
                output.note(f"to go on once there is room: {command} --resume {rest}")
            raise
        old = old_manifest(job, sink) if problem is None else ()
        for words in (*format_.notes(), *nothing_drawn(job, options.format), *old):
            output.note(f"note: {words}")
        for words in troubles(job, keeper, problem):
            output.note(f"warning: {words}")
        if problem is not None:
            help_ = how_to_go_on(job, delivery, sink, goes_on, command)
            output.error(problem.words, help_)
    _sum_up(ran, options, output, is_seen=layout.width is not None)
    return _code(job, delivery, ran, problem)


def _sum_up(ran: Ran, options: AnswerOptions, output: Output, *, is_seen: bool) -> None:
    """Say what the run took, to a person and to a program, where it is wanted."""
    shown = is_seen and options.format in _FOR_PEOPLE
    if options.verbose or (shown and output.narrates_to_terminal):
        output.note(summary(ran, shown=shown))
    elif ran.claim.server_count and (output.narrates_to_terminal or not options.stats):
        # Evidence: the number came from the API, also where nobody asked what it took.
        output.note(f"note: {SERVER_COUNT}")
    if options.stats:
        output.note(statistics_line(ran, options.place))


def _code(job: Job, delivery: Delivery, ran: Ran, problem: Problem | None) -> Exit:
    """The exit code of a run that is over."""
    if problem is not None:
        return problem.code
    if not ran.claim.complete:
        return Exit.PARTIAL
    is_empty = not (delivery.matched or ran.rows_before)
    return Exit.EMPTY if job.fail_empty and is_empty else Exit.OK


def _keeper(job: Job, sink: Sink, clock: Callable[[], float]) -> Keeper | None:
    """What keeps the checkpoint; None where the answer cannot go on."""
    if job.asking is None:
        return None
    return Keeper(
        job.asking,
        job.resumed,
        sink.file,
        manifest=job.manifest is not None,
        statistics=job.client.statistics,
        warned=job.warned,
        clock=clock,
    )


def _problem(
    job: Job,
    delivery: Delivery,
    timeout_s: float | None,
    output: Output,
    clock: Callable[[], float],
    loop: Callable[[], asyncio.AbstractEventLoop] | None,
) -> Problem | None:
    """Deliver every row; what kept the rest back, or None where it is complete.

    Rows that an earlier run gave out are out too: the answer is partial then.
    """
    before = 0 if job.resumed is None else job.resumed.checkpoint.position.rows
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            # What is cut short is told here once, never by the loop as well.
            runner.get_loop().set_exception_handler(lambda _loop, _what: None)
            try:
                runner.run(_watched(job, delivery, timeout_s, output, clock))
            except KeyboardInterrupt:
                _turn_over(runner.get_loop())
                raise
    except OtherLog as error:
        return Problem(told(error), exit_of(error), is_stop=False)
    except RunError as error:
        return Problem(told(error), Exit.PARTIAL if before else exit_of(error))
    except TimeoutError:
        if timeout_s is None:
            raise
        words = f"--timeout: {timeout_s:g} s are over"
        out = before + delivery.rows
        if not out:
            return Problem(f"{words}, and no row is out", Exit.RAN_OUT)
        return Problem(words + rows_out(out), Exit.PARTIAL)
    except KeyboardInterrupt:
        out = before + delivery.rows
        words = "interrupted" + (rows_out(out) if out else ", and no row is out")
        return Problem(words, Exit.INTERRUPTED)
    return doubt(job)


def _turn_over(loop: asyncio.AbstractEventLoop) -> None:
    """Let a loop do what is due.

    A task that ended in the turn that was interrupted has asked the loop to stop:
    left for later, that would stop it in the middle of being closed.
    """
    loop.call_soon(loop.stop)
    loop.run_forever()


async def _watched(
    job: Job,
    delivery: Delivery,
    timeout_s: float | None,
    output: Output,
    clock: Callable[[], float],
) -> None:
    """Deliver every row and show how far it is; raises what ends it before."""
    if job.reading is None or job.waits is None or not output.shows_progress:
        await _deliver(job, delivery, timeout_s)
        return
    progress = Progress(
        job.reading,
        job.client.statistics,
        lambda: delivery.rows,
        job.waits,
        output.progress,
        clock,
        streams=job.staged.streams,
    )
    watch = asyncio.create_task(progress())
    try:
        await _deliver(job, delivery, timeout_s)
    finally:
        watch.cancel()


async def _deliver(job: Job, delivery: Delivery, timeout_s: float | None) -> None:
    """Deliver every row within that time; raises what ends it before."""
    try:
        async with asyncio.timeout(timeout_s), job.client, aclosing(job.rows) as rows:
            async for taken in rows:
                if not job.staged.streams and doubt(job) is not None:
                    return
                delivery.take(taken)
    except asyncio.CancelledError:
        delivery.check()
        raise


def _close(
    delivery: Delivery, keeper: Keeper | None, problem: Problem | None
) -> str | None:
    """Write what is left to write; gives what the rest may be asked for with.

    Raises:
        OutputError: it cannot be written.
        ClosedPipe: nobody reads it.
    """
    goes_on = keeper is not None and keeper.before is not None
    if problem is not None and not delivery.rows and not goes_on:
        return None
    delivery.drain()
    rest = None
    if keeper is not None and problem is not None and problem.is_stop:
        rest = keeper.stopped()
    delivery.finish()
    return rest


def _ran(
    job: Job,
    keeper: Keeper | None,
    delivery: Delivery,
    seconds: float,
    problem: Problem | None,
) -> Ran:
    """The run, for those who report it."""
    counts = job.client.statistics
    counts.rows = delivery.rows
    before = None if keeper is None else keeper.before
    server_s = counts.server_s if keeper is None else keeper.server_s
    claim = (
        completeness.whole(job.parted or job.plan, server_s)
        if problem is None
        else completeness.partial(problem.words)
    )
    if problem is None and not isinstance(job.client, AsyncClient):
        claim = job.client.completeness or claim
    if counts.server_counts:
        claim = replace(claim, server_count=True)
    return Ran(counts, seconds, job.plan, claim, 0 if before is None else before.rows)


def _commit(job: Job, sink: Sink, keeper: Keeper | None, ran: Ran) -> None:
    """Let the file be there under its name, its manifest before it.

    Raises:
        OutputError: it cannot be.
        ClosedPipe: nobody reads it.
    """
    if job.manifest is not None and sink.file is not None:
        from auditql.runtime.manifest import write

        rows = ran.counts.rows + ran.rows_before
        files = () if isinstance(job.client, AsyncClient) else job.client.was_read
        write(job.manifest, sink.file, rows, ran.claim, ran.counts, files)
    with INTERRUPTS:
        sink.commit()
    if keeper is not None:
        keeper.completed()

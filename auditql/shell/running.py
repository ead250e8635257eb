"""A query, or one look-up, from the first request to the exit code.

In: a client and the rows it gives, the options. Out: rows in their format where
they were asked for; on standard error whatever is to be said; the exit code.
Rows that are out are whole lines, closed as their format wants it, also where
the answer ends before its time: the exit code and standard error say that.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import RunError
from auditql.language.clock import text_of
from auditql.plan.plan import Plan
from auditql.results.formats import FORMATS, Layout, Row
from auditql.runtime.client import AsyncClient
from auditql.shell.arguments import AnswerOptions
from auditql.shell.columns import chosen_columns
from auditql.shell.delivery import Delivery
from auditql.shell.endings import exit_of, told
from auditql.shell.exits import Exit
from auditql.shell.output import Output
from auditql.shell.report import is_truncated, statistics_line, summary
from auditql.shell.sinks import STANDARD_OUTPUT, Sink, opened

_FOR_PEOPLE = ("table", "vertical")


@form
class Job:
    """What is run.

    Attributes:
        client: gives the rows.
        rows: the rows, not asked for yet.
        plan: of the query; None for one record that is looked up.
        warned: what running it gave reason to warn of, as it comes.
        strict: a warning ends in an error.
    """

    client: AsyncClient
    rows: AsyncGenerator[Row, None]
    plan: Plan | None
    warned: list[Diagnostic]
    strict: bool = False


@form
class Problem:
    """Why an answer is not complete, and the exit code for it."""

    words: str
    code: Exit


def run_job(job: Job, options: AnswerOptions, output: Output, command: str) -> Exit:
    """Run it and say how it went.

    Raises:
        UsageError: `--columns` names what is none.
        OutputError: the answer cannot be written.
        ClosedPipe: nobody reads it.
        KeyboardInterrupt: a second Ctrl-C, while the first is obeyed.
    """
    to_file = options.output not in (None, STANDARD_OUTPUT)
    layout = Layout(
        chosen_columns(options.columns, command),
        None if to_file else output.width,
        guarded=not options.csv_exact,
    )
    for words in job.client.connection.warnings:
        output.note(f"warning: {words}")
    format_ = FORMATS[options.format](layout)
    with opened(options.output, output) as sink:
        began = time.monotonic()
        delivery = Delivery(format_, sink)
        problem = _problem(job, delivery, options.timeout)
        counts = job.client.statistics
        counts.rows = delivery.rows  # an interrupted row may be counted and not here
        if problem is None or counts.rows:
            delivery.finish()
        if problem is None:
            sink.commit()
        seconds = time.monotonic() - began
        for words in format_.notes():
            output.note(f"note: {words}")
        if problem is not None:
            output.error(problem.words, _how_to_go_on(job, delivery, sink))
    shown = layout.width is not None and options.format in _FOR_PEOPLE
    if options.verbose or (shown and output.narrates_to_terminal):
        cut = is_truncated(counts, job.plan)
        output.note(summary(counts, seconds, truncated=cut))
    if options.stats:
        reason = None if problem is None else problem.words
        output.note(statistics_line(counts, seconds, job.plan, reason))
    return Exit.OK if problem is None else problem.code


def _problem(job: Job, delivery: Delivery, timeout_s: float | None) -> Problem | None:
    """Deliver every row; what kept the rest back, or None where it is complete."""
    try:
        with asyncio.Runner() as runner:
            # What is cut short is told here once, never by the loop as well.
            runner.get_loop().set_exception_handler(lambda _loop, _what: None)
            runner.run(_deliver(job, delivery, timeout_s))
    except RunError as error:
        return Problem(told(error), exit_of(error))
    except TimeoutError:
        if timeout_s is None:
            raise
        words = f"--timeout: {timeout_s:g} s are over"
        if not delivery.rows:
            return Problem(f"{words}, and no row is out", Exit.RAN_OUT)
        return Problem(
            f"{words}; {delivery.rows:,} rows are out, and more may follow",
            Exit.PARTIAL,
        )
    except KeyboardInterrupt:
        words = f"interrupted; {delivery.rows:,} rows are out, and more may follow"
        return Problem(words, Exit.INTERRUPTED)
    if job.strict and job.warned:
        return Problem("--strict: the run gave a warning", Exit.FAILED)
    if any(warning.code is Code.OUT_OF_ORDER for warning in job.warned):
        words = "records came out of order: the answer may not be complete"
        return Problem(words, Exit.PARTIAL)
    return None


async def _deliver(job: Job, delivery: Delivery, timeout_s: float | None) -> None:
    """Deliver every row within that time; raises what ends it before."""
    try:
        async with asyncio.timeout(timeout_s), job.client, aclosing(job.rows) as rows:
            async for row in rows:
                delivery.take(row)
    except asyncio.CancelledError:
        delivery.check()
        raise


def _how_to_go_on(job: Job, delivery: Delivery, sink: Sink) -> str | None:
    """Where the rows are, and what asks for those that follow."""
    parts = []
    file = sink.place()
    if file is not None:
        parts.append(f"the rows so far are in {file}")
    plan, last = job.plan, delivery.last
    if plan is not None and last is not None and _is_in_time(plan):
        sign = "<=" if plan.descending else ">="
        second = text_of(Record.from_json(dict(last)).created_s)
        parts.append(
            f"to go on, add `created_at {sign} {second}`;"
            " the rows of that second come again"
        )
    return "; ".join(parts) or None


def _is_in_time(plan: Plan) -> bool:
    """Whether the rows that follow are those of the time that follows."""
    counts = plan.limit is not None or plan.offset
    return not plan.sort and not counts and plan.query.page is None

"""How the answer of a run is laid out: columns, width, zone, bars.

In: a job, the options, where the answer goes. Out: a layout. Bars are drawn where
a person sees a table on a terminal, or where they are asked for, and only behind
counts; block characters where the terminal and the locale have them.
"""

import os
import sys
from collections.abc import Callable, Iterator

from auditql.results.formats import Bars, Layout
from auditql.shell.arguments import AnswerOptions
from auditql.shell.charset import has_blocks
from auditql.shell.columns import chosen_columns
from auditql.shell.job import Job
from auditql.shell.output import Output
from auditql.shell.sinks import Sink
from auditql.shell.staged import Staged

_CLOSED = "json"  # the format whose text ends with more than a row
_DRAWN = "table"


def layout_of(
    job: Job, options: AnswerOptions, output: Output, sink: Sink, command: str
) -> Layout:
    """How the answer is laid out; an array on standard output is closed each time.

    Raises:
        UsageError: `--columns` names what is none.
    """
    goes_on = job.resumed is not None and (
        sink.file is not None or options.format != _CLOSED
    )
    width = None if sink.file is not None else output.width
    answer = job.staged.columns
    return Layout(
        chosen_columns(options.columns, command, answer),
        width,
        guarded=not options.csv_exact,
        answer=answer,
        bars=bars_of(job.staged, options.format, job.chart, is_seen=width is not None),
        zone=None if job.plan is None else job.plan.query.zone,
        begun=job.resumed.checkpoint.begun if job.resumed and goes_on else None,
    )


def nothing_drawn(job: Job, format_: str) -> Iterator[str]:
    """Why bars that were asked for are not drawn."""
    if not job.chart:
        return
    if format_ != _DRAWN:
        yield f"--chart draws a table, and {format_} is none"
    elif job.staged.drawn is None:
        yield "--chart draws counts: `count by`, `top`, `timeline`"


def bars_of(
    staged: Staged,
    format_: str,
    chart: bool | None,
    *,
    is_seen: bool,
    most: Callable[[str], int | None] = lambda _column: None,
) -> Bars | None:
    """What a table draws; None for nothing.

    Args:
        staged: what is known of the answer.
        format_: how its rows are written.
        chart: whether bars are wanted; None where a person sees them.
        is_seen: a person does.
        most: gives the largest number of a column in the whole answer, where it is
            laid out in parts.
    """
    drawn = staged.drawn
    wanted = is_seen if chart is None else chart
    if drawn is None or format_ != _DRAWN or not wanted:
        return None
    blocks = has_blocks(os.environ, coerced=bool(sys.flags.utf8_mode))
    return Bars(drawn, blocks, most(drawn))

"""What is said once a run is over, beside its answer: how to go on, what is odd.

In: a run that is over. Out: words. Nothing is printed here.
"""

import os
from collections.abc import Iterator

from auditql.language.clock import text_of
from auditql.plan.cut import is_in_time
from auditql.plan.plan import Plan
from auditql.shell.delivery import Delivery
from auditql.shell.job import Job, Problem
from auditql.shell.keeping import Keeper
from auditql.shell.report import clock_warning
from auditql.shell.sinks import Sink


def troubles(job: Job, keeper: Keeper | None, problem: Problem | None) -> Iterator[str]:
    """What is to be said beside the answer: clocks, a checkpoint that failed."""
    connection = job.connection
    # One machine has one clock, and files have none.
    if connection is not None and not connection.origin.is_loopback:
        words = clock_warning(job.client.statistics)
        if words is not None:
            yield words
    if problem is not None and keeper is not None and keeper.trouble is not None:
        yield f"no checkpoint could be kept: {keeper.trouble}"


def old_manifest(job: Job, sink: Sink) -> Iterator[str]:
    """What is to be said of a manifest that an earlier file left beside this one."""
    if job.manifest is not None or sink.file is None:
        return
    from auditql.runtime.manifest import SUFFIX

    path = sink.file.path + SUFFIX
    if os.path.lexists(path):
        yield f"{path} is of an earlier file; --manifest writes it anew"


def how_to_go_on(
    job: Job, delivery: Delivery, sink: Sink, goes_on: str | None, command: str
) -> str | None:
    """Where the rows are, and what asks for those that follow."""
    if not job.staged.streams and not delivery.rows:
        return "what a part of it says would mislead, so no row is given; ask again"
    parts = []
    file = sink.place()
    if file is not None:
        parts.append(f"the rows so far are in {file}")
    plan, last = job.plan, delivery.last
    if goes_on is not None:
        parts.append(f"to go on: {command} --resume {goes_on}")
    elif plan is not None and last is not None and _is_rest_by_time(plan):
        sign = "<=" if plan.descending else ">="
        parts.append(
            f"to go on, add `created_at {sign} {text_of(last.created_s)}`;"
            " the rows of that second come again"
        )
    elif plan is not None and delivery.rows:
        parts.append("this answer cannot go on: run it again from the beginning")
    return "; ".join(parts) or None


def _is_rest_by_time(plan: Plan) -> bool:
    """Whether the rows that follow are those of the time that follows."""
    return is_in_time(plan) and plan.limit is None and not plan.offset

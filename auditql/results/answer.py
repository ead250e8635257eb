"""From a plan and a reader to the rows of the answer, stages included.

In: a plan, a reader of its scans. Out: rows, some at a time. Without stages a row
is a record as received; a count may be the source's own; all else is read, and
every record goes through the stages. What does that is loaded when it is needed:
a client that answers no stages starts without it.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.plan.reader import Grouping, Reader, Statistics
from auditql.results.executor import counting_those_out, silent, unwrapped_batches
from auditql.results.formats import Row
from auditql.results.telling import Warn

Rows = AsyncGenerator[Sequence[Row], None]

T = TypeVar("T")
Execute = Callable[[Plan, Reader, Warn, Statistics], AsyncGenerator[Sequence[T], None]]
"""Answers a plan, some at a time: records, or rows."""


def execute_rows(
    plan: Plan,
    reader: Reader,
    on_warning: Warn = silent,
    statistics: Statistics | None = None,
) -> Rows:
    """The rows of a plan's answer, as they become certain; no batch is empty.

    Who takes them counts them. Reading stops as soon as no further record can
    change the answer.

    Args:
        plan: any.
        reader: of the source that the plan was made for.
        on_warning: as `execute` takes it.
        statistics: learns how far the reading is, and of a count by the source.

    Raises:
        PartialAnswer: a read failed when rows were already out.
        RunError: a read failed before any row was out, or a stage would have to
            hold too much.
    """
    done = statistics if statistics is not None else Statistics()
    return counting_those_out(_rows(plan, reader, on_warning, done))


async def _rows(
    plan: Plan, reader: Reader, on_warning: Warn, statistics: Statistics
) -> Rows:
    """Rows through the stages of a plan."""
    from auditql.results.stages.pipeline import Pipeline

    if isinstance(reader, Grouping) and plan.stages:
        from auditql.results.grouped import grouped_rows

        rows = await grouped_rows(plan, reader, on_warning, statistics)
        if rows is not None:
            yield rows
            return
    if plan.reads_count:
        from auditql.results.counting import counted

        number = await counted(plan, reader)
        if isinstance(number, int):
            statistics.server_counts += 1
            yield [{plan.query.columns[0].name: number}]
            return
        on_warning(
            Diagnostic(
                Code.COUNT_NOT_BELIEVED,
                f"the API's own count is not believed: {number}",
                help="every record is read and counted here instead",
                severity=Severity.WARNING,
            )
        )
        plan = planned(plan.query, plan.source, reads_all=True)
    pipeline = Pipeline(plan)
    if not pipeline.is_done:
        reading = unwrapped_batches(plan, reader, on_warning, statistics)
        async with aclosing(reading) as batches:
            async for batch in batches:
                yield pipeline.add(batch)
                if pipeline.is_done:
                    break
    yield pipeline.end()

"""The rows of stages over records that a source has grouped.

In: a plan with stages, a reader that may group a part of its records. Out: the rows
of the answer, or None where records are to be read one by one. What is not grouped is
read as ever; the stages take both.
"""

from contextlib import aclosing
from operator import attrgetter

from auditql.plan.condensed import Condensed
from auditql.plan.plan import Plan
from auditql.plan.reader import Grouping, ReadAnew, Statistics
from auditql.results.executor import unwrapped_batches
from auditql.results.formats import Row
from auditql.results.stages.pipeline import Pipeline
from auditql.results.telling import Warn


async def grouped_rows(
    plan: Plan, reader: Grouping, on_warning: Warn, statistics: Statistics
) -> list[Row] | None:
    """The rows of a plan's answer; None where each of its records is needed.

    Raises:
        RunError: a read failed, or a stage would have to hold too much.
    """
    parts = reader.grouped()
    if parts is None:
        return None
    pipeline = Pipeline(plan, are_condensed=True)
    rows: list[Row] = []
    number = 0
    try:
        async with aclosing(parts.batches) as batches:
            async for grouped in batches:
                rows += pipeline.add(grouped)
                number += sum(map(attrgetter("times"), grouped))
    except ReadAnew:
        return None
    reading = unwrapped_batches(parts.rest, reader, on_warning, statistics)
    async with aclosing(reading) as rest:
        async for batch in rest:
            rows += pipeline.add(
                [Condensed(one.raw, one.id, one.created_s, 1) for one in batch]
            )
    if any(scan.request.is_sent for scan in parts.rest.scans):
        statistics.rows_mirrored += number
        statistics.rows_fetched += number
    else:
        statistics.sql_answers += 1
    return rows + pipeline.end()

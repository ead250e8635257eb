"""What becomes of records on their way to rows: sorting and stages, as they come.

In: a plan, records in the order of reading, some at a time. Out: the plan that gives
the records, and rows as they become certain. Nothing is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.catalog.record import Record
from auditql.plan.coverage import is_local
from auditql.plan.cut import is_in_time
from auditql.plan.plan import Plan
from auditql.results.formats import Row
from auditql.shell.staged import staged

if TYPE_CHECKING:
    from auditql.results.order import Sorter


class Ways:
    """What becomes of records on their way to rows.

    Attributes:
        reading: the plan that gives the records.
        is_plain: each record is a row, in the order in which it comes.
    """

    def __init__(self, plan: Plan) -> None:
        """Nothing came yet."""
        from auditql.results.order import Sorter
        from auditql.results.stages.pipeline import Pipeline

        query = plan.query
        limit, offset = query.limit, query.offset
        self._from, self._most = 0, None
        self._sorter: Sorter | None = None
        if plan.sort:
            most = None if limit is None else limit + offset
            self._sorter = Sorter(plan.sort, query.zone, most)
            self._from, self._most = offset, limit
            limit, offset = None, 0
        bare = replace(query, stages=(), limit=limit, offset=offset)
        self.reading = replace(plan, sort=(), query=bare)
        self._pipeline = Pipeline(plan) if plan.stages else None
        self.is_plain = not plan.sort and not plan.stages

    @property
    def is_done(self) -> bool:
        """Whether no further record can change the answer."""
        return self._pipeline is not None and self._pipeline.is_done

    def through(self, records: Sequence[Record]) -> Sequence[Row]:
        """The rows that are certain now."""
        if self._sorter is None:
            return self._rows(records)
        self._sorter.add(records)
        return ()

    def end(self, begin: Callable[[], object]) -> Sequence[Row]:
        """The rows that waited for the last record.

        Args:
            begin: called before what cannot be done again; sorting can.
        """
        rows: list[Row] = []
        if self._sorter is not None:
            ordered = self._sorter.sorted()[self._from :][: self._most]
            begin()
            rows += self._rows(ordered)
        if self._pipeline is not None:
            begin()
            rows += self._pipeline.end()
        return rows

    def _rows(self, records: Sequence[Record]) -> Sequence[Row]:
        if self._pipeline is None:
            return [record.raw for record in records]
        return self._pipeline.add(records)


def ways_of(plan: Plan) -> Ways | None:
    """What becomes of the records of a plan; None where it is answered at once."""
    if plan.query.page is not None or plan.reads_count:
        return None
    ways = Ways(plan)
    assert is_in_time(ways.reading)
    return ways


def is_at_hand(plan: Plan, reads: Plan) -> bool:
    """Whether the mirror has the rows of all stages, and none can come before.

    Args:
        plan: as it was asked.
        reads: the same, as it is read.
    """
    streams = staged(plan).streams and not plan.sort
    return bool(plan.stages) and not streams and is_local(reads)

"""The answer of a plan over records that are at hand: nothing is asked.

In: a plan, and records from anywhere. Out: the rows that a client would give of
an account that holds these records. No clock, network or file is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from auditql.catalog.record import Record
from auditql.errors import ConfigurationError
from auditql.language.query import CursorPage, OffsetPage
from auditql.plan.plan import Plan
from auditql.results.order import Sorter
from auditql.results.stages.pipeline import Pipeline

if TYPE_CHECKING:
    from auditql.runtime.client_settings import Row

_BATCH = 1000


def answer(
    plan: Plan, records: Iterable[Record | Mapping[str, object]]
) -> "Iterator[Row]":
    """The rows of a plan's answer over records that are at hand.

    Filter, order, limit, page and stages are obeyed, as over an account that
    holds these records: newest first unless the query says otherwise, ids
    rising within a second. The records may come in any order. A record that is
    given twice is counted twice; `now` and the zone are the plan's.

    What is held in memory are the groups of a stage where the order of the
    records cannot change the answer, as many records as a limit wants, or else
    all that pass.

        >>> plan = auditql.compile("action = login | count by actor_name")
        >>> moment = "2026-03-01T08:00:00Z"
        >>> records = [
        ...     {"id": 1, "created_at": moment, "action": "login", "actor_name": "Ada"},
        ...     {"id": 2, "created_at": moment, "action": "login", "actor_name": "Ada"},
        ...     {"id": 3, "created_at": moment, "action": "update"},
        ... ]
        >>> list(auditql.answer(plan, records))
        [{'actor_name': 'Ada', 'count': 2}]

    Args:
        plan: any but a page by cursor.
        records: Records, or the decoded JSON objects of records.

    Raises:
        ConfigurationError: the plan wants the page at a cursor, which only the
            API knows.
        ValueError: while rows are taken: what was given is no record.
        RunError: while rows are taken: a stage would have to hold too much.
    """
    if isinstance(plan.query.page, CursorPage):
        raise ConfigurationError(
            "a page at a cursor is the API's; ask for it without the cursor"
        )
    return _rows(plan, iter(records))


def _rows(
    plan: Plan, records: Iterator[Record | Mapping[str, object]]
) -> "Iterator[Row]":
    pipeline = Pipeline(plan)
    kept = _kept(plan, records)
    if pipeline.order_matters or plan.query.page is not None:
        kept = _cut(plan, _in_order(plan, kept))
    while not pipeline.is_done and (batch := list(islice(kept, _BATCH))):
        for row in pipeline.add(batch):
            yield dict(row)
    for row in pipeline.end():
        yield dict(row)


def _kept(
    plan: Plan, records: Iterator[Record | Mapping[str, object]]
) -> Iterator[Record]:
    """The records that pass the filter."""
    keep = plan.matcher().keep
    while batch := list(islice(records, _BATCH)):
        yield from keep(
            [
                given if isinstance(given, Record) else Record.from_json(dict(given))
                for given in batch
            ]
        )


def _in_order(plan: Plan, records: Iterator[Record]) -> Iterator[Record]:
    """The records in the order of the plan, only as many as are taken."""
    sign = -1 if plan.descending else 1
    if plan.sort:
        # Ties keep the order in which a reader would have given them.
        sorter = Sorter(plan.sort, plan.query.zone, _most(plan))
        sorter.add(sorted(records, key=lambda r: (sign * r.created_s, r.id)))
        return iter(sorter.sorted())
    most = _most(plan)
    if most is None:
        return iter(sorted(records, key=lambda r: (sign * r.created_s, r.id)))
    return iter(nsmallest(most, records, key=lambda r: (sign * r.created_s, r.id)))


def _most(plan: Plan) -> int | None:
    """Records that are taken at most, in order; None for all."""
    page = plan.query.page
    if isinstance(page, OffsetPage):
        return page.number * page.size
    return None if plan.limit is None else plan.limit + plan.offset


def _cut(plan: Plan, records: Iterator[Record]) -> Iterator[Record]:
    """The records of the page, the offset and the limit."""
    page = plan.query.page
    if isinstance(page, OffsetPage):
        first = (page.number - 1) * page.size
        records = islice(records, first, first + page.size)
    end = None if plan.limit is None else plan.offset + plan.limit
    return islice(records, plan.offset, end)

"""From a plan and a reader to the records of the answer, exactly and in order.

In: a plan, a reader of its scans. Out: records as they are found. The whole
filter is checked on every record; what the API gave beside it is dropped and
said. Reading stops as soon as enough rows are out.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import PartialAnswer, RunError
from auditql.plan.model import Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Reader, Statistics
from auditql.results.merge import Stream, merged
from auditql.results.order import Sorter
from auditql.results.telling import Telling, Warn

T = TypeVar("T")


def silent(_diagnostic: Diagnostic) -> None:
    """Take a warning and do nothing with it."""


def rows_out(number: int) -> str:
    """What ends the words of a PartialAnswer whose first rows are out."""
    out = "1 row is" if number == 1 else f"{number:,} rows are"
    return f"; {out} out, and more may follow"


async def execute(
    plan: Plan,
    reader: Reader,
    statistics: Statistics | None = None,
    on_warning: Warn = silent,
) -> AsyncGenerator[Record, None]:
    """The records of a plan's answer, in its order.

    Args:
        plan: without stages.
        reader: of the source that the plan was made for.
        statistics: its `rows` counts what was given.
        on_warning: is told of records outside of the filter, out of order, or
            of one id with different content; each kind once.

    Raises:
        PartialAnswer: a read failed when rows were already out.
        RunError: a read failed before any row was out.
    """
    counted = statistics if statistics is not None else Statistics()
    batches_of = execute_batches(plan, reader, on_warning, counted)
    async with aclosing(batches_of) as batches:
        async for batch in batches:
            for record in batch:
                counted.rows += 1
                yield record


def execute_batches(
    plan: Plan,
    reader: Reader,
    on_warning: Warn = silent,
    statistics: Statistics | None = None,
) -> Stream:
    """As `execute`, but many records at a time, as they become known.

    For callers to whom every step is dear. None of the batches is empty; who
    takes them counts the rows. The statistics learn how far the reading is.

    Raises:
        PartialAnswer: a read failed when rows were already out.
        RunError: a read failed before any row was out.
    """
    return counting_those_out(unwrapped_batches(plan, reader, on_warning, statistics))


async def counting_those_out(
    reading: AsyncGenerator[Sequence[T], None],
) -> AsyncGenerator[Sequence[T], None]:
    """The batches of a reading that hold anything, as they come.

    Raises:
        PartialAnswer: it failed when rows were already out; it says how many.
        RunError: it failed before any row was out.
    """
    given = 0
    try:
        async with aclosing(reading) as batches:
            async for batch in batches:
                if batch:
                    given += len(batch)
                    yield batch
    except PartialAnswer:
        raise
    except RunError as error:
        if given == 0:
            raise
        raise PartialAnswer(
            f"{error}{rows_out(given)}",
            status=error.status,
            request_id=error.request_id,
        ) from None


async def unwrapped_batches(
    plan: Plan,
    reader: Reader,
    on_warning: Warn = silent,
    statistics: Statistics | None = None,
) -> Stream:
    """As `execute_batches`, but a read that fails is told as the reader tells it.

    For those who make other rows of the records, and know how many are out.

    Raises:
        RunError: a read failed.
    """
    told = Telling(on_warning)
    counted = statistics if statistics is not None else Statistics()
    left = plan.limit
    skipped = 0
    if left == 0:
        return
    async with aclosing(_ordered(plan, reader, told, counted)) as batches:
        async for batch in batches:
            if skipped < plan.offset:
                drop = min(plan.offset - skipped, len(batch))
                skipped += drop
                batch = batch[drop:]
            if left is not None:
                batch = batch[:left]
                left -= len(batch)
            if batch:
                yield batch
            if left == 0:
                break
    told.end()


async def _ordered(
    plan: Plan, reader: Reader, told: Telling, counted: Statistics
) -> Stream:
    """Batches of passing records in the answer's order."""
    if not plan.sort:
        async with aclosing(_read(plan, reader, told, counted)) as batches:
            async for batch in batches:
                yield batch
        return
    most = None if plan.limit is None else plan.limit + plan.offset
    sorter = Sorter(plan.sort, plan.query.zone, most)
    async with aclosing(_read(plan, reader, told, counted)) as batches:
        async for batch in batches:
            sorter.add(batch)
    yield sorter.sorted()


async def _read(
    plan: Plan, reader: Reader, told: Telling, counted: Statistics
) -> Stream:
    """Batches of passing records in the order of time: group after group."""
    for group in plan.groups:
        streams = [
            _passing(plan, plan.scans[place], reader, told, counted) for place in group
        ]
        batches = merged(streams, descending=plan.descending, told=told)
        async with aclosing(batches):
            async for batch in batches:
                yield batch


def _wanted(plan: Plan, scan: Scan) -> int | None:
    """Records that will be taken at most from a scan; None if unknown.

    Scans that are merged share what is taken, nobody knows how.
    """
    if plan.limit is None or plan.sort or not plan.exact:
        return None
    if not any(plan.scans[g[0]] is scan for g in plan.groups if len(g) == 1):
        return None
    return plan.limit + plan.offset


async def _passing(
    plan: Plan, scan: Scan, reader: Reader, told: Telling, counted: Statistics
) -> Stream:
    """The records of one scan that lie in its time and pass the whole filter.

    A scan of no time at all, as a cut leaves it, is not read.
    """
    if scan.box.created.is_empty:
        return
    matcher = plan.matcher()
    start, end = scan.box.created.start, scan.box.created.end
    last: int | None = None
    read = reader.pages(scan, _wanted(plan, scan))
    async with aclosing(read) as pages:  # type: ignore[type-var] # a generator
        async for page in pages:
            last = _check_order(page, last, descending=plan.descending, told=told)
            counted.rows_read += len(page)
            counted.reached_s = last if last is not None else counted.reached_s
            inside = [
                record
                for record in page
                if (start is None or start <= record.created_s)
                and (end is None or record.created_s < end)
            ]
            kept = matcher.keep(inside)
            if scan.request.exact and len(kept) < len(inside):
                told(
                    Code.OUTSIDE_FILTER,
                    "the API gave records that its own filter should have left out",
                    "they were dropped; counts by the API may be too high",
                )
            if kept:
                yield kept


def _check_order(
    page: Sequence[Record], last: int | None, *, descending: bool, told: Telling
) -> int | None:
    for record in page:
        second = record.created_s
        if last is not None and (second > last if descending else second < last):
            told(
                Code.OUT_OF_ORDER,
                "the API gave records out of the order of time",
                "they stand where they came; with a limit the answer may miss some",
            )
        last = second
    return last

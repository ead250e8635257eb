"""How far an answer is out, and how the rest of it is had without a gap or a double.

In: records as they go out; later, the plan again. Out: a position, the plan of
the rest, the records of it. Rows leave in the order of time, so a count, the
last second and the ids of that second say where an answer stands, however its
records were read.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.errors import ApiError, PartialAnswer
from auditql.plan.cut import cut
from auditql.plan.plan import Plan
from auditql.results.executor import rows_out

MOST_IDS = 100_000
"""Most records of one second that a position can name."""


class OtherLog(ApiError):
    """The log no longer shows what is out, so nothing fits behind it."""


@form
class Position:
    """Where an answer stands whose first rows are out.

    Attributes:
        rows: how many are out, at least one.
        second: of the last one, in seconds since 1970 UTC.
        ids: of those that are out in that second; an id may be there twice.
    """

    rows: int
    second: int
    ids: tuple[int, ...]

    @property
    def is_bounded(self) -> bool:
        """Whether it is small enough to be kept."""
        return len(self.ids) <= MOST_IDS


def advanced(position: Position | None, records: Sequence[Record]) -> Position | None:
    """The position once these records are out too; None where none ever was."""
    if not records:
        return position
    second = records[-1].created_s
    ids: list[int] = []
    for record in reversed(records):
        if record.created_s != second:
            break
        ids.append(record.id)
    ids.reverse()
    if position is None:
        return Position(len(records), second, tuple(ids))
    before = position.ids if position.second == second else ()
    if len(ids) < len(records):
        before = ()
    return Position(position.rows + len(records), second, (*before, *ids))


def rest_of(plan: Plan, position: Position) -> Plan:
    """The plan that gives the rest, after the ids of the position's second.

    Records that an offset left out may lie in that second; then every row that
    is out lies there too, and the plan begins where it began.
    """
    limit = plan.limit
    if limit is not None and position.rows >= limit:
        return replace(plan, query=replace(plan.query, limit=0))
    if plan.offset and len(position.ids) == position.rows:
        return plan
    if limit is not None:
        limit = limit - position.rows + len(position.ids)
    query = replace(plan.query, limit=limit, offset=0)
    return replace(cut(plan, position.second), query=query)


async def without_those_out(
    batches: AsyncGenerator[Sequence[Record], None], plan: Plan, position: Position
) -> AsyncGenerator[Sequence[Record], None]:
    """The records of the rest: those whose ids are out are left out, once each.

    What is new in their second is held back until all of them have come.

    Args:
        batches: of the rest's plan.
        plan: the rest's plan.
        position: how far the answer is out.

    Raises:
        OtherLog: the log does not show again what is out; nothing of the rest
            was given.
        PartialAnswer: as the batches do; rows that were out before count.
        RunError: as the batches do.
    """
    out = Counter(() if plan.limit == 0 else position.ids)
    came = given = 0
    held: Sequence[Record] = ()
    try:
        async with aclosing(batches):
            async for batch in batches:
                came += len(batch)
                if out:
                    held = (*held, *_left(batch, out, position.second))
                    if out:
                        continue
                    batch, held = held, ()
                if batch:
                    given += len(batch)
                    yield batch
    except PartialAnswer as error:
        words = str(error).removesuffix(rows_out(came))
        raise PartialAnswer(
            words + rows_out(position.rows + given),
            status=error.status,
            request_id=error.request_id,
        ) from None
    _check_all_came(out)


def _left(batch: Sequence[Record], out: Counter[int], second: int) -> Sequence[Record]:
    """The records of a batch that are not out; those that were met are counted.

    Raises:
        OtherLog: the second is over, and not all of them came.
    """
    kept: list[Record] = []
    for record in batch:
        if record.created_s != second:
            _check_all_came(out)
        elif out[record.id]:
            out[record.id] -= 1
            if not out[record.id]:
                del out[record.id]
            continue
        kept.append(record)
    return kept


def _check_all_came(out: Counter[int]) -> None:
    missing = out.total()
    if missing:
        raise OtherLog(
            f"the log no longer shows {missing:,} of the records that are out: "
            "the rest would not fit; run the query again from the beginning"
        )

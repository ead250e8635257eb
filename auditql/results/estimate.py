"""What a read will take, by the source's own counts.

In: a plan, and how many records the source says that each stream has. Out: the
requests and records of the read. The counts decide nothing of an answer: one that
is not right makes an estimate that is not right, and no more.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditql.catalog.forms import form
from auditql.language import query
from auditql.plan.capability import ReadShape
from auditql.plan.cost import cost_of, page_size
from auditql.plan.model import Mode, Request, Scan
from auditql.plan.plan import Plan
from auditql.results.counting import CAPS


@form
class Estimate:
    """What a read takes if nobody changes the log meanwhile; retries are left out.

    Attributes:
        requests: pages asked for one after another; several cursors at once may
            need some more.
        records: received by them.
        may_be_less: reading stops when the limit is full, wherever that is.
        may_be_more: a count stands where the source's counts are known to stop.
    """

    requests: int
    records: int
    may_be_less: bool = False
    may_be_more: bool = False


def questions(plan: Plan) -> tuple[Request, ...]:
    """The requests for the counts: one for each stream that is paged through.

    None where it is known before which requests the plan sends. The range is asked
    as the read asks it, so that its edge seconds are counted too.
    """
    if cost_of(plan).is_all or plan.reads_count:
        return ()
    shape = ReadShape(plan.descending, 1, plan.query.now_s, counts=True)
    return tuple(
        request
        for scan in _paged(plan)
        for request in plan.source.requests(
            scan.box, replace(shape, exact=scan.request.exact)
        )
    )


def estimate(plan: Plan, counts: Sequence[int]) -> Estimate:
    """What the read of a plan takes.

    Args:
        plan: one that has questions.
        counts: the answers to its questions, in their order.
    """
    size = page_size(plan)
    looked_up = len(plan.requests) - len(counts)
    may_be_more = any(count in CAPS for count in counts)
    if len(plan.scans) == 1 and plan.exact and plan.limit is not None:
        (count,) = counts
        if not plan.sort:
            pages = _pages(min(count, plan.limit + plan.offset), size)
            # Past the limit nothing is read, however many there are.
            is_short = may_be_more and count < plan.limit + plan.offset
            return Estimate(pages, min(count, pages * size), may_be_more=is_short)
    return Estimate(
        looked_up + sum(_pages(count, size) for count in counts),
        looked_up + sum(counts),
        _may_stop(plan),
        may_be_more,
    )


def _paged(plan: Plan) -> list[Scan]:
    return [scan for scan in plan.scans if scan.request.mode is Mode.CURSOR]


def _pages(records: int, size: int) -> int:
    """Requests for so many records; one must say that there is none."""
    return max(1, -(-records // size))


def _may_stop(plan: Plan) -> bool:
    """Whether reading may stop before the last page."""
    if plan.limit is not None and not plan.sort:
        return True
    for stage in plan.stages:
        if not isinstance(stage, query.STREAMING):
            return False
        if isinstance(stage, query.LimitTo):
            return True
    return False

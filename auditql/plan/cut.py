"""A plan cut at a second: what is left of it once the rows before are out.

In: a plan that is read in the order of time, a second. Out: the plan of the
records at that second and behind it, in the direction of reading. Pure.

What is cut keeps its place, also where nothing is left of it: the scans of a
group decide how records of one second are ordered, and they come again in the
order they had.
"""

from dataclasses import replace

from auditql.plan import intervals
from auditql.plan.capability import ReadShape
from auditql.plan.cost import page_size
from auditql.plan.model import Box, Interval, Mode, Scan
from auditql.plan.plan import Plan


def is_in_time(plan: Plan) -> bool:
    """Whether rows come in the order of time, so that a second cuts the answer."""
    return not plan.sort and not plan.stages and plan.query.page is None


def cut(plan: Plan, second: int) -> Plan:
    """The plan of the records at a second and behind it.

    It gives exactly those records that the plan gives, in the same order; its
    limit and its offset are those of the plan. A scan of which nothing is left
    has an empty time, and is not read.

    Args:
        plan: one for which `is_in_time` holds.
        second: in seconds since 1970 UTC.
    """
    assert is_in_time(plan)
    behind = Interval(None, second + 1) if plan.descending else Interval(second, None)
    return replace(
        plan, scans=tuple(_scan_behind(plan, scan, behind) for scan in plan.scans)
    )


def _scan_behind(plan: Plan, scan: Scan, behind: Interval) -> Scan:
    """The scan for what lies in that time too; its request asks for no more.

    The range makes the URL of a list longer than the planner let it become, by
    less than the room that is kept for a cursor.
    """
    created = intervals.intersection(scan.box.created, behind)
    box = Box(scan.box.sets, created, scan.box.exact)
    if created.is_empty or scan.request.mode is not Mode.CURSOR:
        return Scan(box, scan.request)
    shape = ReadShape(
        plan.descending, page_size(plan), plan.query.now_s, exact=scan.request.exact
    )
    (request,) = plan.source.requests(box, shape)
    return Scan(box, request)

"""What a plan costs, as far as that can be known before anything is asked.

In: a plan. Out: the fewest requests that answer it, and whether they are all.
Nothing is guessed: how many records an account has is not known here.
"""

from auditql.catalog.forms import form
from auditql.plan.lines import counted
from auditql.plan.model import Mode
from auditql.plan.plan import Plan

MANY = 50
"""Requests above which a person is told, or asked, before a query runs."""


@form
class Cost:
    """Requests that a plan sends.

    Attributes:
        least: so many are sent in any case, unless one fails.
        is_all: and no more than those.
        why: what decides it, for a person; never ends in a full stop.
        likely: so many if the account has as many records as are wanted; 0 where
            that says nothing.
    """

    least: int
    is_all: bool
    why: str
    likely: int = 0


def cost_of(plan: Plan) -> Cost:
    """The cost of a plan; retries are left out."""
    nothing = _why_nothing(plan)
    if nothing is not None:
        return Cost(0, True, nothing)
    scans = [scan for scan in plan.scans if scan.request.is_sent]
    if len(scans) < len(plan.scans):
        return _beside_the_mirror(plan)
    if plan.reads_count:
        return _count(len(scans))
    modes = {scan.request.mode for scan in scans}
    if modes == {Mode.ONE_PAGE}:
        return Cost(1, True, "exactly one page")
    if modes == {Mode.LOOKUP}:
        return Cost(len(scans), True, "one for each id")
    if len(scans) == 1:
        return _single(plan)
    if plan.sort or plan.limit is None:
        return Cost(len(scans), False, "one for each stream, then one for each page")
    first = len(plan.groups[0])
    return Cost(first, False, "one for each stream that is read, then for each page")


def _why_nothing(plan: Plan) -> str | None:
    """Why no request is sent; None where some are."""
    if not plan.scans:
        return "no record can pass"
    if plan.limit == 0 and not plan.stages:
        return "no row is wanted"
    if not plan.source.is_remote:
        return "files are read once, from beginning to end"
    if not plan.requests:
        return "the mirror alone is read"
    return None


def _beside_the_mirror(plan: Plan) -> Cost:
    """The cost of what the mirror does not hold."""
    why = "one for each page of what the mirror does not hold"
    first = plan.groups if plan.sort or plan.limit is None else plan.groups[:1]
    asked = sum(plan.scans[p].request.is_sent for group in first for p in group)
    return Cost(asked, False, why)


def _count(requests: int) -> Cost:
    """The cost of a count: one request, or the first page from either end."""
    if requests == 1:
        return Cost(1, True, "the API's own count is read, not the records")
    why = "the API's own count and its edges, more if an edge second fills a page"
    return Cost(requests, False, why)


def _single(plan: Plan) -> Cost:
    """The cost of a plan of one stream that is paged through."""
    (scan,) = plan.scans
    size = page_size(plan)
    if plan.limit is None or plan.sort or plan.stages or not plan.exact:
        return Cost(1, False, f"one for each page of {counted(size, 'record')}")
    wanted = plan.limit + plan.offset
    if wanted > size:
        why = f"one for each page of {counted(size, 'record')} up to the limit"
        return Cost(1, False, why, likely=-(-wanted // size))
    created = scan.box.created
    # Records of the second that lies outside take places of the first page.
    if (created.end if plan.descending else created.start) is not None:
        return Cost(
            1,
            False,
            "the first page holds all that is wanted, unless its edge second fills it",
        )
    return Cost(1, True, "the first page holds all that is wanted")


def page_size(plan: Plan) -> int:
    """Records of a page of the first stream that has pages."""
    for scan in plan.scans:
        for name, value in scan.request.params:
            if name in ("page[size]", "per_page"):
                return int(value)
    return 1

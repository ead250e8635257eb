"""Whether an answer is complete, and up to when.

In: a plan, what was done for it, why it ended early if it did. Out: what may be
claimed of the answer. Nothing is claimed that the server's own time does not
bear out.
"""

from auditql.catalog.forms import form
from auditql.plan.model import REACH_S, Mode, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics

SETTLING_S = 300
"""Records have been seen to become readable minutes after their time, so the
last seconds before the server's now are never claimed (promise P2)."""

UNREAD = "it was not read to its end"
"""The reason of an answer that is being read, or whose reading was stopped."""

OUT_OF_ORDER = "records came out of order: the answer may not be complete"
"""The reason where the service broke the order that a read relies on."""


@form
class Completeness:
    """What may be claimed of an answer.

    Attributes:
        complete: it holds exactly the records that the service shows for the
            query, up to `until_s`; those of a limit or a page, where one cut it.
        reason: why it is partial, in words; None where it is complete.
        until_s: up to when nothing is missing, in seconds since 1970 UTC; never
            within the last five minutes of the server's time. None where
            nothing is claimed: the answer is partial, or one page, or the
            server told no time.
        server_count: the answer is the service's own count; no record was read.
    """

    complete: bool
    reason: str | None
    until_s: int | None
    server_count: bool = False


def partial(reason: str) -> Completeness:
    """What may be claimed of an answer of which something may be missing."""
    return Completeness(False, reason, None)


def whole(plan: Plan | None, server_s: int | None) -> Completeness:
    """What may be claimed of an answer that was read to its end.

    Args:
        plan: of the query; None for a record that was looked up by its id.
        server_s: the server's time of the first answer that it was read from.
    """
    return Completeness(True, None, _until_s(plan, server_s))


def of(plan: Plan | None, statistics: Statistics, reason: str | None) -> Completeness:
    """What may be claimed, given why it is partial; None where it is not."""
    if reason is not None:
        return partial(reason)
    return whole(plan, statistics.server_s)


def _until_s(plan: Plan | None, server_s: int | None) -> int | None:
    if plan is not None and plan.query.page is not None:
        return None
    if plan is not None and (server_s is None or not plan.requests):
        return _mirrored_until_s(plan)
    if server_s is None:
        return None
    settled = server_s - SETTLING_S
    if plan is None:
        return settled
    reached_s = plan.query.now_s + REACH_S
    if any(_is_asked_up_to_now(plan, scan) for scan in plan.scans):
        return min(settled, reached_s)
    ends = [scan.box.created.end for scan in plan.scans]
    known = [end for end in ends if end is not None]
    return min(settled, max(known)) if known and len(known) == len(ends) else settled


def _mirrored_until_s(plan: Plan) -> int | None:
    """The end of what the mirror gave before anything else was read."""
    now_s = plan.query.now_s
    ends: list[int] = []
    bounds: list[int] = []
    for group in plan.groups:
        scans = [plan.scans[place] for place in group]
        if any(scan.request.is_sent for scan in scans):
            break  # nobody was asked, so reading stopped before
        for scan in scans:
            start, end = scan.box.created.start, scan.box.created.end
            if scan.request.mode is Mode.LOCAL and end is not None:
                ends.append(end)
                if _is_asked_up_to_now(plan, scan):
                    bounds.append(now_s + REACH_S)
            elif scan.request.mode is Mode.GAP and start is not None and start > now_s:
                bounds.append(start)  # what is to come was not read
    return min([max(ends), *bounds]) if ends else None


def _is_asked_up_to_now(plan: Plan, scan: Scan) -> bool:
    """Whether a scan without an end is asked up to a while beyond the plan's now.

    A clock that is slower than that hides the newest records, and nothing is claimed
    of them. A scan of all time is asked for whole. What is read of the mirror has an
    end: where it is that one, it may have been none, and no more is claimed either.
    """
    created = scan.box.created
    if scan.request.mode is Mode.LOCAL and created.end is not None:
        return created.end == plan.query.now_s + REACH_S
    is_whole = created.start is None and plan.descending
    return created.end is None and not is_whole

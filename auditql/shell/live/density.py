"""How many requests a plan will send, by what was read before.

In: a plan, and how many records a second were met in earlier reads. Out: the
number of requests, and how sure it is. Nothing is guessed where nothing was met.
"""

from collections.abc import Mapping
from math import ceil

from auditql.plan.cost import cost_of, page_size
from auditql.plan.model import Box, Interval, Mode
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.shell.live.forms import Expected

LEAST_RECORDS = 20
"""Records below which a read says nothing of the next."""


MOST = 200
"""Kinds of reads that are remembered; the latest stay."""


def key(box: Box) -> str:
    """What a density is remembered under: what the box asks for, its time left out.

    The empty text is the whole account.
    """
    return "&".join(
        f"{name}={','.join(sorted(map(str, box.sets[name])))}"
        for name in sorted(box.sets)
    )


def expected(plan: Plan, densities: Mapping[str, float]) -> Expected:
    """How many requests a plan sends, retries left out."""
    cost = cost_of(plan)
    if cost.is_all:
        return Expected(cost.least, cost.least, is_exact=True)
    if plan.reads_count:
        return Expected(cost.least, cost.least)
    capped = cost.likely or (cost.least if _is_capped(plan) else None)
    pages, is_bound = _pages(plan, densities)
    if pages is None:
        return Expected(cost.least, capped)
    if capped is not None:
        return Expected(cost.least, max(cost.least, min(pages, capped)))
    # A limit that few records count for may be met at any page before the last.
    stops = plan.limit is not None and not plan.sort
    return Expected(cost.least, max(cost.least, pages), is_bound=is_bound or stops)


def learned(plan: Plan, counts: Statistics) -> tuple[str, float] | None:
    """What a read has shown of how dense records are, to be remembered by its key.

    Args:
        plan: that was read, whole or in part.
        counts: the work done.

    Returns:
        The key and records a second; None where too few came to say anything, or
        more than one stream was read, or nobody was asked.
    """
    if (
        not plan.source.is_remote
        or len(plan.scans) != 1
        or plan.scans[0].request.mode is not Mode.CURSOR
    ):
        return None
    (scan,) = plan.scans
    created, now_s = scan.box.created, plan.query.now_s
    if counts.reached_s is None or counts.rows_read < LEAST_RECORDS:
        return None
    if plan.descending:
        end = now_s if created.end is None else min(created.end, now_s)
        seconds = end - counts.reached_s
    elif created.start is None:
        return None
    else:
        seconds = counts.reached_s - created.start
    return (key(scan.box), counts.rows_read / seconds) if seconds > 0 else None


def _is_capped(plan: Plan) -> bool:
    """Whether one page of one stream is full enough for the limit."""
    return (
        len(plan.scans) == 1
        and plan.exact
        and plan.limit is not None
        and not plan.sort
        and not plan.stages
    )


def _pages(plan: Plan, densities: Mapping[str, float]) -> tuple[int | None, bool]:
    """Pages of all streams read to their ends, and whether that is a bound only."""
    size = page_size(plan)
    total, is_bound = 0, False
    for scan in plan.scans:
        if not scan.request.is_sent:
            continue
        if scan.request.mode is not Mode.CURSOR:
            total += 1
            continue
        seconds = _seconds(scan.box.created, plan.query.now_s)
        density = densities.get(key(scan.box))
        if density is None:
            density = densities.get("")  # all records: these are some of them
            is_bound = True
        if seconds is None or density is None:
            return None, False
        total += max(1, ceil(density * seconds / size))
    return total, is_bound


def _seconds(created: Interval, now_s: int) -> int | None:
    """Seconds of an interval up to now; None where it has no start."""
    if created.start is None:
        return None
    end = now_s if created.end is None else min(created.end, now_s)
    return max(0, end - created.start)

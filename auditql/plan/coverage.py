"""A plan parted by what a mirror holds: the rest alone is asked of the API.

In: a plan for the API, the times that the mirror covers. Out: a plan of the same
answer. Each scan becomes pieces, whole seconds each: those in covered time are read
out of the mirror, the others are asked for as the source asks them. Pure.

A covered time holds every record that the account will ever show of it. So the
pieces of a scan hold what the scan holds, and one second lies in one of them only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.plan import intervals
from auditql.plan.boxes import tidied
from auditql.plan.capability import ReadShape
from auditql.plan.grouping import groups_of
from auditql.plan.model import (
    ALWAYS,
    FOREVER_S,
    REACH_S,
    Box,
    Interval,
    Mode,
    Request,
    Scan,
)
from auditql.plan.plan import Plan

BEGINNING_S = 946_684_800
"""2000-01-01T00:00:00Z, before the first account: covered from there on is covered
from the beginning."""

_FULL_PAGE = 100

MOST_PARTS = 16
"""Covered times of one scan that are told apart beside the API: between any two of
them it is asked once more. The longest count."""


def covered_plan(
    plan: Plan, covered: Sequence[Interval], *, asks_api: bool = True
) -> Plan:
    """The plan that reads what is covered out of the mirror.

    It gives the records of the plan in its order. A page is the API's own; ids are
    looked up whatever is covered, and who reads looks into the mirror first. A
    count is the API's unless all of its time is covered.

    Args:
        plan: for the API.
        covered: disjoint times with two ends, in ascending order.
        asks_api: else what is not covered is read nowhere: a scan of mode GAP.
    """
    if plan.query.page is not None or not plan.scans:
        return plan
    if plan.reads_count:
        if asks_api and not all(_is_within(s, plan, covered) for s in plan.scans):
            return plan
        plan = _reading(plan)
    if asks_api and not covered:
        return plan
    wholes = [s for s in plan.scans if s.request.mode is not Mode.CURSOR]
    timed = [s for s in plan.scans if s.request.mode is Mode.CURSOR]
    most = MOST_PARTS if asks_api else None
    parted = [(scan, _held(scan, plan, covered, most)) for scan in timed]
    if asks_api and not any(held for _, held in parted):
        return plan
    scans = [
        *(wholes if asks_api else (_local_lookup(s, covered) for s in wholes)),
        *_out_of_mirror(parted),
        *(
            piece
            for scan, held in parted
            for left in _in_turn(_left(scan, plan, held), plan)
            for piece in (_asked(scan, plan, left) if asks_api else _gap(scan, left))
        ),
    ]
    return replace(
        plan,
        scans=tuple(scans),
        groups=groups_of([s.box for s in scans], descending=plan.descending),
    )


def page_fault(plan: Plan, *, asks_api: bool) -> Diagnostic | None:
    """What is wrong with a page where nothing but the mirror is read; else None."""
    if asks_api or plan.query.page is None:
        return None
    return Diagnostic(
        Code.PAGING_NEEDS_ONE_REQUEST,
        "a page is the API's: a mirror has none",
        plan.query.page.span,
        help="use `limit` and `offset`",
    )


def is_local(plan: Plan) -> bool:
    """Whether a plan is answered out of the mirror alone, with nothing missing."""
    return bool(plan.scans) and all(s.request.mode is Mode.LOCAL for s in plan.scans)


def uses_mirror(plan: Plan) -> bool:
    """Whether a part of a plan is read out of the mirror."""
    return any(scan.request.mode is Mode.LOCAL for scan in plan.scans)


def times_of(plan: Plan, *modes: Mode) -> tuple[Interval, ...]:
    """The times that scans of these modes read, joined, in ascending order.

    An id has no time.
    """
    found = [
        scan.box.created
        for scan in plan.scans
        if scan.request.mode in modes and "id" not in scan.box.sets
    ]
    joined: list[Interval] = []
    for time in sorted(found, key=lambda i: (i.start is not None, i.start or 0)):
        if joined and intervals.touch(joined[-1], time):
            joined[-1] = intervals.hull(joined[-1], time)
        else:
            joined.append(time)
    return tuple(joined)


def _reading(plan: Plan) -> Plan:
    """The plan that counts here what the source would have counted."""
    from auditql.plan.planner import plan as planned

    made = planned(plan.query, plan.source, reads_all=True)
    return replace(made, diagnostics=plan.diagnostics)


# --- the time of a scan, parted


def _whole(scan: Scan, plan: Plan) -> Interval:
    """The time that a scan is read for, with two ends.

    An open end is what its request asks for: a while beyond the plan's now, or for
    ever where no range is sent.
    """
    created = scan.box.created
    start = 0 if created.start is None else created.start
    if created.end is not None:
        return Interval(start, created.end)
    if created == ALWAYS and plan.descending:
        return Interval(start, FOREVER_S)
    return Interval(start, plan.query.now_s + REACH_S)


def _held(
    scan: Scan, plan: Plan, covered: Sequence[Interval], most: int | None
) -> tuple[Interval, ...]:
    """The covered times of a scan, in ascending order; the longest of too many."""
    whole = _whole(scan, plan)
    found = [
        time
        for each in covered
        if not (time := intervals.intersection(each, whole)).is_empty
    ]
    if most is not None and len(found) > most:
        longest = sorted(range(len(found)), key=lambda p: -_length(found[p]))[:most]
        found = [found[place] for place in sorted(longest)]
    return tuple(found)


def _length(time: Interval) -> int:
    assert time.start is not None
    assert time.end is not None
    return time.end - time.start


def _left(scan: Scan, plan: Plan, held: Sequence[Interval]) -> Iterator[Interval]:
    """The times of a scan that are not held, in ascending order."""
    created = scan.box.created
    whole = _whole(scan, plan)
    start = created.start
    for time in held:
        assert time.start is not None
        is_first = start is None
        if is_first and time.start > BEGINNING_S:
            yield Interval(None, time.start)
        elif start is not None and start < time.start:
            yield Interval(start, time.start)
        start = time.end
    if not held:
        yield created
    elif start != whole.end:
        end = created.end
        if end is None and whole.end == FOREVER_S:
            end = FOREVER_S  # else it would end with the plan's now
        yield Interval(start, end)


def _in_turn(times: Iterator[Interval], plan: Plan) -> list[Interval]:
    """Ascending times in the order of reading."""
    return list(times)[:: -1 if plan.descending else 1]


def _is_within(scan: Scan, plan: Plan, covered: Sequence[Interval]) -> bool:
    """Whether all the time of a scan is covered."""
    if "id" in scan.box.sets:
        return False
    held = _held(scan, plan, covered, None)
    return bool(held) and not any(True for _ in _left(scan, plan, held))


# --- pieces


def _out_of_mirror(
    parted: Sequence[tuple[Scan, Sequence[Interval]]],
) -> Iterator[Scan]:
    """The pieces that the mirror gives; lists that were cut for a URL are whole."""
    alike: dict[Interval, list[Box]] = {}
    for scan, held in parted:
        for time in held:
            box = Box(scan.box.sets, time, scan.request.exact)
            alike.setdefault(time, []).append(box)
    for boxes in alike.values():
        for box in tidied(boxes):
            yield of_the_mirror(box, exact=box.exact)


def of_the_mirror(box: Box, *, exact: bool) -> Scan:
    """The scan that reads a box out of the mirror."""
    return Scan(box, Request("READ", "", (), Mode.LOCAL, exact))


def _local_lookup(scan: Scan, covered: Sequence[Interval]) -> Scan:
    """The look-up of an id in the mirror, up to the end of one that has a beginning.

    What such a mirror does not hold is not there before that end; of what another
    does not hold nothing is known.
    """
    box = scan.box
    if is_from_the_beginning(covered):
        time = intervals.intersection(box.created, Interval(None, covered[0].end))
        box = Box(box.sets, time, box.exact)
    return of_the_mirror(box, exact=scan.request.exact)


def is_from_the_beginning(covered: Sequence[Interval]) -> bool:
    """Whether every record up to the end of the mirror is in it, whatever its id."""
    if len(covered) != 1:
        return False
    return covered[0].start is None or covered[0].start <= BEGINNING_S


def _asked(scan: Scan, plan: Plan, time: Interval) -> Iterator[Scan]:
    """The piece of a time, as the source asks for it; the scan where that is all."""
    if time == scan.box.created:
        yield scan
        return
    size = next(int(v) for name, v in scan.request.params if name == "page[size]")
    shape = ReadShape(plan.descending, size, plan.query.now_s, exact=scan.request.exact)
    box = Box(scan.box.sets, time, scan.box.exact)
    for piece in plan.source.split(box, shape):  # the range needs room in a URL too
        for request in plan.source.requests(piece, shape):
            yield Scan(piece, request)


def instead(scan: Scan, plan: Plan, last_s: int | None) -> tuple[Scan, ...]:
    """What the source is asked instead of the mirror, several streams of one time.

    Where a list is too long to be asked for, more is: the filter is checked again.

    Args:
        scan: of the mirror; an id is looked up elsewhere.
        plan: that it stands in.
        last_s: the second of the last record that the mirror gave; all before it, in
            the order of reading, was given. None before the first.
    """
    time = scan.box.created
    if last_s is not None:
        behind = (
            Interval(None, last_s + 1) if plan.descending else Interval(last_s, None)
        )
        time = intervals.intersection(time, behind)
    shape = ReadShape(plan.descending, _FULL_PAGE, plan.query.now_s)
    box = plan.source.narrowed(Box(scan.box.sets, time))
    return tuple(
        Scan(piece, request)
        for piece in plan.source.split(box, shape)
        for request in plan.source.requests(piece, shape)
    )


def _gap(scan: Scan, time: Interval) -> Iterator[Scan]:
    """The piece of a time that is read nowhere."""
    box = Box(scan.box.sets, time, scan.box.exact)
    yield Scan(box, Request("READ", "", (), Mode.GAP, True))

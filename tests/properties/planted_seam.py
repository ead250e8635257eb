"""Bugs of the seam between mirror and API, to be planted: each one patch.

In: a MonkeyPatch. Out: nothing; the code is wrong in one way from then on.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditql.plan import coverage
from auditql.plan.model import Box, Interval, Mode, Scan
from auditql.plan.plan import Plan
from auditql.providers.mirror import reader
from auditql.results import completeness, gaps, mixed
from auditql.runtime import mirror_access

Patch = pytest.MonkeyPatch


def _changed(patch: Patch, change: Callable[[Plan, Plan], Plan]) -> None:
    """Let the pass give something else than it found."""
    right = coverage.covered_plan

    def wrong(plan: Plan, covered, *, asks_api: bool = True) -> Plan:
        return change(plan, right(plan, covered, asks_api=asks_api))

    patch.setattr(coverage, "covered_plan", wrong)


def _moved(scan: Scan, start_s: int, end_s: int) -> Scan:
    created = scan.box.created
    start = None if created.start is None else created.start + start_s
    end = None if created.end is None else created.end + end_s
    return replace(scan, box=Box(scan.box.sets, Interval(start, end), scan.box.exact))


def _of(mode: Mode, change: Callable[[Scan], Scan]) -> Callable[[Plan, Plan], Plan]:
    def changed(plan: Plan, made: Plan) -> Plan:
        scans = (
            change(scan) if scan.request.mode is mode else scan for scan in made.scans
        )
        return made if made is plan else replace(made, scans=tuple(scans))

    return changed


def last_second_lost(patch: Patch) -> None:
    """What is read of the mirror ends a second before its time does."""
    _changed(patch, _of(Mode.LOCAL, lambda scan: _moved(scan, 0, -1)))


def edge_second_twice(patch: Patch) -> None:
    """What is asked for begins with the last second of the mirror."""
    _changed(patch, _of(Mode.CURSOR, lambda scan: _moved(scan, -1, 0)))


def pieces_turned(patch: Patch) -> None:
    """The pieces follow one another the wrong way."""
    right = coverage.groups_of

    def wrong(boxes, *, descending):
        return right(boxes, descending=not descending)

    patch.setattr(coverage, "groups_of", wrong)


def gap_skipped(patch: Patch) -> None:
    """What is not covered between two covered times is asked of nobody."""
    right = coverage._left

    def wrong(scan, plan, held):
        found = list(right(scan, plan, held))
        return iter(found if len(found) < 3 else [found[0], *found[2:]])

    patch.setattr(coverage, "_left", wrong)


def beginning_skipped(patch: Patch) -> None:
    """What is before the mirror is taken for covered."""
    patch.setattr(coverage, "BEGINNING_S", 10**10)


def tail_skipped(patch: Patch) -> None:
    """What is behind the mirror is asked of nobody."""
    right = coverage._left

    def wrong(scan, plan, held):
        found = list(right(scan, plan, held))
        is_tail = held and found and found[-1].start == held[-1].end
        return iter(found[:-1] if is_tail else found)

    patch.setattr(coverage, "_left", wrong)


def until_too_late(patch: Patch) -> None:
    """A mirror's answer is said to be complete up to now."""
    patch.setattr(
        completeness, "_mirrored_until_s", lambda plan: plan.query.now_s + 6_000
    )


def part_called_covered(patch: Patch) -> None:
    """A count is taken from the mirror where it covers some of the time."""
    right = coverage._is_within

    def wrong(scan, plan, covered):
        return right(scan, plan, covered) or bool(covered)

    def counted(plan: Plan, made: Plan) -> Plan:
        if not plan.reads_count or made.reads_count:
            return made
        kept = tuple(s for s in made.scans if s.request.mode is Mode.LOCAL)
        groups = coverage.groups_of([s.box for s in kept], descending=True)
        return replace(made, scans=kept, groups=groups)

    patch.setattr(coverage, "_is_within", wrong)
    _changed(patch, counted)


def absent_here_is_absent(patch: Patch) -> None:
    """An id that the mirror does not have is looked up nowhere."""

    async def nothing(_self, scan):
        local = Scan(scan.box, replace(scan.request, mode=Mode.LOCAL))
        async for page in _self._out_of_mirror(local, None):
            yield page

    patch.setattr(mixed.MixedReader, "_look_up", nothing)


def grouped_a_second_less(patch: Patch) -> None:
    """What SQL groups ends a second before the time that is not asked for does."""
    right = mixed.times_of

    def wrong(plan, *modes):
        times = right(plan, *modes)
        return tuple(Interval(time.start, time.end - 1) for time in times)

    patch.setattr(mixed, "times_of", wrong)


def grouped_out_of_order(patch: Patch) -> None:
    """SQL groups what depends on the order, beside what the API gives."""
    patch.setattr(reader.MirrorReader, "minds_order", False)


def gap_not_told(patch: Patch) -> None:
    """What the mirror alone lacks is not missed."""
    right = mixed.MixedReader._read

    def wrong(self, scan, wanted):
        if scan.request.mode is Mode.GAP:
            scan = replace(scan, box=Box(scan.box.sets, Interval(10**10, None)))
        return right(self, scan, wanted)

    patch.setattr(mixed.MixedReader, "_read", wrong)


def covered_more_than_is_held(patch: Patch) -> None:
    """What is covered is said of one time, up to the last end."""
    right = mirror_access.MirrorAccess.covered_by

    def wrong(self, mirror):
        found = right(self, mirror)
        return (Interval(found[0].start, found[-1].end),) if found else found

    patch.setattr(mirror_access.MirrorAccess, "covered_by", wrong)


def present_is_behind_any_time(patch: Patch) -> None:
    """A gap between two times of the mirror passes for the present behind it."""
    right = gaps._is_after

    def wrong(gap, plan, ends, last):
        is_over = gap.end is not None and gap.end <= plan.query.now_s - 300
        return right(gap, plan, ends, last) or (gap.start in ends and not is_over)

    patch.setattr(gaps, "_is_after", wrong)


def open_end_forgotten(patch: Patch) -> None:
    """What is asked up to now is said to be complete up to where another end is."""
    patch.setattr(completeness, "_is_asked_up_to_now", lambda plan, scan: False)

"""The pieces of a plan hold what its scans hold, no second twice and none lost."""

from itertools import pairwise
from random import Random

import end_to_end
import generate
import pytest

from auditql.plan.coverage import BEGINNING_S, MOST_PARTS, covered_plan
from auditql.plan.intervals import disjoint
from auditql.plan.model import FOREVER_S, REACH_S, Box, Interval, Mode, Scan
from auditql.plan.plan import Plan


def drawn_cover(rng: Random, plan: Plan) -> tuple[Interval, ...]:
    """Disjoint times, some of whose ends are the plan's own or next to them."""
    edges = [
        edge + rng.choice((-1, 0, 0, 1))
        for scan in plan.scans
        for edge in (scan.box.created.start, scan.box.created.end)
        if edge is not None
    ]
    reach = (BEGINNING_S - 1, BEGINNING_S, BEGINNING_S + 1)
    now_s = generate.NOW_S
    others = [now_s - rng.randrange(10 ** rng.randint(1, 9)) for _ in range(8)]
    ends = {*rng.sample(edges, min(len(edges), 4)), *rng.sample(others, 4)}
    ends |= {rng.choice(reach)} if rng.random() < 0.4 else set()
    ends |= {now_s + rng.choice((-300, 1, REACH_S, REACH_S + 5))}
    found = sorted(end for end in ends if end >= 0)
    pairs = [Interval(a, b) for a, b in pairwise(found)]
    kept = [pair for pair in pairs if rng.random() < 0.5]
    return tuple(
        pair
        for place, pair in enumerate(kept)
        if place == 0 or kept[place - 1].end != pair.start
    )


def lies_in(box: Box, sets: object, second: int) -> bool:
    """Whether a box takes a second, and what another box takes beside it."""
    created = box.created
    return (
        all(name in sets and sets[name] <= values for name, values in box.sets.items())
        and (created.start is None or created.start <= second)
        and (created.end is None or second < created.end)
    )


def seconds(plan: Plan, made: Plan, rng: Random) -> set[int]:
    """Every second at an end, those beside it, and some others."""
    found = {rng.randrange(BEGINNING_S, generate.NOW_S + REACH_S) for _ in range(5)}
    for scan in (*plan.scans, *made.scans):
        for edge in (scan.box.created.start, scan.box.created.end):
            if edge is not None:
                found |= {edge - 1, edge, edge + 1}
    return {second for second in found if BEGINNING_S <= second}


def reached(plan: Plan, second: int) -> bool:
    """Whether the API would be asked for a second, should a box hold it."""
    ranged = any(s.box.created != Interval(None, None) for s in plan.scans)
    if ranged or not plan.descending:
        return second < generate.NOW_S + REACH_S
    return second < FOREVER_S


def scans_at(plan: Plan, scan: Scan, second: int) -> list[Scan]:
    """The scans of a plan that read a second for all that another scan wants."""
    return [
        other
        for other in plan.scans
        if other.request.mode is not Mode.LOOKUP
        and lies_in(other.box, scan.box.sets, second)
    ]


def check(seeds: range) -> None:
    parted = 0
    for seed in seeds:
        world = end_to_end.draw(seed)
        plan = end_to_end.planned(world)
        rng = Random(seed)
        covered = drawn_cover(rng, plan)
        asks_api = rng.random() < 0.7
        made = covered_plan(plan, covered, asks_api=asks_api)
        parted += made is not plan and len(made.scans) > 1
        for scan in plan.scans:
            if scan.request.mode is Mode.LOOKUP:
                continue
            for second in seconds(plan, made, rng):
                if not reached(plan, second):
                    continue
                found = scans_at(made, scan, second)
                is_meant = lies_in(scan.box, scan.box.sets, second)
                assert (seed, second, is_meant) == (
                    seed,
                    second,
                    bool(found) and is_meant,
                )
                modes = {f.request.mode for f in found}
                is_held = any(c.start <= second < c.end for c in covered)
                if not is_meant:
                    continue
                if is_held and made is not plan and len(covered) <= MOST_PARTS:
                    assert (seed, second, {Mode.LOCAL}) == (seed, second, modes)
                elif not is_held:
                    other = Mode.CURSOR if asks_api else Mode.GAP
                    assert (seed, second, {other}) == (seed, second, modes)
        check_order(made)
        check_requests(made)
    assert parted >= 0.3 * len(seeds)


def check_order(made: Plan) -> None:
    """Groups stand in the order of reading, their times apart."""
    assert sorted(p for g in made.groups for p in g) == list(range(len(made.scans)))
    for before, behind in pairwise(made.groups):
        for a in before:
            for b in behind:
                one, other = made.scans[a].box.created, made.scans[b].box.created
                assert disjoint(one, other)
                newer, older = (one, other) if made.descending else (other, one)
                assert newer.start is not None
                assert older.end is not None
                assert older.end <= newer.start


def check_requests(made: Plan) -> None:
    """A request asks for the range of its box, a second wider at both ends."""
    for scan in made.scans:
        if scan.request.mode is not Mode.CURSOR:
            assert (scan.request.path == "") == (scan.request.mode is not Mode.LOOKUP)
            continue
        created = scan.box.created
        asked = [v for n, v in scan.request.params if n == "filter[created_at][]"]
        if created == Interval(None, None) and made.descending:
            assert [] == asked
        else:
            assert 2 == len(asked)
            assert asked[0] <= asked[1]


def test_pieces_are_the_scan() -> None:
    """Every second of it is read once and where it should be, in order."""
    check(range(400))


@pytest.mark.full
@pytest.mark.timeout(300)
def test_many_pieces_are_their_scans() -> None:
    """The same for many more."""
    check(range(400, 2_400))

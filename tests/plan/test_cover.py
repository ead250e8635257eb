"""Covers: laws of boxes, bounds on their number, long lists cheap."""

from itertools import pairwise
from random import Random

import pytest

import auditql
from auditql.catalog.kinds import Kind
from auditql.language.query import Column, InRange, Not
from auditql.plan import boxes, intervals
from auditql.plan.cover import cover
from auditql.plan.grouping import groups_of
from auditql.plan.model import ALWAYS, Box, Interval
from auditql.providers.zendesk.capability import CAPABILITIES

NOW = "2026-03-10T12:00:00Z"
SECONDS = range(-1, 12)
"""Seconds that tell the drawn intervals apart."""

CREATED = Column("created_at", Kind.TIME)
VALUES = {"action": ("create", "login", "update"), "actor_id": (1, 2, 3)}


def draw_interval(rng: Random) -> Interval:
    """An interval between 0 and 10, its ends sometimes open; never empty."""
    start, end = sorted(rng.sample(range(11), 2))
    return Interval(
        None if rng.random() < 0.2 else start, None if rng.random() < 0.2 else end
    )


def draw_box(rng: Random) -> Box:
    names = rng.sample(sorted(VALUES), rng.randint(0, 2))
    sets = {n: frozenset(rng.sample(VALUES[n], rng.randint(1, 3))) for n in names}
    created = ALWAYS if rng.random() < 0.4 else draw_interval(rng)
    return Box(sets, created, exact=rng.random() < 0.5)


def within(second: int, interval: Interval) -> bool:
    return (interval.start is None or interval.start <= second) and (
        interval.end is None or second < interval.end
    )


Point = tuple[int, str, int]
POINTS: list[Point] = [
    (second, action, actor)
    for second in SECONDS
    for action in (*VALUES["action"], "restored")
    for actor in (*VALUES["actor_id"], 9)
]
"""Records that tell the drawn boxes apart: a time, an action, an actor."""


def points(*some: Box) -> set[Point]:
    """The records that lie in any of the boxes."""
    return {
        (second, action, actor)
        for second, action, actor in POINTS
        for box in some
        if within(second, box.created)
        and action in box.sets.get("action", (action,))
        and actor in box.sets.get("actor_id", (actor,))
    }


@pytest.mark.parametrize("seed", range(300))
def test_intervals_mean_their_seconds(seed: int) -> None:
    """Intersection, hull, containment, touching and being apart, by seconds."""
    rng = Random(seed)
    a, b = draw_interval(rng), draw_interval(rng)
    in_a = {s for s in SECONDS if within(s, a)}
    in_b = {s for s in SECONDS if within(s, b)}
    both = intervals.intersection(a, b)
    assert in_a & in_b == {s for s in SECONDS if within(s, both)}
    around = {s for s in SECONDS if within(s, intervals.hull(a, b))}
    assert in_a | in_b <= around
    assert (around == in_a | in_b) == intervals.touch(a, b)
    assert intervals.contains(a, b) == (in_b <= in_a)
    assert intervals.disjoint(a, b) == (not in_a & in_b)


@pytest.mark.parametrize("seed", range(300))
def test_boxes_mean_their_records(seed: int) -> None:
    """meet is exact, join holds what both held, hull holds both."""
    rng = Random(seed)
    a, b = draw_box(rng), draw_box(rng)
    met, joined = boxes.meet(a, b), boxes.join(a, b)
    assert points(a) & points(b) == (points(met) if met else set())
    assert met is None or met.exact == (a.exact and b.exact)
    if joined is not None:
        assert points(a, b) == points(joined)
        assert joined.exact == (a.exact and b.exact)
    assert points(a, b) <= points(boxes.hull((a, b)))
    assert not boxes.hull((a, b)).exact
    assert boxes.holds(a, b) == (points(b) <= points(a))


@pytest.mark.parametrize("seed", range(300))
def test_tidying_loses_and_adds_no_record(seed: int) -> None:
    """Nor does it call exact what is not; none of the boxes holds another."""
    rng = Random(seed)
    some = [draw_box(rng) for _ in range(rng.randint(0, 6))]
    tidy = boxes.tidied(some)
    assert points(*some) == points(*tidy)
    assert points(*boxes.united(some)) == points(*some)
    inexact = points(*(b for b in some if not b.exact)) - points(
        *(b for b in some if b.exact)
    )
    assert not inexact & points(*(b for b in tidy if b.exact))
    assert not [1 for x in tidy for y in tidy if x is not y and boxes.holds(x, y)]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("seed", range(60))
def test_groups_follow_one_another_in_time(seed: int, descending: bool) -> None:
    """Every box in one group; times of two groups apart, in the turn of reading."""
    rng = Random(seed)
    some = [draw_box(rng) for _ in range(rng.randint(0, 6))]
    groups = groups_of(some, descending=descending)
    assert sorted(place for group in groups for place in group) == list(
        range(len(some))
    )
    spans = []
    for group in groups:
        around = some[group[0]].created
        for place in group:
            around = intervals.hull(around, some[place].created)
        spans.append(around)
    for before, after in pairwise(spans):
        earlier, later = (after, before) if descending else (before, after)
        assert earlier.end is not None
        assert later.start is not None
        assert earlier.end <= later.start


def test_a_negated_interval_is_two_and_one_where_one_is_allowed() -> None:
    """With a bound of one box its hull, which is all time."""
    outside = Not(InRange(CREATED, 10, 20))
    two = cover(outside, CAPABILITIES)
    assert [Interval(None, 10), Interval(20, None)] == [b.created for b in two.boxes]
    one = cover(outside, CAPABILITIES, most_boxes=1)
    assert ([ALWAYS], True) == ([b.created for b in one.boxes], one.widened)
    half = cover(Not(InRange(CREATED, 10, None)), CAPABILITIES, most_boxes=1)
    assert ([Interval(None, 10)], False) == (
        [b.created for b in half.boxes],
        half.widened,
    )


def compiled(text: str) -> "auditql.Plan":
    return auditql.compile(text, now=NOW)


def test_thousands_of_alternatives_of_one_field_are_one_list() -> None:
    """As many requests as the list written out needs, and no others."""
    ids = range(5_000)
    spelled = compiled(" or ".join(f"actor_id = {n}" for n in ids))
    listed = compiled(f"actor_id in ({', '.join(map(str, ids))})")
    assert listed.requests == spelled.requests
    assert not spelled.widened
    sent = [
        v for r in spelled.requests for k, v in r.params if k == "filter[actor_id][]"
    ]
    assert sorted(sent, key=int) == list(map(str, ids))


def test_thousands_of_alternatives_of_two_fields_are_few_boxes() -> None:
    """The rest is widened to one box; the whole filter is checked here."""
    terms = (
        f"actor_id = {n} and ip_address = 10.0.{n // 256}.{n % 256}"
        for n in range(2_000)
    )
    made = compiled(" or ".join(terms))
    assert made.widened
    assert made.residual is not None
    ids = {
        v
        for r in made.requests
        for k, v in r.params
        if k.startswith("filter[actor_id]")
    }
    assert ids == {str(n) for n in range(2_000)}

"""Passes of the planner keep the meaning of a filter, missing values included."""

from collections.abc import Iterator
from random import Random

import generate
import naive
import pytest
from end_to_end import MOST_BOXES, Raw, inside

from auditql.language.query import And, Filter, Not, Or
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.cover import cover
from auditql.plan.implied import implied, residual
from auditql.plan.model import Box, Interval
from auditql.plan.negation import push_not_inward
from auditql.providers.zendesk.capability import CAPABILITIES

SMALL, FULL = 400, 4_000
ZONE = "UTC"


def drawn(seeds: range) -> Iterator[tuple[int, Random, Filter, list[Raw]]]:
    """For each seed a filter, up to six levels deep, and records."""
    for seed in seeds:
        rng = Random(seed)
        filter_ = generate.random_filter(rng, rng.randint(0, 6))
        yield seed, rng, filter_, generate.random_records(rng, 25)


def negations_stand_on_tests(filter_: Filter) -> bool:
    match filter_:
        case And(terms) | Or(terms):
            return all(map(negations_stand_on_tests, terms))
        case Not(And() | Or() | Not()):
            return False
        case _:
            return True


def check_negation(seeds: range) -> None:
    for seed, _, filter_, records in drawn(seeds):
        pushed = push_not_inward(filter_)
        assert negations_stand_on_tests(pushed)
        for record in records:
            wanted = naive.passes(filter_, record, ZONE)
            assert (seed, wanted) == (seed, naive.passes(pushed, record, ZONE))


def check_ranges(seeds: range) -> None:
    for seed, rng, filter_, records in drawn(seeds):
        zone = rng.choice(generate.ZONES)
        ranged = buckets_to_ranges(filter_, zone)
        for record in records:
            wanted = naive.passes(filter_, record, zone)
            assert (seed, wanted) == (seed, naive.passes(ranged, record, zone))


def check_cover(seeds: range) -> None:
    for seed, rng, filter_, records in drawn(seeds):
        most = rng.choice(MOST_BOXES)
        found = cover(push_not_inward(filter_), CAPABILITIES, most)
        assert len(found.boxes) <= most
        for record in records:
            passes = naive.passes(filter_, record, ZONE)
            holding = [box for box in found.boxes if inside(box, record)]
            assert (seed, True) == (seed, bool(holding) or not passes)
            assert (seed, True) == (seed, passes or not any(b.exact for b in holding))


def check_residual(seeds: range) -> None:
    for seed, rng, filter_, records in drawn(seeds):
        pushed = push_not_inward(filter_)
        boxes = list(cover(pushed, CAPABILITIES, rng.choice(MOST_BOXES)).boxes)
        if rng.random() < 0.3:  # whatever the boxes are, the law must hold
            boxes += [random_box(rng) for _ in range(rng.randint(1, 2))]
        rest = residual(pushed, boxes, CAPABILITIES)
        for record in records:
            holding = [box for box in boxes if inside(box, record)]
            passes = naive.passes(filter_, record, ZONE)
            if holding:
                left = rest is None or naive.passes(rest, record, ZONE)
                assert (seed, passes) == (seed, left)
            for box in holding:
                promised = implied(box, pushed, CAPABILITIES)
                assert (seed, True) == (seed, passes or not promised)


def random_box(rng: Random) -> Box:
    """A box that could be asked for."""
    pools: dict[str, tuple[int | str, ...]] = {
        "action": ("create", "destroy", "login", "update"),
        "actor_id": generate.ACTORS,
        "source_type": generate.SOURCE_TYPES,
        "ip_address": ("203.0.113.9", "203.0.113.10", "10.1.2.3"),
    }
    names = rng.sample(sorted(pools), rng.randint(0, 2))
    sets = {n: frozenset(rng.sample(sorted(set(pools[n])), 2)) for n in names}
    ends = sorted(generate.random_second(rng) for _ in range(2))
    return Box(sets, Interval(*ends) if rng.random() < 0.5 else Interval(None, None))


def test_pushing_negations_inward_keeps_the_meaning() -> None:
    """And leaves every Not on a single test."""
    check_negation(range(SMALL))


def test_ranges_for_buckets_keep_the_meaning() -> None:
    """In every zone, whether or not the ends are those of a bucket."""
    check_ranges(range(SMALL))


def test_a_cover_holds_every_record_that_passes() -> None:
    """In at most so many boxes, and an exact box holds no other."""
    check_cover(range(SMALL))


def test_a_residual_judges_as_the_filter_does() -> None:
    """On the records of its boxes; what a box implies holds for its records."""
    check_residual(range(SMALL))


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "check", [check_negation, check_ranges, check_cover, check_residual]
)
def test_the_passes_hold_for_many_filters(check) -> None:
    """The four laws, for many more."""
    check(range(SMALL, FULL))

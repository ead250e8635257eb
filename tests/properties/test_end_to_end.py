"""End to end: the compiled plan, run against the emulator, is a naive scan."""

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import end_to_end
import generate
import naive
import pools
import pytest
from end_to_end import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditql.language.query import And, Not, OneOf, Or
from auditql.plan.model import Mode

WORLDS = int(os.environ.get("AUDITQL_WORLDS", "10_000"))
"""Of the full tier; 20,000 worlds take minutes more."""


def check(seeds: range) -> None:
    """Nothing is wrong in any world, and most filters tell records apart."""
    telling = 0
    for seed in seeds:
        outcome = end_to_end.run(end_to_end.draw(seed))
        assert (seed, []) == (seed, end_to_end.faults(outcome)[:3])
        telling += outcome.tells
    assert telling >= 0.7 * len(seeds)


def test_a_plan_gives_what_a_naive_scan_gives() -> None:
    """Equal records in equal order, by legal requests that promise the truth."""
    check(range(700))


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_plans_give_what_naive_scans_give() -> None:
    """The same in many more worlds."""
    check(range(700, WORLDS))


def test_the_worlds_are_as_different_as_they_should_be() -> None:
    """All readings of the ends, orders of ids, bounds of boxes, kinds of plan."""
    readings, boxes, shapes = set(), set(), set()
    for seed in range(400):
        world = end_to_end.draw(seed)
        readings.add(
            (
                world.settings.start_included,
                world.settings.end_included,
                world.settings.ties,
            )
        )
        boxes.add(world.most_boxes)
        made = end_to_end.planned(world)
        modes = {request.mode for request in made.requests}
        shapes |= {f"mode {mode.value}" for mode in modes}
        shapes |= {"widened"} if made.widened else set()
        shapes |= {"sorted"} if made.sort else set()
        shapes |= {"rising"} if not made.descending else set()
        shapes |= {"nothing"} if not made.scans else set()
        shapes |= {"exact"} if made.exact and made.scans else set()
        shapes |= {"groups"} if len(made.groups) > 1 else set()
        shapes |= {"merged"} if any(len(g) > 1 for g in made.groups) else set()
        shapes |= {"looked up beside a read"} if len(modes) > 1 else set()
    assert len(readings) == 8
    assert boxes == {1, 4, 8}
    assert shapes == {
        *(f"mode {mode.value}" for mode in (Mode.CURSOR, Mode.LOOKUP)),
        *("widened", "sorted", "rising", "nothing", "exact", "groups", "merged"),
        "looked up beside a read",
    }


def long_list(rng: Random, name: str, known: Sequence[int]) -> OneOf:
    """A list of which one URL holds a part only, some known values among it."""
    strange = (rng.randrange(10**17, 10**18) for _ in range(rng.choice((150, 400))))
    values = [*rng.sample(sorted(set(known)), 3), *strange]
    rng.shuffle(values)
    return OneOf(generate.COLUMNS[name], tuple(dict.fromkeys(values)))


@pytest.mark.parametrize("seed", range(40))
def test_lists_too_long_for_a_url_are_cut_and_merged(seed: int) -> None:
    """One long list or two, beside another test: as any other filter."""
    rng = Random(seed)
    world = end_to_end.draw(seed)
    terms = [long_list(rng, "actor_id", pools.ACTORS), generate.random_test(rng)]
    if seed % 2:
        types = OneOf(generate.COLUMNS["source_type"], ("user", "ticket", "rule"))
        terms += [long_list(rng, "source_id", pools.SOURCES), types]
    query = replace(world.query, filter=rng.choice((And, Or))(tuple(terms)))
    outcome = end_to_end.run(replace(world, query=query))
    assert [] == end_to_end.faults(outcome)


def parted(world: World) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ids that a filter gives, and those that its negation gives."""
    whole = replace(world.query, limit=None, offset=0)
    opposite = replace(whole, filter=Not(whole.filter))
    return (
        end_to_end.run(replace(world, query=whole)).got,
        end_to_end.run(replace(world, query=opposite)).got,
    )


def check_parts(seeds: range) -> None:
    for seed in seeds:
        world = end_to_end.draw(seed)
        passing, others = parted(world)
        ids = sorted(record["id"] for record in world.records)
        assert (seed, ids) == (seed, sorted(passing + others))


def test_a_filter_and_its_negation_part_the_records() -> None:
    """Every record comes in exactly one of the two answers."""
    check_parts(range(100))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_many_filters_and_their_negations_part_the_records() -> None:
    """The same for many more."""
    check_parts(range(100, 1_500))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds whose choices hypothesis makes, so that it can make them smaller."""
    rng = draw(st.randoms(use_true_random=False))
    records = generate.random_records(rng, draw(st.integers(0, 40)))
    world = end_to_end.draw(draw(st.integers(0, 2**32)))
    filter_ = generate.random_filter(rng, draw(st.integers(0, 3)))
    query = replace(
        world.query,
        filter=filter_,
        limit=draw(st.none() | st.integers(0, 60)),
        offset=draw(st.integers(0, 20)),
        page_size=draw(st.none() | st.integers(1, 100)),
    )
    return replace(world, query=query, records=tuple(records))


def check_world(world: World) -> None:
    """Nothing is wrong in the world."""
    assert [] == end_to_end.faults(end_to_end.run(world))


_SETTINGS = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(_SETTINGS, max_examples=100)
@given(worlds())
def test_a_shrinkable_world_holds(world: World) -> None:
    """The same property; what fails here is shown as small as it can be."""
    check_world(world)


@pytest.mark.full
@pytest.mark.timeout(900)
@settings(_SETTINGS, max_examples=1_000)
@given(worlds())
def test_many_shrinkable_worlds_hold(world: World) -> None:
    """The same for many more."""
    check_world(world)


def test_the_naive_order_is_the_default_order() -> None:
    """The two oracles agree where no streams meet: newest first, ties as served."""
    for seed in range(200):
        world = end_to_end.draw(seed)
        world = replace(world, query=replace(world.query, order=()))
        outcome = end_to_end.run(world)
        if any(len(group) > 1 for group in outcome.plan.groups):
            continue
        falls = world.settings.ties.value == "ids fall"
        wanted = naive.answer(world.query, world.records, ids_fall=falls)
        assert tuple(r["id"] for r in wanted) == outcome.expected

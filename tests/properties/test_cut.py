"""An answer that stopped anywhere goes on exactly where it stopped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from random import Random

import end_to_end
import pytest
from end_to_end import BASE, World

from auditql.catalog.record import Record
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.plan.cut import cut, is_in_time
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.executor import execute_batches
from auditql.results.position import Position, advanced, rest_of, without_those_out

Ids = tuple[int, ...]


def answer(
    world: World, plan: Plan, position: Position | None = None
) -> Sequence[Record]:
    """What a plan gives, or the rest of it behind a position."""

    async def read() -> Sequence[Record]:
        transport = AsyncEmulatorTransport(end_to_end.emulated(world))
        async with ZendeskReader(BASE, transport=transport) as reader:
            return [r async for r in rows(plan, reader, position)]

    return asyncio.run(read())


async def rows(
    plan: Plan, reader: ZendeskReader, position: Position | None
) -> AsyncIterator[Record]:
    left = plan if position is None else rest_of(plan, position)
    batches = execute_batches(left, reader, statistics=Statistics())
    if position is not None:
        batches = without_those_out(batches, left, position)
    async with aclosing(batches) as given:
        async for batch in given:
            for record in batch:
                yield record


def ids(records: Sequence[Record]) -> Ids:
    return tuple(record.id for record in records)


def in_time(seeds: range) -> list[tuple[int, World, Plan]]:
    """The worlds of these seeds whose rows come in the order of time."""
    drawn = ((seed, end_to_end.draw(seed)) for seed in seeds)
    planned = [(seed, world, end_to_end.planned(world)) for seed, world in drawn]
    return [each for each in planned if is_in_time(each[2])]


def check_cuts(seeds: range) -> int:
    """Cut every plan of these seeds somewhere; gives how many cuts told."""
    told = 0
    for seed, world, limited in in_time(seeds):
        plan = replace(limited, query=replace(limited.query, limit=None, offset=0))
        whole = answer(world, plan)
        if not whole:
            continue
        rng = Random(seed)
        second = rng.choice(whole).created_s + rng.choice((0, 0, 0, -1, 1))
        behind = (
            Interval(None, second + 1) if plan.descending else Interval(second, None)
        )
        expected = tuple(
            r.id
            for r in whole
            if (behind.start is None or r.created_s >= behind.start)
            and (behind.end is None or r.created_s < behind.end)
        )
        assert (seed, expected) == (seed, ids(answer(world, cut(plan, second))))
        told += 0 < len(expected) < len(whole)
    return told


def check_rests(seeds: range) -> int:
    """Stop every answer of these seeds at a row; gives how many had a rest."""
    told = 0
    for seed, world, plan in in_time(seeds):
        whole = answer(world, plan)
        if not whole:
            continue
        at = Random(seed).randint(1, len(whole))
        position = advanced(None, whole[:at])
        assert position is not None
        rest = ids(answer(world, plan, position))
        assert (seed, ids(whole[at:])) == (seed, rest)
        told += bool(rest)
    return told


def test_a_plan_cut_at_a_second_gives_what_lies_at_it_or_behind() -> None:
    """The same records in the same order, several streams and ties included."""
    assert check_cuts(range(150)) >= 35


def test_the_rest_of_an_answer_is_what_was_not_out() -> None:
    """At any row: ties, offset, limit, several boxes, both orders."""
    assert check_rests(range(150)) >= 25


@pytest.mark.full
@pytest.mark.timeout(900)
def test_many_plans_are_cut_and_gone_on_with() -> None:
    """The same in many more worlds."""
    assert check_cuts(range(1_000, 2_000)) >= 250
    assert check_rests(range(5_000, 6_000)) >= 200

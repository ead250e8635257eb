"""A filter said in SQL lets the same records pass as a naive scan of them."""

import asyncio
from dataclasses import replace
from random import Random

import end_to_end
import generate
import mirrored
import naive
import pytest

from auditql.emulator.settings import TieOrder
from auditql.language.query import Filter
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql import selection
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import Sql, where
from auditql.results.executor import execute

RECORDS = 200
FILTERS_OF_A_MIRROR = 60


def found(mirror: Mirror, sql: Sql) -> set[int]:
    """The ids of the records that meet a condition."""
    with mirror.snapshot():
        calls = Calls(mirror.connection)
        text, params = calls.bound(sql)
        rows = mirror.connection.execute(f"SELECT id FROM record WHERE {text}", params)
        ids = {number for (number,) in rows}
        calls.close()
    return ids


def in_sql(mirror: Mirror, filter_: Filter, raws: list, rng: Random) -> str | None:
    """What is wrong with the condition of a filter, in words."""
    zone = rng.choice(generate.ZONES)
    passing = {r["id"] for r in raws if naive.passes(filter_, r, zone)}
    for is_lazy in (False, True):
        sql = where(filter_, zone, is_lazy=is_lazy)
        ids = found(mirror, sql)
        if ids != passing if sql.is_exact else not passing <= ids:
            return f"{zone} {sql.text}: {sorted(ids ^ passing)} differ"
    return None


def differences(seed: int) -> list[str]:
    """What is wrong with the filters of a seed."""
    rng = Random(seed)
    raws = mirrored.random_records(rng, RECORDS)
    said = []
    with mirrored.mirror_of(raws) as mirror:
        for _ in range(FILTERS_OF_A_MIRROR):
            filter_ = generate.random_filter(rng, rng.randint(0, 4))
            wrong = in_sql(mirror, filter_, raws, rng)
            if wrong is not None:
                said.append(f"seed {seed}: {filter_} in {wrong}")
    return said


def test_a_condition_lets_pass_what_the_filter_lets_pass() -> None:
    """The same records where it is exact, else all of them and perhaps more."""
    assert [] == [wrong for seed in range(6) for wrong in differences(seed)]


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_conditions_let_pass_the_same() -> None:
    """The same for many more."""
    assert [] == [wrong for seed in range(6, 30) for wrong in differences(seed)]


# --- whole answers


def answers(seed: int) -> list[str]:
    """What is wrong with the answers of a seed's plans, read out of a mirror."""
    rng = Random(seed)
    raws = mirrored.random_records(rng, RECORDS)
    said = []
    with mirrored.mirror_of(raws) as mirror:
        for number in range(FILTERS_OF_A_MIRROR):
            drawn = end_to_end.draw(seed * 1_000 + number)
            settings = replace(drawn.settings, ties=TieOrder.IDS_RISE)
            world = replace(drawn, records=tuple(raws), settings=settings)
            plan = end_to_end.planned(world)
            zone = world.query.zone
            passes = tuple(naive.passes(world.query.filter, r, zone) for r in raws)
            wanted = end_to_end.expected(world, plan, passes)
            got = asyncio.run(read(mirror, plan))
            if got != wanted:
                said.append(f"seed {seed}, {number}: {world.query}: {got}, {wanted}")
    return said


async def read(mirror: Mirror, plan: Plan) -> tuple[int, ...]:
    """The ids that a plan gives out of a mirror."""
    statistics = Statistics()
    reader = MirrorReader(mirror, plan, statistics)
    return tuple([r.id async for r in execute(plan, reader, statistics)])


@pytest.fixture(autouse=True)
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest rows of a test are read apart from the rest, as of a large mirror."""
    monkeypatch.setattr(selection, "FEW", 17)


def test_an_answer_out_of_a_mirror_is_the_naive_one() -> None:
    """The same records in the same order."""
    assert [] == [wrong for seed in range(3) for wrong in answers(seed)]


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_answers_out_of_a_mirror_are_the_naive_ones() -> None:
    """The same for many more."""
    assert [] == [wrong for seed in range(3, 22) for wrong in answers(seed)]

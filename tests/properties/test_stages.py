"""Stages are what a second implementation makes of a whole list of records."""

import json
from random import Random

import generate
import naive
import naive_stages
import pytest
import stage_texts

import auditql
from auditql.catalog.record import Record
from auditql.results.stages.pipeline import Pipeline

SIZES = (0, 1, 3, *(20,) * 4, *(60,) * 6)


def drawn(seed: int) -> tuple[auditql.Plan, list[dict], stage_texts.Drawn]:
    """A plan, the records that reach its stages in their order, what was drawn."""
    rng = Random(seed)
    query = stage_texts.random_query(rng)
    zone = rng.choice(generate.ZONES)
    plan = auditql.compile(query.text, now=generate.NOW_S, tz=zone)
    raws = stage_texts.random_records(rng, rng.choice(SIZES))
    passing = [r for r in raws if naive.passes(plan.query.filter, r, zone)]
    passing = naive.in_default_order(passing)
    for key in reversed(plan.query.order):
        passing = naive.sort_by(passing, key, zone)
    end = None if plan.limit is None else plan.offset + plan.limit
    return plan, passing[plan.offset : end], query


def staged(plan: auditql.Plan, raws: list[dict], rng: Random) -> list[dict]:
    """The rows of the pipeline, so many records at a time as luck has it."""
    pipeline = Pipeline(plan)
    rows: list[dict] = []
    left = [Record.from_json(raw) for raw in raws]
    while left and not pipeline.is_done:
        number = rng.choice((1, 2, 7, 100))
        rows += pipeline.add(left[:number])
        left = left[number:]
    return rows + pipeline.end()


def lines(rows: list[dict]) -> list[str]:
    """Rows with their columns in order."""
    return [json.dumps(dict(row)) for row in rows]


def differences(seed: int) -> list[str]:
    """What is wrong for a seed, in words."""
    plan, raws, query = drawn(seed)
    rng = Random(seed + 1)
    wanted = lines(naive_stages.answer(plan.query, raws, query.span))
    said = []
    if lines(staged(plan, raws, rng)) != wanted:
        said.append(f"seed {seed}: {query.text} in {plan.query.zone}")
    names = [column.name for column in plan.query.columns]
    has_rows = any(f"| {s}" in query.text for s in MAKE_ROWS)
    if has_rows and wanted and list(json.loads(wanted[0])) != names:
        said.append(f"seed {seed}: {query.text} promises {names}")
    if not Pipeline(plan).order_matters:
        rng.shuffle(raws)
        if lines(staged(plan, raws, rng)) != wanted:
            said.append(f"seed {seed}: {query.text} minds the order of records")
    return said


MAKE_ROWS = ("select", "count", "stats", "top", "distinct", "timeline")


def check(seeds: range) -> None:
    for seed in seeds:
        assert [] == differences(seed)


def test_stages_mean_what_a_second_implementation_says() -> None:
    """The same rows in the same order, however many records come at a time."""
    check(range(400))


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_chains_of_stages_mean_the_same() -> None:
    """The same for many more chains."""
    check(range(400, 3_000))

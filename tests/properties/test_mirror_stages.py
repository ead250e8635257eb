"""Stages over records that SQL grouped give the rows of a naive scan."""

import asyncio
import json
from collections.abc import Sequence
from random import Random

import generate
import mirrored
import naive
import naive_stages
import pytest
import stage_texts

import auditql
from auditql.plan.model import ALWAYS
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql import chunks, condensing, selection
from auditql.results.stages.pipeline import Pipeline

RECORDS = 150
QUERIES_OF_A_MIRROR = 80


def rows(mirror: Mirror, plan: Plan) -> list[str] | None:
    """The rows of a plan's stages as lines; None where each record is needed."""
    reader = MirrorReader(mirror, plan, Statistics())
    return asyncio.run(_rows(reader, plan)) if reader.condenses else None


async def _rows(reader: MirrorReader, plan: Plan) -> list[str]:
    pipeline = Pipeline(plan, are_condensed=True)
    found: list[object] = []
    async for batch in reader.condensed([ALWAYS]):
        found += pipeline.add(batch)
    return [json.dumps(dict(row)) for row in (*found, *pipeline.end())]


def expected(plan: Plan, raws: Sequence[dict], span: tuple) -> list[str]:
    """The rows of a naive scan."""
    zone = plan.query.zone
    passing = [r for r in raws if naive.passes(plan.query.filter, r, zone)]
    passing = naive.in_default_order(passing)
    for key in reversed(plan.query.order):
        passing = naive.sort_by(passing, key, zone)
    return [json.dumps(row) for row in naive_stages.answer(plan.query, passing, span)]


def differences(seed: int) -> tuple[list[str], int]:
    """What is wrong with the queries of a seed, and how many were grouped."""
    rng = Random(seed)
    raws = mirrored.random_records(rng, RECORDS, are_old=False)
    said, grouped = [], 0
    with mirrored.mirror_of(raws) as mirror:
        for _ in range(QUERIES_OF_A_MIRROR):
            drawn = stage_texts.random_query(rng)
            zone = rng.choice(generate.ZONES)
            text = drawn.text
            if text.startswith("|") and rng.random() < 0.5:  # read action by action
                text = f"action in (create, update, login) {text}"
            plan = auditql.compile(text, now=generate.NOW_S, tz=zone)
            got = rows(mirror, plan)
            if got is None:
                continue
            grouped += 1
            if got != expected(plan, raws, drawn.span):
                said.append(f"seed {seed}: {text} in {zone}")
    return said, grouped


@pytest.fixture(autouse=True)
def few_rows_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mirror of a test is as many chunks as one of a million records."""
    monkeypatch.setattr(chunks, "CHUNK", 17)
    monkeypatch.setattr(condensing, "LONGEST", 3)
    monkeypatch.setattr(selection, "FEW", 17)


def check(seeds: range) -> None:
    grouped = 0
    for seed in seeds:
        said, number = differences(seed)
        assert [] == said
        grouped += number
    assert grouped >= 0.3 * QUERIES_OF_A_MIRROR * len(seeds)


def test_stages_over_grouped_records_give_the_naive_rows() -> None:
    """The same rows in the same order, and many queries are answered so."""
    check(range(5))


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_stages_over_grouped_records_give_the_naive_rows() -> None:
    """The same for many more."""
    check(range(5, 25))

"""One drawn query with stages, asked of the emulator, and its two answers.

In: a seed. Out: the rows that the compiled plan gives when it is run through the
real reader, and those that a naive scan and the second implementation give.
"""

import asyncio
import json
from dataclasses import dataclass
from random import Random

import end_to_end
import generate
import naive
import naive_stages
import stage_texts

import auditql
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.answer import execute_rows

SIZES = (0, 3, 30, 60, 130, 130, 260)


@dataclass(frozen=True)
class Asked:
    """What came of a seed.

    Attributes:
        text: the query.
        plan: of it.
        got: the rows as lines of JSON, in order.
        expected: those of the second implementation.
        wrong: whatever else is wrong, in words.
        server_count: the answer was the service's own count.
    """

    text: str
    plan: Plan
    got: tuple[str, ...]
    expected: tuple[str, ...]
    wrong: tuple[str, ...]
    server_count: bool


def ask(seed: int) -> Asked:
    """Both answers of a seed."""
    rng = Random(seed)
    is_count = rng.random() < 0.2
    draw = stage_texts.random_count if is_count else stage_texts.random_query
    drawn = draw(rng)
    zone = rng.choice(generate.ZONES)
    exact = rng.random() < 0.2
    plan = auditql.compile(drawn.text, now=generate.NOW_S, tz=zone, exact=exact)
    records = tuple(generate.random_records(rng, rng.choice(SIZES)))
    settings = end_to_end.draw_settings(rng, seed)
    world = end_to_end.World(plan.query, records, settings, 8)
    emulator = end_to_end.emulated(world)
    statistics = Statistics()
    said: list[Diagnostic] = []
    rows = asyncio.run(_rows(plan, emulator, statistics, said, rng.choice((1, 3))))
    passes = tuple(naive.passes(plan.query.filter, r, zone) for r in records)
    by_id = {record["id"]: record for record in records}
    ids = end_to_end.expected(world, plan, passes)
    passing = [by_id[number] for number in ids]
    wanted = naive_stages.answer(plan.query, passing, drawn.span)
    wrong = [f"said while running: {d.message}" for d in said]
    for request in emulator.requests:
        wrong += end_to_end.illegal(request)
    if plan.reads_count and len(emulator.requests) > 2 * len(plan.scans):
        wrong.append("a count took more requests than it needs")
    return Asked(
        drawn.text,
        plan,
        tuple(json.dumps(dict(row)) for row in rows),
        tuple(map(json.dumps, wanted)),
        tuple(wrong),
        statistics.server_counts > 0,
    )


async def _rows(
    plan: Plan,
    emulator: Emulator,
    statistics: Statistics,
    said: list[Diagnostic],
    cursors: int,
) -> list[object]:
    async def never(_seconds: float) -> None:
        raise AssertionError("nothing here gives a reason to wait")

    reader = ZendeskReader(
        end_to_end.BASE,
        transport=AsyncEmulatorTransport(emulator),
        statistics=statistics,
        sleep=never,
        concurrency=cursors,
    )
    rows: list[object] = []
    async with reader:
        async for batch in execute_rows(plan, reader, said.append, statistics):
            assert batch
            rows += batch
    return rows

"""A small mirror for tests of SQL, and what a text asks of it."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import kept

import auditql
from auditql.plan.model import ALWAYS
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.filters import Sql, where
from auditql.results.stages.pipeline import Pipeline

NOW_S = kept.NOW_S - 1_000
FIRST_S = -4_000_000_000
MOMENT = "2026-03-01T08:00:00Z"


def mirror(folder: Path, raws: Iterable[dict[str, object]]) -> Mirror:
    """A mirror of these records; a time where one says none."""
    there = kept.place(folder)
    writer = kept.opened(there)
    made = ({"created_at": MOMENT} | raw for raw in raws)
    kept.fill(writer, kept.records(made), FIRST_S, NOW_S, 1_000_000)
    writer.close()
    return Mirror(there)


def compiled(text: str, tz: str = "UTC") -> auditql.Plan:
    """The plan of a text."""
    return auditql.compile(text, now=NOW_S, tz=tz)


def ids(opened: Mirror, text: str, tz: str = "UTC") -> set[int]:
    """The ids of the records that meet the condition of a filter, both ways."""
    plan = compiled(text, tz)
    eager, lazy = (
        run(opened, where(plan.query.filter, tz, is_lazy=is_lazy))
        for is_lazy in (False, True)
    )
    assert eager == lazy
    return eager


def run(opened: Mirror, sql: Sql) -> set[int]:
    """The ids of the records that meet a condition."""
    with opened.snapshot():
        calls = Calls(opened.connection)
        text, params = calls.bound(sql)
        found = opened.connection.execute(f"SELECT id FROM record WHERE {text}", params)
        numbers = {number for (number,) in found}
        calls.close()
    return numbers


def rows(opened: Mirror, text: str, tz: str = "UTC") -> list[dict[str, object]]:
    """The rows of stages over grouped records."""
    plan = compiled(text, tz)
    reader = MirrorReader(opened, plan, Statistics())

    async def answer() -> list[dict[str, object]]:
        pipeline = Pipeline(plan, are_condensed=True)
        found = []
        async for batch in reader.condensed([ALWAYS]):
            found += pipeline.add(batch)
        return [dict(row) for row in (*found, *pipeline.end())]

    return asyncio.run(answer())

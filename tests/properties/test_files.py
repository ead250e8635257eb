"""A query over files is the naive answer, and what the account would give.

However the records are written: lines, arrays, pages, packed, in any order, in
several files that overlap, with and without what is between signs.
"""

import asyncio
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import end_to_end
import generate
import naive
import naive_stages
import pytest
import stage_texts
import staged

import auditql
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator
from auditql.emulator.settings import Settings, TieOrder
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.plan.reader import Statistics
from auditql.providers.files.reader import Wanted
from auditql.providers.files.source import FilesSource
from auditql.results.formats.json_text import line
from auditql.runtime.from_files import FilesClient

Raw = dict[str, object]
SIZES = (0, 3, 30, 60, 130, 400)


def written(rng: Random, records: Sequence[Raw], folder: Path) -> tuple[str, ...]:
    """The names of files that hold all the records, some of them twice."""
    count = rng.choice((1, 1, 1, 2, 3))
    parts: list[list[Raw]] = [[] for _ in range(count)]
    for record in records:
        for part in rng.sample(parts, 1 if rng.random() < 0.9 else count):
            part.append(record)
    paths = []
    for number, part in enumerate(parts):
        order = rng.choice(("as drawn", "rising", "falling"))
        if order != "as drawn":
            sign = 1 if order == "rising" else -1
            part.sort(key=lambda r: (sign * naive.second_of(r["created_at"]), r["id"]))
        content = rng.choice((as_lines, as_lines, as_lines, as_array, as_pages))(
            rng, part
        )
        path = folder / f"{number}{rng.choice(('', '.jsonl'))}"
        if content.lstrip()[:1] == b"[":
            path = folder / f"{number}.json"
        path.write_bytes(gzip.compress(content, 1) if rng.random() < 0.2 else content)
        paths.append(str(path))
    return tuple(paths)


def written_otherwise(rng: Random, records: Sequence[Raw]) -> list[Raw]:
    """The records, perhaps in another order of fields, or with fields of their own."""
    luck = rng.random()
    if luck < 0.6:
        return list(records)
    names = list(dict.fromkeys(name for record in records for name in record))
    if luck < 0.8:
        rng.shuffle(names)
    found = [{name: r[name] for name in names if name in r} for r in records]
    extras = rng.sample((1, "text", None, True, -5, 1.5, [1], {"a": {}}), 2)
    for record in found:
        if rng.random() < 0.9 and luck > 0.7:
            record["new"] = rng.choice(extras)
    return found


def as_text(rng: Random, raw: object) -> str:
    """JSON on one line: as auditql writes it, or as Python does."""
    if rng.random() < 0.7 and isinstance(raw, dict) and "audit_logs" not in raw:
        return line(raw)
    return json.dumps(raw)


def as_lines(rng: Random, records: Sequence[Raw]) -> bytes:
    if rng.random() < 0.3:
        dumped = [json.dumps(record) for record in records]
    else:
        dumped = [as_text(rng, record) for record in records]
    return "".join(text + "\n" for text in dumped).encode()


def as_array(rng: Random, records: Sequence[Raw]) -> bytes:
    return json.dumps(records, indent=rng.choice((None, 2))).encode()


def as_pages(rng: Random, records: Sequence[Raw]) -> bytes:
    size = rng.choice((1, 7, 100))
    pages = [
        {
            "audit_logs": records[place : place + size],
            "meta": {"has_more": place + size < len(records)},
        }
        for place in range(0, len(records), size)
    ]
    return "".join(json.dumps(page) + "\n" for page in pages).encode()


def over_files(
    plan: Plan, paths: tuple[str, ...], rng: Random
) -> tuple[list[str], list[Diagnostic]]:
    """The rows of a plan over files, as lines of JSON; what was said."""
    said: list[Diagnostic] = []
    is_fast = rng.random() < 0.8

    async def rows() -> list[str]:
        async with FilesClient(Wanted(paths, is_fast=is_fast), said.append) as client:
            return [
                json.dumps(dict(row))
                async for rows in client.rows(plan)
                for row in rows
            ]

    return asyncio.run(rows()), said


def check_records(seed: int, folder: Path) -> bool:
    """A drawn query without stages; gives whether its answer has rows."""
    rng = Random(seed)
    world = end_to_end.draw(seed)
    records = written_otherwise(rng, world.records)
    paths = written(rng, records, folder)
    plan = planned(world.query, FilesSource(paths))
    expected = [json.dumps(r) for r in naive.answer(world.query, records)]
    assert (seed, (expected, [])) == (seed, over_files(plan, paths, rng))
    return bool(expected)


def check_stages(seed: int, folder: Path) -> bool:
    """A drawn query with stages; gives whether its answer has rows."""
    rng = Random(seed)
    drawn = stage_texts.random_query(rng)
    zone = rng.choice(generate.ZONES)
    drawn_ = stage_texts.random_records(rng, rng.choice(SIZES))
    records = written_otherwise(rng, drawn_)
    paths = written(rng, records, folder)
    plan = auditql.compile(
        drawn.text, now=generate.NOW_S, tz=zone, source=FilesSource(paths)
    )
    passing = [r for r in records if naive.passes(plan.query.filter, r, zone)]
    passing = naive.in_default_order(passing)
    for key in reversed(plan.query.order):
        passing = naive.sort_by(passing, key, zone)
    end = None if plan.limit is None else plan.offset + plan.limit
    reaching = passing[plan.offset : end]
    expected = list(
        map(json.dumps, naive_stages.answer(plan.query, reaching, drawn.span))
    )
    assert (seed, drawn.text, (expected, [])) == (
        seed,
        drawn.text,
        over_files(plan, paths, rng),
    )
    return bool(expected)


def check_account(seed: int, folder: Path) -> bool:
    """The emulator's answer to a drawn query; gives whether it has rows."""
    rng = Random(seed)
    drawn = stage_texts.random_query(rng)
    zone = rng.choice(generate.ZONES)
    records = tuple(generate.random_records(rng, rng.choice(SIZES)))
    emulator = Emulator(
        records, Settings(ties=TieOrder.IDS_RISE), clock=lambda: float(generate.NOW_S)
    )
    plan = auditql.compile(drawn.text, now=generate.NOW_S, tz=zone)
    found = asyncio.run(staged._rows(plan, emulator, Statistics(), [], 1))
    paths = written(rng, records, folder)
    plan = planned(plan.query, FilesSource(paths))
    expected = [json.dumps(dict(row)) for row in found]  # type: ignore[call-overload] # rows
    assert (seed, drawn.text, (expected, [])) == (
        seed,
        drawn.text,
        over_files(plan, paths, rng),
    )
    return bool(expected)


CHECKS = [check_records, check_stages, check_account]


@pytest.mark.parametrize("check", CHECKS)
def test_files_give_the_rows_of_the_account(check: object, tmp_path: Path) -> None:
    """Equal rows in equal order, and nothing to warn of."""
    assert callable(check)
    telling = 0
    for seed in range(120):
        folder = tmp_path / str(seed)
        folder.mkdir()
        telling += check(seed, folder)
    assert telling >= 50


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("check", CHECKS)
def test_files_give_the_rows_of_the_account_many_times(
    check: object, tmp_path: Path
) -> None:
    """The same for many more."""
    assert callable(check)
    for seed in range(120, 900):
        folder = tmp_path / str(seed)
        folder.mkdir()
        check(seed, folder)

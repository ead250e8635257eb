"""A query over a lake is the naive answer, whoever wrote the files.

Lakes of our own, several that overlap among them, and tables of Parquet as others
write them: plain columns, times as text, with a zone or without.
"""

import asyncio
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random

import end_to_end
import generate
import naive
import naive_stages
import pytest
import stage_texts
from test_files import written_otherwise

import auditql
from auditql.catalog.fields import STORED
from auditql.catalog.patterns import scalar
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.providers.files.source import FilesSource
from auditql.providers.lake.writer import LakeWriter
from auditql.runtime.from_lake import LakeClient, WantedLake

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(find_spec("duckdb") is None, reason="DuckDB is not installed"),
]

Raw = dict[str, object]
SIZES = (3, 30, 60, 130, 400)
TIMES = ("VARCHAR", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_NS")


def exported(records: Sequence[Raw], folder: Path) -> str:
    """The pattern of a lake of our own."""

    async def write(lake: LakeWriter) -> None:
        made = [Record.from_json(raw) for raw in naive.in_default_order(records)]
        for start in range(0, len(made), 50):
            await lake.add(made[start : start + 50])
        await lake.finish()

    with LakeWriter(str(folder), {}, in_order=True) as lake:
        asyncio.run(write(lake))
        lake.commit()
    return f"{folder}/**/*.parquet"


def of_others(rng: Random, records: Sequence[Raw], folder: Path) -> str:
    """The pattern of a table of plain columns; the time has any type that it may."""
    import duckdb

    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    read = {f.name: "VARCHAR" for f in STORED}
    read |= dict.fromkeys(("id", "actor_id", "source_id"), "BIGINT")
    zone = " AT TIME ZONE 'UTC'"
    kind = rng.choice(TIMES)
    naive_ = f"(CAST(created_at AS TIMESTAMPTZ){zone})"
    time = {"VARCHAR": "created_at", "TIMESTAMPTZ": f"{naive_}{zone}"}.get(
        kind, f"CAST({naive_} AS {kind})"
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE ({time} AS created_at) FROM"
            f" read_json('{folder}/a.jsonl', format = 'newline_delimited',"
            f" columns = {read})) TO '{folder}/a.parquet' (FORMAT parquet)"
        )
    return f"{folder}/*.parquet"


def whole(records: Sequence[Raw]) -> list[Raw]:
    """Records as a table of plain columns has them: every field, null where absent.

    Half of a pair, which no column of text can hold, is another character there.
    """
    found: list[Raw] = []
    for record in records:
        values = {f.name: record.get(f.name) for f in STORED}
        texts = {name: scalar(v) for name, v in values.items() if isinstance(v, str)}
        found.append(values | texts)
    return found


def written(
    rng: Random, records: Sequence[Raw], folder: Path
) -> tuple[list[Raw], tuple[str, ...]]:
    """The records that lakes hold, and the patterns of them."""
    records = written_otherwise(rng, records)
    match rng.choice(("ours", "ours", "two of ours", "others'")):
        case "ours":
            return records, (exported(records, folder / "a"),)
        case "two of ours":
            both = rng.sample(records, len(records) // 3)
            cut = rng.randrange(len(records) + 1)
            parts = records[:cut] + both, records[cut:] + both
            unique = [list({r["id"]: r for r in part}.values()) for part in parts]
            paths = [exported(p, folder / str(i)) for i, p in enumerate(unique) if p]
            return records, tuple(paths)
        case _:
            records = whole(records)
            return records, (of_others(rng, records, folder / "a"),)


def over_lake(
    plan: Plan, patterns: tuple[str, ...]
) -> tuple[list[str], list[Diagnostic], str | None]:
    """The rows of a plan as lines of JSON; what was said; what DuckDB ran."""
    said: list[Diagnostic] = []
    client = LakeClient(WantedLake(patterns), said.append)

    async def rows() -> list[str]:
        async with client:
            return [
                json.dumps(dict(row))
                async for rows in client.rows(plan)
                for row in rows
            ]

    return asyncio.run(rows()), said, client.ran


def check_records(seed: int, folder: Path) -> tuple[bool, bool]:
    """A drawn query without stages; whether it has rows, and ran in DuckDB."""
    rng = Random(seed)
    world = end_to_end.draw(seed)
    if world.query.page is not None or not world.records:
        return False, False
    records, patterns = written(rng, world.records, folder)
    plan = planned(world.query, FilesSource(patterns))
    expected = [json.dumps(r) for r in naive.answer(world.query, records)]
    rows, said, ran = over_lake(plan, patterns)
    assert (seed, expected, []) == (seed, rows, said)
    return bool(expected), ran is not None


def check_stages(seed: int, folder: Path) -> tuple[bool, bool]:
    """A drawn query with stages; whether it has rows, and ran in DuckDB."""
    rng = Random(seed)
    drawn = stage_texts.random_query(rng)
    zone = rng.choice(generate.ZONES)
    drawn_ = stage_texts.random_records(rng, rng.choice(SIZES))
    if rng.random() < 0.7:  # else a text may be another than in its record
        drawn_ = [
            {n: scalar(v) if isinstance(v, str) else v for n, v in record.items()}
            for record in drawn_
        ]
    records, patterns = written(rng, drawn_, folder)
    plan = auditql.compile(
        drawn.text, now=generate.NOW_S, tz=zone, source=FilesSource(patterns)
    )
    passing = [r for r in records if naive.passes(plan.query.filter, r, zone)]
    passing = naive.in_default_order(passing)
    for key in reversed(plan.query.order):
        passing = naive.sort_by(passing, key, zone)
    end = None if plan.limit is None else plan.offset + plan.limit
    reaching = passing[plan.offset : end]
    answer = naive_stages.answer(plan.query, reaching, drawn.span)
    expected = list(map(json.dumps, answer))
    rows, said, ran = over_lake(plan, patterns)
    assert (seed, drawn.text, expected, []) == (seed, drawn.text, rows, said), ran
    return bool(expected), ran is not None


@pytest.mark.timeout(900)
@pytest.mark.parametrize("check", [check_records, check_stages])
def test_a_lake_gives_the_rows_of_the_account(check: object, tmp_path: Path) -> None:
    """Equal rows in equal order, and nothing to warn of."""
    assert callable(check)
    telling = ran = 0
    for seed in range(150):
        folder = tmp_path / str(seed)
        folder.mkdir()
        tells, in_engine = check(seed, folder)
        telling += tells
        ran += in_engine
    assert telling >= 60
    assert ran >= (25 if check is check_stages else 0)

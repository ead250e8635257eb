"""Questions over a lake of a million records, beside SQL that a person would write.

Run: python tests/benchmarks/bench_lake.py [--records N] [--rounds N]
Generated records of three years are exported, a file a month. `ours` is the whole
answer of a client: the files found, opened and their columns looked at, the statement
made, run, and every row in Python. `by hand` is DuckDB on the same pattern, opened
anew as well: the statement written by hand, all its rows fetched, records decoded from
their JSON where the question is for records. Wall milliseconds, the median of the
rounds, taken in turns. Target: ours at most twice by hand.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

import auditql
from auditql.catalog.patterns import scalar
from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.plan.plan import Plan
from auditql.providers.files.source import FilesSource
from auditql.providers.lake.writer import LakeWriter
from auditql.runtime.from_lake import LakeClient, WantedLake

END_S = 1_773_144_000
MONTH_S = 30 * 86_400 + 36_000
MONTHS = 36
READ = "SELECT record FROM lake WHERE "
NEWEST = " ORDER BY created_at DESC, id"

QUESTIONS = (
    (
        "action and month",
        "action = exported and created_at in 2026-01",
        READ + "action = 'exported' AND created_at >= '2026-01-01'"
        " AND created_at < '2026-02-01'" + NEWEST,
    ),
    (
        "newest 50 of an action",
        "action = destroy limit 50",
        READ + "action = 'destroy'" + NEWEST + " LIMIT 50",
    ),
    ("by id", "id = {id}", READ + "id = {id}"),
    (
        "regular expression",
        "change_description ~ 'suspend.*from' | count",
        "SELECT count(*) FROM lake WHERE"
        " regexp_matches(change_description, 'suspend.*from')",
    ),
    (
        "count by actor and day",
        "| count by actor_id, date(created_at)",
        "SELECT actor_id, strftime(created_at, '%Y-%m-%d') AS d, count(*) FROM lake"
        " GROUP BY ALL ORDER BY actor_id NULLS LAST, d",
    ),
    (
        "top 10 of a month",
        "created_at in 2026-01 | top 10 actor_name",
        "SELECT actor_name, count(*) AS n FROM lake WHERE created_at >= '2026-01-01'"
        " AND created_at < '2026-02-01' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10",
    ),
    (
        "timeline of days",
        "| timeline 1d",
        "SELECT strftime(created_at, '%Y-%m-%d') AS d, count(*) FROM lake"
        " GROUP BY 1 ORDER BY 1",
    ),
)


def records(number: int) -> Iterator[list[Record]]:
    """Generated records, the newest first, a batch a month."""
    per = -(-number // MONTHS)
    for month in range(MONTHS):
        end = END_S - month * MONTH_S
        raws = generate(month + 1, per, end - MONTH_S, end)
        made = [Record.from_json(whole(raw)) for raw in raws]
        yield sorted(made, key=lambda r: (-r.created_s, r.id))


def whole(raw: dict[str, object]) -> dict[str, object]:
    """A record without the half letters that are made up on purpose."""
    return {n: scalar(v) if isinstance(v, str) else v for n, v in raw.items()}


def export(lake: Path, number: int) -> int:
    """Write the lake; gives an id of it."""

    async def write(writer: LakeWriter) -> int:
        found = 0
        for batch in records(number):
            for _, some in groupby(enumerate(batch), lambda pair: pair[0] // 1000):
                await writer.add([record for _, record in some])
            found = batch[0].id
        await writer.finish()
        return found

    with LakeWriter(str(lake), {}, in_order=True) as writer:
        found = asyncio.run(write(writer))
        writer.commit()
    return found


def ours(plan: Plan, pattern: str) -> tuple[int, str | None]:
    """The number of rows of a whole answer, and the SQL that gave them."""

    async def answer() -> tuple[int, str | None]:
        async with LakeClient(WantedLake((pattern,))) as client:
            number = 0
            async for rows in client.rows(plan):
                number += len(rows)
            return number, client.ran

    return asyncio.run(answer())


def by_hand(sql: str, pattern: str) -> int:
    """The number of rows that a statement gives, each in Python."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            sql.replace("FROM lake", f"FROM read_parquet('{pattern}')")
        ).fetchall()
    if sql.startswith(READ):
        rows = [json.loads(text) for (text,) in rows]
    return len(rows)


def measured(rounds: int, *runs: Callable[[], object]) -> Sequence[float]:
    """Median wall milliseconds of each, taken in turns; the first round is left out."""
    taken: list[list[float]] = [[] for _ in runs]
    for round_ in range(rounds + 1):
        for run, times in zip(runs, taken, strict=True):
            began = time.perf_counter()
            run()
            if round_:
                times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times) for times in taken]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder, "lake")
        began = time.perf_counter()
        number = export(lake, options.records)
        pattern = f"{lake}/**/*.parquet"
        size = sum(path.stat().st_size for path in lake.rglob("*.parquet"))
        seconds = time.perf_counter() - began
        print(
            f"{options.records:,} records, {size / 1e6:.1f} MB, made in {seconds:.0f} s"
        )
        print(f"{'':<24}{'rows':>9}{'ours ms':>10}{'by hand':>10}{'ratio':>8}  where")
        for name, text, sql in QUESTIONS:
            text, sql = text.format(id=number), sql.format(id=number)
            plan = auditql.compile(text, now=END_S, source=FilesSource((pattern,)))
            (rows, ran), wanted = ours(plan, pattern), by_hand(sql, pattern)
            note = "" if rows == wanted else f"  {wanted:,} rows by hand"
            one, other = measured(
                options.rounds,
                lambda plan=plan: ours(plan, pattern),
                lambda sql=sql: by_hand(sql, pattern),
            )
            where = "DuckDB" if ran is not None else "both"
            print(
                f"{name:<24}{rows:>9,}{one:>10.1f}{other:>10.1f}{one / other:>8.2f}"
                f"  {where}{note}"
            )


if __name__ == "__main__":
    main()

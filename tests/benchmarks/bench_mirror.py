"""Questions over a mirror of a million records, beside a flat table of the same.

Run: python tests/benchmarks/bench_mirror.py [--records N] [--rounds N] [--distinct]
Generated records of three years are written by the writer of mirrors: the newest 1,000
pages of 100 as a sync does, each durable, the rest in larger ones. The peer is what one
would make by hand: a table with a column a field, an index on (action, created_at), and
RE2 registered as a function. With `--distinct` every description is another text.

`rows` is SQL alone: the statement of the query, its keys fetched; `answer` the whole
answer as a client gives it, records restored. Each is the first run on a fresh
connection, then the median, in processor time of the process, all its threads: it
says the same on a machine that others use. `flat` is the peer's answer fetched whole.

Then memory: the peak of a process that asks over a tenth of the records and over all;
and the processor time of a whole process for a small answer.

Targets: a page of 100 in at most 2.4 ms; action and month at most 10 ms; the newest 50
of an action at most 2 ms; count by actor or name and day at most 1/4 of flat; a regular
expression at most 1/2 of flat; memory that does not grow with the records.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench_mirror_stores import KEYS, NOW_S, build, place
from bench_mirror_tasks import PATTERN, TASKS

import auditql
from auditql.catalog.patterns import compile_pattern
from auditql.plan.coverage import covered_plan, times_of
from auditql.plan.model import ALWAYS, Interval, Mode
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.condensing import Condensing, needs_of
from auditql.providers.mirror.sql.selection import selection
from auditql.results.answer import execute_rows
from auditql.results.mixed import MixedReader

# --- asking


def answer(mirror: Mirror, plan: Plan) -> list[object]:
    """The rows of an answer, as a client gives them."""

    async def rows() -> list[object]:
        with mirror.snapshot():
            made = covered_plan(plan, mirror.covered(), asks_api=False)
            work = Statistics()
            reader = MixedReader(
                made, MirrorReader(mirror, made, work), None, work, lambda _: None
            )
            found: list[object] = []
            async for batch in execute_rows(made, reader, statistics=work):
                found += batch
            return found

    return asyncio.run(rows())


def in_sql(mirror: Mirror, plan: Plan) -> int:
    """What the SQL of an answer gives, in number."""
    with mirror.snapshot():
        calls = Calls(mirror.connection)
        try:
            asked = needs_of(plan)
            if asked is not None:
                made = covered_plan(plan, mirror.covered(), asks_api=False)
                grouping = Condensing(mirror, plan, asked, calls)
                return sum(map(len, grouping.batches(times_of(made, Mode.LOCAL))))
            terms = [plan.query.filter]
            chosen = selection(mirror.connection, calls, terms, plan.query.zone)
            edge = None
            if chosen.asks_texts:
                edge = chosen.edge(mirror.connection, ALWAYS, descending=True)
            time_ = ALWAYS if edge is None else Interval(edge, None)
            text, params = chosen.statement(
                KEYS, time_, descending=True, is_lazy=chosen.asks_texts
            )
            cursor = mirror.connection.execute(text, params)
            most = -1 if plan.limit is None else plan.limit
            found = cursor.fetchall() if most < 0 else cursor.fetchmany(most)
            cursor.close()
            return len(found)
        finally:
            calls.close()


def timed(ask: Callable[[], object], rounds: int) -> str:
    """The first run and the median, in processor milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        ask()
        took.append((time.process_time() - began) * 1_000)
    return f"{took[0]:9.1f} /{statistics.median(took):8.1f}"


def compare(folder: Path, rounds: int) -> None:
    """The table of questions."""
    found = compile_pattern(PATTERN, True)
    print(f"{'cpu ms, first / median':32}{'rows':>19}{'answer':>19}{'flat':>19}")
    for task in TASKS:
        plan = auditql.compile(task.query, now=NOW_S)
        cells = []
        for ask in (in_sql, answer):
            mirror = Mirror(place(folder))
            cells.append(timed(lambda m=mirror, a=ask, p=plan: a(m, p), rounds))
            number = ask(mirror, plan)
            mirror.close()
        number = number if isinstance(number, int) else len(number)
        flat = sqlite3.connect(folder / "flat.sqlite")
        flat.execute("PRAGMA cache_size = -32768")
        flat.create_function(
            "found", 1, lambda v: v is not None and found(v), deterministic=True
        )
        cells.append(timed(lambda f=flat, t=task: f.execute(t.flat).fetchall(), rounds))
        flat.close()
        print(f"{task.name:30} " + " ".join(cells) + f"   {number:,} rows")


# --- a process of its own


def used(folder: Path, text: str) -> tuple[float, int, int]:
    """Processor milliseconds, peak KiB and rows of a process that asks once."""
    done = subprocess.run(
        [sys.executable, __file__, "--ask", str(folder), text],
        capture_output=True,
        text=True,
        check=True,
    )
    cpu_ms, peak, rows = json.loads(done.stdout)
    return cpu_ms, peak, rows


def ask_alone(folder: Path, text: str) -> None:
    """What a process uses that asks once and drops each row."""
    import resource

    plan = auditql.compile(text, now=NOW_S)
    mirror = Mirror(place(folder))

    async def rows() -> int:
        number = 0
        with mirror.snapshot():
            made = covered_plan(plan, mirror.covered(), asks_api=False)
            work = Statistics()
            reader = MixedReader(
                made, MirrorReader(mirror, made, work), None, work, lambda _: None
            )
            async for batch in execute_rows(made, reader, statistics=work):
                number += len(batch)
        return number

    number = asyncio.run(rows())
    told = resource.getrusage(resource.RUSAGE_SELF)
    cpu_ms = (told.ru_utime + told.ru_stime) * 1_000
    # Not ru_maxrss: a process that was forked begins with that of its parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if "VmHWM" in line)
    sys.stdout.write(json.dumps([cpu_ms, int(peak), number]))


MEMORY = (
    "",
    "change_description ~* 'from .*agent'",
    "| count by actor_id, date(created_at)",
    "| stats min(created_at), max(id), count_distinct(ip_address) by actor_id",
)
SMALL = ("action = exported and created_at in 2025-07", "action = exported limit 50")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--distinct", action="store_true")
    parser.add_argument("--keep", type=Path, help="build here, or ask what is here")
    parser.add_argument("--ask", nargs=2)
    options = parser.parse_args()
    if options.ask:
        ask_alone(Path(options.ask[0]), options.ask[1])
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        whole, tenth = folder / "whole", folder / "tenth"
        for path, number in ((whole, options.records), (tenth, options.records // 10)):
            if path.exists():
                continue
            path.mkdir(parents=True)
            took = sorted(build(path, number, distinct=options.distinct))
            if path == whole:
                middle, late = took[len(took) // 2], took[len(took) * 99 // 100]
                print(f"page of 100: p50 {middle:.2f} ms, p99 {late:.2f} ms")
        sizes = [p.stat().st_size for p in (place(whole).path, whole / "flat.sqlite")]
        print(
            f"{options.records:,} records; mirror {sizes[0]:,} bytes, flat {sizes[1]:,}"
        )
        compare(whole, options.rounds)
        print("\npeak, MiB: a tenth, all")
        for text in MEMORY:
            small, large = used(tenth, text), used(whole, text)
            print(f"{small[1] // 1024:6}{large[1] // 1024:6}   {text or 'all records'}")
        print("\nprocessor ms of a whole process")
        for text in SMALL:
            cpu_ms, _, rows = used(whole, text)
            print(f"{cpu_ms:6.0f}   {text}: {rows} rows")


if __name__ == "__main__":
    main()

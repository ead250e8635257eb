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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import auditql
from auditql.catalog.patterns import compile_pattern
from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.plan.coverage import covered_plan, times_of
from auditql.plan.model import ALWAYS, Interval, Mode
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror, Place
from auditql.providers.mirror.reader import MirrorReader
from auditql.providers.mirror.sql.calls import Calls
from auditql.providers.mirror.sql.condensing import Condensing, needs_of
from auditql.providers.mirror.sql.selection import selection
from auditql.providers.mirror.writer import MirrorWriter
from auditql.results.answer import execute_rows
from auditql.results.mixed import MixedReader

ORIGIN = "https://example.zendesk.com"
END_S = 1_773_144_000
MONTHS = 36
MONTH_S = 30 * 86_400 + 36_000
SERVER_S = END_S + 1_000
NOW_S = END_S + 10
FIELDS = (
    "url",
    "id",
    "action_label",
    "actor_id",
    "source_id",
    "source_type",
    "source_label",
    "action",
    "change_description",
    "ip_address",
    "created_at",
    "actor_name",
)
PATTERN = "from .*(agent|admin)"
KEYS = "record.created_s, record.id, record.variant"


@dataclass(frozen=True)
class Task:
    """One question, asked of both."""

    name: str
    query: str
    flat: str


MONTH = "created_at >= '2025-07-01T00:00:00Z' AND created_at < '2025-08-01T00:00:00Z'"
TASKS = (
    Task(
        "action and month",
        "action = login and created_at in 2025-07",
        f"SELECT * FROM log WHERE action = 'login' AND {MONTH} "
        "ORDER BY created_at DESC",
    ),
    Task(
        "the same, counted",
        "action = login and created_at in 2025-07 | count",
        f"SELECT count(*) FROM log WHERE action = 'login' AND {MONTH}",
    ),
    Task(
        "newest 50 of an action",
        "action = exported limit 50",
        "SELECT * FROM log WHERE action = 'exported' ORDER BY created_at DESC LIMIT 50",
    ),
    Task(
        "count by actor and day",
        "| count by actor_id, date(created_at)",
        "SELECT actor_id, substr(created_at, 1, 10), count(*) FROM log "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Task(
        "count by name and day",
        "| count by actor_name, date(created_at)",
        "SELECT actor_name, substr(created_at, 1, 10), count(*) FROM log "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    Task(
        "count by three keys",
        "| count by actor_name, action, source_type",
        "SELECT actor_name, action, source_type, count(*) FROM log "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    Task(
        "top 10 addresses of an action",
        "action = login | top 10 ip_address",
        "SELECT ip_address, count(*) FROM log WHERE action = 'login' "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
    ),
    Task(
        "regular expression",
        f"change_description ~* '{PATTERN}' | count",
        "SELECT count(*) FROM log WHERE found(change_description)",
    ),
    Task(
        "the same, a rarer text",
        "change_description ~* 'from .*agent' | count",
        "SELECT count(*) FROM log WHERE found(change_description)",
    ),
    Task(
        "text of the newest 20",
        "change_description contains 'role' limit 20",
        "SELECT * FROM log WHERE change_description LIKE '%role%' "
        "ORDER BY created_at DESC LIMIT 20",
    ),
    Task(
        "one actor",
        "actor_id = 364997226279 limit 100",
        "SELECT * FROM log WHERE actor_id = 364997226279 "
        "ORDER BY created_at DESC LIMIT 100",
    ),
)


# --- the two stores


def months(number: int, *, distinct: bool) -> Iterator[tuple[Interval, list[Record]]]:
    """The records of a month after another, newest first."""
    rng = Random(3)
    for month in range(MONTHS):
        end = END_S - month * MONTH_S
        time_ = Interval(end - MONTH_S, end)
        raws = list(generate(month, number // MONTHS, end - MONTH_S, end))
        for raw in raws:
            text = raw.get("change_description")
            if distinct and text is not None:
                raw["change_description"] = f"{text} by request {rng.getrandbits(60)}"
        records = [Record.from_json(raw) for raw in raws]
        records.sort(key=lambda record: (-record.created_s, record.id))
        yield time_, [r for r in records if time_.start <= r.created_s < end]


def pages(records: Sequence[Record], size: int) -> Iterator[tuple[list[Record], int]]:
    """Pages of whole seconds, and where each ends."""
    page: list[Record] = []
    for record, following in pairwise((*records, None)):
        assert record is not None
        page.append(record)
        is_last = following is None or following.created_s != record.created_s
        if following is not None and is_last and len(page) >= size:
            yield page, record.created_s
            page = []
    yield page, -1


def build(folder: Path, number: int, *, distinct: bool) -> list[float]:
    """Both stores; what a page of 100 took, in milliseconds."""
    took: list[float] = []
    writer = MirrorWriter(place(folder), clock=lambda: SERVER_S)
    flat = sqlite3.connect(folder / "flat.sqlite")
    flat.execute(f"CREATE TABLE log ({', '.join(FIELDS)})")
    marks = ", ".join("?" * len(FIELDS))
    for time_, records in months(number, distinct=distinct):
        filling = writer.begin(time_, SERVER_S)
        keep = writer.page if filling is None else filling.page
        for page, down_to in pages(records, 100 if len(took) < 1_000 else 5_000):
            began = time.perf_counter()
            keep(page, time_.start if down_to < 0 else down_to)
            if len(page) < 200 and len(took) < 1_000:
                took.append((time.perf_counter() - began) * 1_000)
        rows = (tuple(map(held, map(r.raw.get, FIELDS))) for r in records)
        flat.executemany(f"INSERT INTO log VALUES ({marks})", rows)
    writer.close()
    flat.execute("CREATE INDEX log_action ON log (action, created_at)")
    flat.commit()
    flat.close()
    return took


def held(value: object) -> object:
    """A value as SQLite can hold it."""
    return value.encode("utf-8", "replace").decode() if type(value) is str else value


def place(folder: Path) -> Place:
    """Where the mirror is."""
    return Place(folder / "mirror" / "example.sqlite", ORIGIN)


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

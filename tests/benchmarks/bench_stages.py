"""How long stages take over a million records, beside loops written by hand.

Run: python tests/benchmarks/bench_stages.py
The records are there already, decoded, and come a page at a time; the times are
what the stages add to reading. `hand` is what a careful program would say in
Python for the same question: one loop over the same records, one dictionary,
what the language calls equal counted as equal. Best of 3, in nanoseconds a record;
the answers are compared. Target: a count by two keys in at most 1,000 ns a record.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import auditql
from auditql.catalog.record import Record
from auditql.results.stages.pipeline import Pipeline

RECORDS = 1_000_000
PAGE = 100
ACTIONS = ("create", "destroy", "exported", "login", "update")
TYPES = ("account_setting", "rule", "ticket", "trigger", "user", "view")
START = datetime(2025, 3, 1, tzinfo=UTC)

Rows = list[tuple[object, ...]]


def made(count: int) -> list[Record]:
    """Records of a year, newest first."""
    rng = Random(1)
    step = 365 * 86_400 / count
    people = [f"Person {n}" for n in range(300)]
    return [
        Record.from_json(
            {
                "id": number,
                "actor_id": rng.randrange(300),
                "source_type": rng.choice(TYPES),
                "action": rng.choice(ACTIONS),
                "ip_address": f"10.0.{rng.randrange(4)}.{rng.randrange(200)}",
                "created_at": (START + timedelta(seconds=int(number * step))).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                ),
                "actor_name": rng.choice(people),
            }
        )
        for number in range(count, 0, -1)
    ]


def staged(text: str, pages: list[list[Record]]) -> Rows:
    pipeline = Pipeline(auditql.compile(text, now="2026-03-01T00:00:00Z"))
    rows = []
    for page in pages:
        rows += pipeline.add(page)
    return [tuple(row.values()) for row in (*rows, *pipeline.end())]


def count_by_two(pages: list[list[Record]]) -> Rows:
    counts: dict[tuple[object, ...], int] = {}
    for page in pages:
        for record in page:
            raw = record.raw
            key = (raw["action"].casefold(), raw["source_type"])
            counts[key] = counts.get(key, 0) + 1
    return [(*key, n) for key, n in sorted(counts.items())]


def top(pages: list[list[Record]]) -> Rows:
    counts: dict[object, int] = {}
    for page in pages:
        for record in page:
            key = record.raw["actor_name"]
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]


def days(pages: list[list[Record]]) -> Rows:
    counts: dict[int, int] = {}
    for page in pages:
        for record in page:
            day = record.created_s // 86_400
            counts[day] = counts.get(day, 0) + 1
    return [
        (f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m-%dT%H:%M:%SZ}", n)
        for day, n in sorted(counts.items())
    ]


def addresses(pages: list[list[Record]]) -> Rows:
    groups: dict[object, tuple[set[object], list[object]]] = {}
    for page in pages:
        for record in page:
            raw = record.raw
            name = raw["actor_name"]
            if name not in groups:
                groups[name] = (set(), [record.created_s])
            seen, first = groups[name]
            seen.add(raw["ip_address"])
            first[0] = min(first[0], record.created_s)
    return [
        (name, len(seen), f"{datetime.fromtimestamp(first, UTC):%Y-%m-%dT%H:%M:%SZ}")
        for name, (seen, (first,)) in sorted(groups.items())
    ]


QUESTIONS: dict[str, Callable[[list[list[Record]]], Rows] | None] = {
    "| count by action, source_type": count_by_two,
    "| top 10 actor_name": top,
    "| timeline 1d": days,
    "tz 'Europe/Berlin'; | timeline 1d by action": None,
    "| stats count_distinct(ip_address), min(created_at) by actor_name": addresses,
    "| select created_at, actor_name, date(created_at)": None,
    "| order by -actor_name | limit 20": None,
    "| count by action, source_type | where count > 10 | order by -count": None,
}


def nanoseconds(work: Callable[[], Rows]) -> tuple[float, Rows]:
    """Best time of one record, and the answer."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        rows = work()
        spent.append((time.perf_counter() - start) / RECORDS * 1e9)
    return min(spent), rows


def main() -> None:
    """Print the table."""
    records = made(RECORDS)
    pages = [records[n : n + PAGE] for n in range(0, RECORDS, PAGE)]
    print("   stages      hand   ratio  rows")
    for text, by_hand in QUESTIONS.items():
        ours, rows = nanoseconds(lambda text=text: staged(text, pages))
        beside = " " * 18
        if by_hand is not None:
            theirs, wanted = nanoseconds(lambda by_hand=by_hand: by_hand(pages))
            assert wanted == rows
            beside = f"{theirs:7.0f} ns {ours / theirs:6.2f} x"
        print(f"{ours:6.0f} ns {beside} {len(rows):7,}  {text}")


if __name__ == "__main__":
    main()

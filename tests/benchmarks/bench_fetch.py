"""How fast an account is read, beside what others use: targets 1 to 7, in one run.

    python tests/benchmarks/bench_fetch.py            the whole table, half an hour
    python tests/benchmarks/bench_fetch.py --quick    a small run of it, a minute

The bundled emulator is served over loopback by processes of its own, every
answer 150 ms late; connections do not wait for each other. Readers with one
cursor do next to nothing but wait, so a round runs them side by side; readers
with several run alone, one after the other. Every reader is a process, and must
give every record once, in the same order. Printed are medians of the rounds, as
Markdown. Memory of a million records is taken without latency. The pacer is
tried in virtual time. A quick run tries the harness: its account is too small
for the targets. Peers that are not installed are named and left out.
"""

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from zlib import crc32

from bench_fetch_readers import CURSORS, END_S, READERS, START_S, missing
from bench_fetch_rules import few_requests, paced

Took = dict[str, float]

HTTPX = "httpx loop"
REQUESTS = "requests loop"
CURL = "curl + jq"
K = {k: f"auditql, k = {k}" for k in CURSORS}


@dataclass(frozen=True)
class Account:
    """A served account: where it is, and the checksum of its ids, newest first."""

    url: str
    records: int
    sum: int


def serve(
    count: int, latency_s: float, told: "multiprocessing.Queue[Account]", end: Event
) -> None:
    """Serve so many records until the end."""
    from auditql.emulator import Emulator, RecordStore, Settings, generate
    from auditql.emulator import serve as serving

    made = generate(1, count, START_S, END_S - 1, hostile_share=0)  # jq refuses some
    store = RecordStore(made, encode_now=True)
    with serving(Emulator(store, Settings(latency_s=latency_s))) as server:
        newest_first = sorted(zip((-s for s in store.times), store.ids, strict=True))
        found = 0
        for _, number in newest_first:
            found = crc32(b"%d" % number, found)
        told.put(Account(server.url, count, found))
        end.wait()


@contextmanager
def served(count: int, latency_s: float) -> Iterator[Account]:
    """An account of so many records."""
    context = multiprocessing.get_context("spawn")
    told, end = context.Queue(), context.Event()
    process = context.Process(target=serve, args=(count, latency_s, told, end))
    process.start()
    try:
        yield told.get(timeout=300)
    finally:
        end.set()
        process.join()


def read(names: Sequence[str], url: str, *how: str) -> dict[str, Took]:
    """What each of some readers takes, all of them at the same time."""
    script = Path(__file__).with_name("bench_fetch_readers.py")
    running = {
        name: subprocess.Popen(
            [sys.executable, str(script), name, url, *how], stdout=subprocess.PIPE
        )
        for name in names
    }
    took = {}
    for name, process in running.items():
        out, _ = process.communicate()
        assert process.returncode == 0, name
        took[name] = json.loads(out)
        print(f"{name}: {took[name]['wall_s']:.2f} s", file=sys.stderr, flush=True)
    return took


def rounds_of(
    groups: Sequence[Sequence[str]], account: Account, rounds: int
) -> dict[str, Took]:
    """The medians of each reader; the groups of a round run one after the other."""
    found: dict[str, list[Took]] = {}
    for _ in range(rounds):
        for group in groups:
            for name, took in read(group, account.url).items():
                got = took.pop("rows"), took.pop("sum")
                took["wrong"] = got != (account.records, account.sum)
                found.setdefault(name, []).append(took)
    return {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        | {"wrong": sum(run["wrong"] for run in runs)}
        for name, runs in found.items()
    }


def first_rows(names: Sequence[str], url: str, rounds: int) -> dict[str, float]:
    """Seconds until each reader has its first record, alone on the machine."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(read([name], url, "first")[name]["first_s"])
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def table(took: dict[str, Took], pages: int) -> Iterator[str]:
    """A line for each reader."""
    yield (
        "| reader | wall, s | times the requests loop | requests beyond P "
        "| first row alone, ms | peak, MiB | CPU a page, ms |"
    )
    yield "|---|---|---|---|---|---|---|"
    base = took.get(REQUESTS, took[HTTPX])["wall_s"]
    for name in READERS:
        if name not in took:
            yield f"| {name} | left out: there is no {missing(name)} | | | | | |"
            continue
        one = took[name]
        yield (
            f"| {name} | {one['wall_s']:.1f} | {base / one['wall_s']:.2f} "
            f"| {one['requests'] - pages:+.0f} | {one['first_s'] * 1000:.0f} "
            f"| {one['mib']:.0f} | {one['cpu_s'] / pages * 1000:.2f} |"
        )


Rule = tuple[str, str, float, str, bool]
"""Number, what holds, what was measured, the bound in words, whether it is kept."""


def at_least(number: str, what: str, value: float, bound: float) -> Rule:
    """A rule that a value is not below a bound."""
    return number, what, value, f">= {bound:g}", value >= bound


def at_most(number: str, what: str, value: float, bound: float) -> Rule:
    """A rule that a value is not above a bound."""
    return number, what, value, f"<= {bound:g}", value <= bound


def rules(
    took: dict[str, Took], many: dict[str, Took], url: str, pages: int
) -> Iterator[Rule]:
    """The targets, one after the other."""
    wall = {name: one["wall_s"] for name, one in took.items()}
    for peer, k, bound in ((REQUESTS, 8, 6.5), (CURL, 8, 9.0), (REQUESTS, 4, 3.6)):
        if peer in wall:
            ratio = wall[peer] / wall[K[k]]
            yield at_least("1", f"{peer} / k = {k}, wall", ratio, bound)
    for k in CURSORS:
        most = 1.02 * pages + k
        yield at_most("2", f"requests at k = {k}", took[K[k]]["requests"], most)
    for what, requests in few_requests(url):
        yield at_most("2", f"requests: {what}", requests, 1)
    for what, share, refused in paced():
        yield at_least("3", f"part of the ceiling: {what}", share, 0.92)
        yield at_most("3", f"refused: {what}", refused, 0)
    wrong = sum(one["wrong"] for one in (*took.values(), *many.values()))
    yield at_most("4", "reads that lost, doubled or misplaced a record", wrong, 0)
    first = took[HTTPX]["first_s"]
    for k in CURSORS[1:]:
        ratio = took[K[k]]["first_s"] / first
        yield at_most("5", f"first row at k = {k} / httpx loop", ratio, 2)
    httpx_mib = took[HTTPX]["mib"]
    yield at_most("6", "memory, k = 8 / httpx loop", took[K[8]]["mib"] / httpx_mib, 2.2)
    yield at_most(
        "6",
        "memory of the larger account, k = 8 / httpx loop",
        many[K[8]]["mib"] / many[HTTPX]["mib"],
        3,
    )
    yield at_most(
        "6",
        "memory, larger account / this one",
        many[K[8]]["mib"] / took[K[8]]["mib"],
        1.25,
    )
    for k in CURSORS:
        ratio = took[K[k]]["cpu_s"] / took[HTTPX]["cpu_s"]
        yield at_most("7", f"CPU a page at k = {k} / httpx loop", ratio, 2)


def main() -> None:
    """Measure everything; print the tables."""
    parser = argparse.ArgumentParser(description="targets 1 to 7 in one run")
    parser.add_argument("--quick", action="store_true", help="a small run")
    parser.add_argument("--records", type=int)
    parser.add_argument("--many", type=int, help="records of the larger account")
    parser.add_argument("--latency-ms", type=int)
    parser.add_argument("--rounds", type=int)
    given = parser.parse_args()
    usual = (10_000, 30_000, 100, 1) if given.quick else (100_000, 1_000_000, 150, 3)
    count, larger, latency_ms, rounds = (
        default if value is None else value
        for value, default in zip(
            (given.records, given.many, given.latency_ms, given.rounds),
            usual,
            strict=True,
        )
    )
    there = [name for name in READERS if not missing(name)]
    alone = [K[k] for k in CURSORS[1:]]
    side_by_side = [name for name in there if name not in alone]
    pages = -(-count // 100)
    with served(larger, 0) as account:
        many = rounds_of([[HTTPX, K[8]]], account, rounds)
    with served(count, latency_ms / 1000) as account:
        groups = [side_by_side, *([name] for name in alone)]
        firsts = first_rows(there, account.url, max(5, rounds))
        took = rounds_of(groups, account, rounds)
        for name, first_s in firsts.items():
            took[name]["first_s"] = first_s
        found = list(rules(took, many, account.url, pages))
    print(
        f"{count:,} records, P = {pages:,} pages, {latency_ms} ms, medians of {rounds};"
        f" the larger account has {larger:,}\n"
    )
    print("\n".join(table(took, pages)))
    peer, our = (round(many[name]["mib"]) for name in (HTTPX, K[8]))
    print(f"\n{larger:,} records: httpx loop {peer} MiB, k = 8 {our} MiB\n")
    print("| target | what | measured | hold | kept |\n|---|---|---|---|---|")
    for number, what, value, bound, is_kept in found:
        kept = "yes" if is_kept else "**no**"
        print(f"| {number} | {what} | {value:.5g} | {bound} | {kept} |")


if __name__ == "__main__":
    main()

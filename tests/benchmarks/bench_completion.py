"""How long a key waits for its completions.

Run: python tests/benchmarks/bench_completion.py
Each figure is over all keys of 20 rounds, in milliseconds, as the process spends
them (CPU) and as a person waits (wall, on this machine with what else it does).
Target: p99 at most 2 ms, also behind 1,000 terms and with 10,000 names seen.
"""

import gc
import time
from collections.abc import Iterator
from random import Random

from auditql.providers.zendesk.capability import CAPABILITIES
from auditql.shell.completion import Known, Seen, complete, warm

ROUNDS = 20
NOW_S = 1_773_144_000
SIX = (
    "action in (create, destroy) and source_type = user and actor_id != 42 "
    "and created_at between 2026-01-01 and 2026-02-01 "
    "and source_label like 'Role: %' and ip_address = 203.0.113.9"
)
WORDS = "source_type in (" + ", ".join(f"type_{n}" for n in range(1000))
NUMBERS = "actor_id in (" + ", ".join(str(7_000_000_000 + n) for n in range(1000))
BEHIND = ", custom_status) and action = lo"
NAMES = (
    "actor_name = 'An",
    "actor_name = ja",
    "source_label in ('x', 'role",
    "actor_name contains 'ov",
    "'kov",
)


def known(names: int) -> Known:
    """A session that has seen so many names."""
    rng, seen = Random(7), Seen()
    first = ("Anna", "Jane", "Bob", "Olga", "Iván", "Li", "Mo", "Ruth", "Åsa", "Nils")
    for number in range(names):
        name = f"{rng.choice(first)} {rng.choice(first)}ov {number}"
        seen.note("actor_name", name, rng.randint(1, 500))
        seen.note("source_label", f"Role: {number}", rng.randint(1, 50))
        seen.note("actor_id", str(7_000_000_000 + number), rng.randint(1, 500))
    seen.settle()
    return Known(NOW_S, "UTC", seen, capabilities=CAPABILITIES)


def keys(text: str, begun: str = "") -> Iterator[str]:
    """The texts while one is typed key by key."""
    return (begun + text[:end] for end in range(1, len(text) + 1))


def measure(what: str, texts: list[str], session: Known) -> None:
    """Print the median and the 99th of 100 of the calls for these texts."""
    cpu, wall = [], []
    for _ in range(ROUNDS):
        gc.collect()
        for text in texts:
            begun, spent = time.perf_counter(), time.process_time()
            complete(text, len(text), session)
            cpu.append((time.process_time() - spent) * 1000)
            wall.append((time.perf_counter() - begun) * 1000)
    figures = [f"{at(row, share):7.3f}" for row in (cpu, wall) for share in (0.5, 0.99)]
    print(f"{what:<44}{'  '.join(figures)}")


def at(row: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted(row)[min(len(row) - 1, int(len(row) * share))]


def main() -> None:
    """Measure and print."""
    warm()
    few, many = known(10), known(10_000)
    print(f"{'ms a key':<44}CPU p50      p99  wall p50      p99")
    measure("six terms, key by key", list(keys(SIX)), few)
    measure("six terms, 10,000 names seen", list(keys(SIX)), many)
    for what, long in (("words", WORDS), ("numbers", NUMBERS)):
        complete(long, len(long), few)
        measure(f"behind a list of 1,000 {what}", list(keys(BEHIND, long)), few)
    typed = [text for name in NAMES for text in keys(name)]
    measure("names among 10,000, key by key", typed, many)
    measure("the same, each key for the first time", fresh(typed), many)


def fresh(texts: list[str]) -> list[str]:
    """The texts behind a condition that no call has met, so that nothing is kept."""
    return [f"id = {number} and {text}" for number, text in enumerate(texts)]


if __name__ == "__main__":
    main()

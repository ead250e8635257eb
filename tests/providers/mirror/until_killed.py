"""A process that fills, tidies and prunes a mirror until it is killed.

Run with a folder, a seed and a number of records; it says on each line what is
durable: `covered START` or `pruned BEFORE`.
"""

import sys
from pathlib import Path
from random import Random

from kept import NOW_S, opened, place, records

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.plan.model import Interval

START, END = 1_772_000_000, 1_772_100_000
PAGE_S = 700


def oracle(count: int) -> list[Record]:
    """The records of the account; 97 of them come with a further field."""
    raws = [dict(raw) for raw in generate(11, count, START, END - 1, subdomain="acme")]
    for raw in Random(11).sample(raws, 97):
        raw["further"] = f"{raw['id']}\0"
    return records(raws)


def run(folder: Path, seed: int, count: int) -> None:
    """Write until killed."""
    rng = Random(seed)
    found = oracle(count)
    writer = opened(place(folder))
    while True:
        gap = _gap(writer.covered(), rng)
        if gap is None:
            before = rng.randrange(START, END)
            writer.prune(before)
            print("pruned", before, flush=True)  # noqa: T201 - read by the test
            continue
        start, end = gap
        writer.begin(Interval(start, end), NOW_S)
        while end > start:
            down = max(start, end - rng.randrange(1, 2 * PAGE_S))
            writer.page([r for r in found if down <= r.created_s < end], down)
            end = down
            print("covered", down, flush=True)  # noqa: T201 - read by the test


def _gap(covered: tuple[Interval, ...], rng: Random) -> tuple[int, int] | None:
    """Time that is not covered, in pieces of some pages; None where all is."""
    end = END
    for interval in reversed(covered):
        assert interval.start is not None
        assert interval.end is not None
        if interval.end < end:
            return max(interval.end, end - rng.randrange(1, 9 * PAGE_S)), end
        end = interval.start
    return (
        (max(START, end - rng.randrange(1, 9 * PAGE_S)), end) if end > START else None
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

"""How fast 1,000 rows become a table, beside tabulate.

    python tests/benchmarks/bench_table.py [ROUNDS]

Prints the median time over ROUNDS rounds (default 15; the ways take turns) of
1,000 records of twelve fields, and how many times faster than plain
`tabulate()` each way is. Ours makes every cell safe for a terminal besides.
Hold: at least 2.3 times.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable

from tabulate import tabulate

from auditql.emulator import demo_records
from auditql.results.formats import FORMATS, Layout

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
ROWS = list(itertools.islice(demo_records(1_773_144_000), 1000))
NAMES = list(ROWS[0])
CELLS = [[row.get(name) for name in NAMES] for row in ROWS]
TEXTS = [["null" if c is None else str(c) for c in cells] for cells in CELLS]


def ours(name: str, width: int | None = None) -> Callable[[], str]:
    """What writes the rows in one of our formats."""

    def write() -> str:
        format_ = FORMATS[name](Layout(width=width))
        return format_.rows(ROWS) + format_.end()

    return write


WAYS: dict[str, Callable[[], object]] = {
    "tabulate()": lambda: tabulate(CELLS, NAMES),
    "tabulate(disable_numparse=True)": lambda: tabulate(
        TEXTS, NAMES, disable_numparse=True
    ),
    "auditql table": ours("table"),
    "auditql table, 120 columns": ours("table", 120),
    "auditql csv": ours("csv"),
    "auditql jsonl": ours("jsonl"),
}


def main() -> None:
    """Measure all ways in turns and print the table."""
    spent: dict[str, list[float]] = {name: [] for name in WAYS}
    for write in WAYS.values():  # what is loaded or kept once
        write()
    for _ in range(ROUNDS):
        for name, write in WAYS.items():
            began = time.perf_counter()
            write()
            spent[name].append(time.perf_counter() - began)
    median = {name: statistics.median(times) * 1000 for name, times in spent.items()}
    print(f"{'1,000 rows':34}{'ms':>8}{'times faster':>14}")
    for name, ms in median.items():
        print(f"{name:34}{ms:8.1f}{median['tabulate()'] / ms:14.1f}")


if __name__ == "__main__":
    main()

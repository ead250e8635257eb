"""Memory of a long read: 100,000 and 400,000 records to jsonl, streamed.

Run: python tests/benchmarks/bench_memory.py
Each read runs in a process of its own over the emulator in process; what is
printed is the growth of the peak between a tenth of the read and its end.
Streaming means that it does not grow with the number of records.
"""

import asyncio
import json
import resource
import subprocess
import sys

SIZES = (100_000, 400_000)


def read(count: int) -> None:
    """Stream that many records through reader, executor and jsonl; print peaks."""
    import os

    from auditql.catalog.record import Record
    from auditql.emulator.app import Emulator
    from auditql.emulator.generator import generate
    from auditql.emulator.transport import AsyncEmulatorTransport
    from auditql.plan.reader import Statistics
    from auditql.providers.zendesk.reader import ZendeskReader
    from auditql.results.executor import execute
    from auditql.runtime.compile import compile_text

    emulator = Emulator(generate(7, count, 1_700_000_000, 1_770_000_000))
    statistics = Statistics()
    plan = compile_text("action != exported", now="2026-03-10T12:00:00Z")

    async def run(sink: int) -> tuple[int, int]:
        early = 0
        async with ZendeskReader(
            "http://127.0.0.1:9",
            transport=AsyncEmulatorTransport(emulator),
            statistics=statistics,
        ) as reader:
            seen = 0
            async for record in execute(plan, reader, statistics):
                assert isinstance(record, Record)
                os.write(sink, json.dumps(record.raw).encode())
                seen += 1
                if seen == count // 10:
                    early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return early, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    sink = os.open(os.devnull, os.O_WRONLY)
    early, late = asyncio.run(run(sink))
    print(json.dumps([early, late, statistics.rows_fetched]))


def main() -> None:
    """Print the growth of each size."""
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, __file__, str(size)],
            capture_output=True,
            check=True,
            text=True,
        )
        early, late, fetched = json.loads(done.stdout)
        print(
            f"{fetched:8,} records: peak {early / 1024:.0f} MB after a tenth, "
            f"{late / 1024:.0f} MB at the end, growth {(late - early) / 1024:.1f} MB"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(int(sys.argv[1]))
    else:
        main()

"""Memory of a long read: 100,000 and 1,000,000 records to jsonl, streamed.

Run: python tests/benchmarks/bench_memory.py [CURSORS]
Each account is served over loopback by a process of its own, so that what is
measured is the reader's memory alone: its peak after a tenth of the read and at
the end, with one cursor and with CURSORS (default 8). Streaming means that it
does not grow with the number of records.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys

SIZES = (100_000, 1_000_000)
NOW_S = 1_770_000_000


def serve(count: int) -> None:
    """Serve an account of so many records until standard input closes."""
    from auditql.emulator import Emulator, RecordStore, generate
    from auditql.emulator import serve as serving

    made = generate(7, count, 1_700_000_000, NOW_S)
    emulator = Emulator(RecordStore(made, encode_now=True), clock=lambda: float(NOW_S))
    with serving(emulator) as server:
        print(server.url, flush=True)
        sys.stdin.read()


async def read(url: str, count: int, cursors: int) -> None:
    """Stream everything through client, executor and jsonl; print the peaks."""
    import auditql
    from auditql.results.formats import FORMATS, Layout

    sink = os.open(os.devnull, os.O_WRONLY)
    format_ = FORMATS["jsonl"](Layout())
    early = seen = 0
    async with auditql.AsyncClient(
        base_url=url, concurrency=cursors, rate_share=1.0
    ) as client:
        async for row in client.query("action != exported", now=NOW_S):
            os.write(sink, format_.rows([row]).encode())
            seen += 1
            if seen == count // 10:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([early, late, client.statistics.rows_fetched]))


def main(cursors: int) -> None:
    """Print the peaks of each size."""
    for size in SIZES:
        with subprocess.Popen(
            [sys.executable, __file__, "serve", str(size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            for k in (1, cursors):
                done = subprocess.run(
                    [sys.executable, __file__, "read", url, str(size), str(k)],
                    capture_output=True,
                    check=True,
                    text=True,
                )
                early, late, fetched = json.loads(done.stdout)
                print(
                    f"{fetched:9,} records, {k} cursors: peak {early / 1024:.0f} MB "
                    f"after a tenth, {late / 1024:.0f} MB at the end"
                )
            server.communicate()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", count]:
            serve(int(count))
        case ["read", url, count, cursors]:
            asyncio.run(read(url, int(count), int(cursors)))
        case [cursors]:
            main(int(cursors))
        case _:
            main(8)

"""How many pages a second the bundled emulator serves over loopback.

    python tests/benchmarks/bench_emulator.py [RECORDS] [SECONDS]

One keep-alive client on a raw socket walks cursor pages of 100, as cheaply as
a client can, in its own process; the server runs in this one. Prints pages a
second for a walk of everything, for a filtered walk, and for the pages at the
far end of a filtered listing. The aim is 5,000 pages a second.
"""

import multiprocessing
import re
import socket
import sys
import time
from multiprocessing.queues import Queue

from auditql.emulator import Emulator, RecordStore, generate, serve

START_S = 1_700_000_000
DAY_S = 86_400
PATH = "/api/v2/audit_logs.json"
CURSOR = re.compile(rb'"has_more":true,"after_cursor":"([^"]+)"')
LENGTH = re.compile(rb"Content-Length: (\d+)")

Outcome = tuple[int, int, float]
"""Pages, bytes and seconds."""


class RawClient:
    """The cheapest client there is: one socket, one buffer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(1 << 20)

    def get(self, query: str) -> tuple[int, bytes | None]:
        """Size of one page, and the cursor to the next."""
        head = f"GET {PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        self.socket.sendall(head.encode())
        view = memoryview(self.buffer)
        got = self.socket.recv_into(view)
        end = self.buffer.find(b"\r\n\r\n", 0, got)
        found = LENGTH.search(self.buffer, 0, end)
        assert found is not None
        whole = end + 4 + int(found[1])
        while got < whole:
            got += self.socket.recv_into(view[got:])
        # The cursor stands at the end; the records need not be searched.
        after = CURSOR.search(self.buffer, max(end, whole - 2000), whole)
        return int(found[1]), after[1] if after else None


def walk(port: int, query: str, limit_s: float, answers: "Queue[Outcome]") -> None:
    """Walk pages, from the start again after the last, until time is up."""
    client = RawClient(port)
    client.get(query)  # the first one may build an index
    pages = octets = 0
    begun = time.perf_counter()
    suffix = ""
    while time.perf_counter() - begun < limit_s:
        size, cursor = client.get(query + suffix)
        pages += 1
        octets += size
        suffix = ""
        if cursor is not None:
            suffix = f"&page[after]={cursor.decode().replace('=', '%3D')}"
    answers.put((pages, octets, time.perf_counter() - begun))


def main() -> None:
    """Measure three walks and print one line for each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    limit_s = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
    end_s = START_S + 360 * DAY_S
    begun = time.perf_counter()
    store = RecordStore(generate(1, count, START_S, end_s), encode_now=True)
    print(f"{count:,} records made in {time.perf_counter() - begun:.2f} s")
    action = "filter[action][]=update&filter[action][]=create"
    walks = {
        "all, newest first": "page[size]=100",
        "all, oldest first": "page[size]=100&sort=created_at",
        "two actions": f"page[size]=100&{action}",
        "two actions, last day": (
            f"page[size]=100&{action}"
            "&filter[created_at][]=2024-11-07T00:00:00Z"
            "&filter[created_at][]=2024-11-09T00:00:00Z"
        ),
    }
    context = multiprocessing.get_context("spawn")
    with serve(Emulator(store)) as server:
        for name, query in walks.items():
            answers: Queue[Outcome] = context.Queue()
            client = context.Process(
                target=walk, args=(server.port, query, limit_s, answers)
            )
            client.start()
            pages, octets, took_s = answers.get(timeout=limit_s + 60)
            client.join()
            print(
                f"{name:24} {pages / took_s:8,.0f} pages/s"
                f" {octets / pages / 1024:6.1f} KiB a page"
            )


if __name__ == "__main__":
    main()

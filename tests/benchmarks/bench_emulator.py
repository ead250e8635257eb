"""How many pages a second the bundled emulator serves over loopback.

    python tests/benchmarks/bench_emulator.py [RECORDS] [SECONDS]

One keep-alive client on a raw socket walks cursor pages of 100, as cheaply as
a client can, in its own process; the server runs in this one. Prints pages a
second for the first walk of a listing and for the walks after it, when pages
are known: of everything, of a filter, of a filter's far end; last, the same
page over and over without any work, which is the most that this machine can
do. The aim is 5,000 pages a second.
"""

import multiprocessing
import re
import socket
import sys
import time
from dataclasses import replace
from multiprocessing.queues import Queue

from auditql.emulator import Emulator, RecordStore, generate, serve
from auditql.emulator.answers import Answer, Call

START_S = 1_700_000_000
DAY_S = 86_400
PATH = "/api/v2/audit_logs.json"
CURSOR = re.compile(rb'"has_more":true,"after_cursor":"([^"]+)"')
LENGTH = re.compile(rb"Content-Length: (\d+)")

Outcome = tuple[int, float, int, float]
"""Pages and seconds of the first walk, and of those after it."""


class RawClient:
    """The cheapest client there is: one socket, one buffer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(1 << 20)

    def get(self, query: str) -> bytes | None:
        """Fetch a page; the cursor to the next."""
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
        return after[1] if after else None


class OnePage(Emulator):
    """Always the same page, made beforehand."""

    page: Answer

    def answer(self, call: Call) -> Answer:
        return self.page


def walk(port: int, query: str, limit_s: float, answers: "Queue[Outcome]") -> None:
    """Walk pages, from the start again after the last, until time is up."""
    client = RawClient(port)
    client.get(query.replace("=100", "=1"))  # connects, makes the index
    marks = []
    pages = 0
    suffix = ""
    begun = time.perf_counter()
    while time.perf_counter() - begun < limit_s or not marks:
        cursor = client.get(query + suffix)
        pages += 1
        suffix = ""
        if cursor is not None:
            suffix = f"&page[after]={cursor.decode().replace('=', '%3D')}"
        elif not marks:
            marks = [pages, time.perf_counter() - begun]
    took_s = time.perf_counter() - begun
    first, first_s = int(marks[0]), float(marks[1])
    answers.put((first, first_s, pages - first, took_s - first_s))


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
    emulator, idle = Emulator(store), OnePage(store)
    idle.page = emulator.answer(Call("GET", PATH, "page[size]=100&sort=created_at"))
    idle.page = replace(idle.page, body=idle.page.body.replace(b"true", b"null"))
    for name, query in walks.items():
        measure(name, emulator, query, limit_s)
    measure("one page, no work", idle, "page[size]=100", limit_s)


def measure(name: str, emulator: Emulator, query: str, limit_s: float) -> None:
    """Let one client walk, and print a line."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[Outcome] = context.Queue()
    with serve(emulator) as server:
        client = context.Process(
            target=walk, args=(server.port, query, limit_s, answers)
        )
        client.start()
        first, first_s, later, later_s = answers.get(timeout=limit_s + 60)
        client.join()
    print(
        f"{name:24} {first:6,} pages: first walk {first / first_s:7,.0f} pages/s,"
        f" later {later / later_s:7,.0f}"
    )


if __name__ == "__main__":
    main()

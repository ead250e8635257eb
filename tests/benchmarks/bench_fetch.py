"""How fast an account is read, beside what else people use, in one run.

    python tests/benchmarks/bench_fetch.py [RECORDS] [LATENCY_MS] [ROUNDS]

The bundled emulator is served over loopback by a process of its own, every
answer LATENCY_MS late. Each reader runs in its own process and in turn, ROUNDS
times; printed are medians: wall time, how many times as fast as the requests
loop, requests beside pages, milliseconds to the first row, peak memory, and
CPU a page. Readers that are not installed are left out. Last, in virtual time,
how much of its share of the rate limit the pacer uses, and how often it is
refused. By default 100,000 records, 150 ms, once: about ten minutes.
"""

import asyncio
import json
import multiprocessing
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from importlib.util import find_spec
from multiprocessing.synchronize import Event
from pathlib import Path

BEGUN_S = time.perf_counter()
END_S = 1_773_144_000
START_S = END_S - 360 * 86_400
QUERY = "action != exported"  # nothing of it is sent: everything is read
LOOP = "/api/v2/audit_logs.json?page[size]=100"
CURL = """
url="$1/api/v2/audit_logs.json?page%5Bsize%5D=100"; after=
while :; do
  page=$(curl -s "$url$after")
  printf '%s' "$page" | jq -c '.audit_logs[]'
  next=$(printf '%s' "$page" | jq -r 'select(.meta.has_more) | .meta.after_cursor|@uri')
  [ -n "$next" ] || break
  after="&page%5Bafter%5D=$next"
done
"""


def serve(count: int, latency_s: float, port: "multiprocessing.Queue[int]", end: Event):
    """Serve so many records until the end."""
    from auditql.emulator import Emulator, RecordStore, Settings, generate
    from auditql.emulator import serve as served

    made = generate(1, count, START_S, END_S - 1, hostile_share=0)  # jq refuses some
    store = RecordStore(made, encode_now=True)
    with served(Emulator(store, Settings(latency_s=latency_s))) as server:
        port.put(server.port)
        end.wait()


async def ours(url: str, cursors: int) -> dict[str, float]:
    """auditql's client."""
    import auditql

    first_s = 0.0
    async with auditql.AsyncClient(base_url=url, concurrency=cursors) as client:
        async with aclosing(client.query(QUERY, now=END_S)) as found:
            async for _ in found:
                first_s = first_s or time.perf_counter() - BEGUN_S
        done = client.statistics
        return {
            "rows": done.rows_fetched,
            "requests": done.requests,
            "first_s": first_s,
        }


async def bare_httpx(url: str) -> dict[str, float]:
    """A loop over cursors with httpx, as short as can be."""
    import httpx

    rows = requests = 0
    first_s, after = 0.0, None
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            more = {} if after is None else {"page[after]": after}
            body = (
                await client.get(
                    url + "/api/v2/audit_logs.json", params={"page[size]": 100, **more}
                )
            ).json()
            requests += 1
            first_s = first_s or time.perf_counter() - BEGUN_S
            rows += len(body["audit_logs"])
            if not body["meta"]["has_more"]:
                return {"rows": rows, "requests": requests, "first_s": first_s}
            after = body["meta"]["after_cursor"]


def requests_loop(url: str) -> dict[str, float]:
    """A loop over cursors with requests."""
    import requests

    rows = asked = 0
    first_s, more = 0.0, {}
    with requests.Session() as session:
        session.trust_env = False
        while True:
            body = session.get(url + LOOP, params=more, timeout=60).json()
            asked += 1
            first_s = first_s or time.perf_counter() - BEGUN_S
            rows += len(body["audit_logs"])
            if not body["meta"]["has_more"]:
                return {"rows": rows, "requests": asked, "first_s": first_s}
            more = {"page[after]": body["meta"]["after_cursor"]}


def curl_and_jq(url: str) -> dict[str, float]:
    """What a person types: curl, and jq for rows and cursor."""
    done = subprocess.run(
        ["/bin/sh", "-c", CURL, "sh", url], stdout=subprocess.PIPE, check=True
    )
    rows = done.stdout.count(b"\n")
    return {"rows": rows, "requests": -(-rows // 100), "first_s": 0.0}


READERS: dict[str, Callable[[str], dict[str, float]]] = {
    "requests loop": requests_loop,
    "httpx loop": lambda url: asyncio.run(bare_httpx(url)),
    "curl + jq": curl_and_jq,
    "auditql, 1 cursor": lambda url: asyncio.run(ours(url, 1)),
    "auditql, 4 cursors": lambda url: asyncio.run(ours(url, 4)),
    "auditql, 8 cursors": lambda url: asyncio.run(ours(url, 8)),
    "auditql, 16 cursors": lambda url: asyncio.run(ours(url, 16)),
}


def run(name: str, url: str) -> None:
    """Read once; print what it took as JSON."""
    begun = time.perf_counter()
    found = READERS[name](url)
    found["wall_s"] = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, -1)]
    found["cpu_s"] = sum(u.ru_utime + u.ru_stime for u in used)
    found["mib"] = used[0].ru_maxrss / 1024
    print(json.dumps(found))


def is_there(name: str) -> bool:
    """Whether a reader can run here."""
    if name == "curl + jq":
        return all(shutil.which(tool) for tool in ("curl", "jq"))
    return name != "requests loop" or find_spec("requests") is not None


def measured(name: str, url: str, rounds: int) -> dict[str, float]:
    """The medians of a reader."""
    found = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, __file__, "run", name, url],
            stdout=subprocess.PIPE,
            check=True,
        )
        found.append(json.loads(done.stdout))
    return {key: statistics.median(one[key] for one in found) for key in found[0]}


def pace() -> None:
    """How near to its ceiling the pacer stays, two minutes of virtual time each."""
    sys.path.append(str(Path(__file__).parent.parent / "providers"))
    from pacing import Account
    from pacing import run as paced

    from auditql.emulator.settings import RateLimitKind
    from auditql.providers.zendesk.pacer import SHARE, Pacer

    print(f"\npace, share {SHARE}, two minutes, 16 workers at 150 ms ± 90 %")
    for kind in (RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE):
        for per_minute in (700, 2500):
            done = paced(
                Pacer(),
                Account(kind, per_minute),
                workers=16,
                last_s=119.999,
                latency_s=0.15,
                jitter=0.9,
                seed=1,
            )
            saved = per_minute if kind is RateLimitKind.BUCKET else 0
            part = len(done.sent_s) / (SHARE * (saved + 2 * per_minute))
            print(
                f"{kind.value:13} {per_minute:5}/min  {part:.3f} of the ceiling, "
                f"{len(done.refused)} refused"
            )


def main() -> None:
    """Measure every reader and print the table."""
    count, latency_ms, rounds = (
        int(value)
        for value in [*sys.argv[1:], *("100000", "150", "1")[len(sys.argv) - 1 :]]
    )
    context = multiprocessing.get_context("spawn")
    port, end = context.Queue(), context.Event()
    server = context.Process(target=serve, args=(count, latency_ms / 1000, port, end))
    server.start()
    url = f"http://127.0.0.1:{port.get(timeout=300)}"
    pages = -(-count // 100)
    print(f"{count:,} records, {pages:,} pages, {latency_ms} ms, medians of {rounds}")
    base = None
    for name in filter(is_there, READERS):
        took = measured(name, url, rounds)
        assert took["rows"] >= count, (name, took)
        base = base or took["wall_s"]
        print(
            f"{name:20} {took['wall_s']:8.2f} s  {base / took['wall_s']:6.2f} x  "
            f"{took['requests'] - pages:+5.0f} requests  "
            f"first row {took['first_s'] * 1000:6.0f} ms  {took['mib']:6.0f} MiB  "
            f"{took['cpu_s'] / pages * 1000:5.2f} ms CPU a page",
            flush=True,
        )
    end.set()
    server.join()
    pace()


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(*sys.argv[2:])
    else:
        main()

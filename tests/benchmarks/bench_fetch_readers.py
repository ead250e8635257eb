"""The readers that bench_fetch.py compares: each reads an account once.

    python tests/benchmarks/bench_fetch_readers.py READER URL [first]

It prints, as JSON, the records, a checksum over their ids in order, requests,
seconds to the first record and to the end since the interpreter began, the
peak of memory, and the CPU of the reading alone, imports left out. With
`first` it stops at the first record.
"""

import time

BEGUN_S = time.perf_counter()

import asyncio  # noqa: E402 - the clock runs first
import json  # noqa: E402
import resource  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterable, Mapping  # noqa: E402
from contextlib import aclosing, suppress  # noqa: E402
from functools import partial  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from zlib import crc32  # noqa: E402

END_S = 1_773_144_000
START_S = END_S - 360 * 86_400
QUERY = "not actor_name = 'Nobody At All'"  # tried here, of every record; all pass
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


class Enough(Exception):
    """The first record is there, and no other is wanted."""


class Seen:
    """What a reader has got so far."""

    def __init__(self, *, only_first: bool = False) -> None:
        self.only_first = only_first
        self.rows = self.requests = self.sum = 0
        self.first_s = self.cpu_s = 0.0

    def begins(self) -> None:
        """The reading begins: everything is imported."""
        self.cpu_s = time.process_time()

    def takes(self, records: Iterable[Mapping[str, object]]) -> None:
        """Take some records."""
        self.first_s = self.first_s or time.perf_counter() - BEGUN_S
        for record in records:
            self.rows += 1
            self.sum = crc32(b"%d" % record["id"], self.sum)
            if self.only_first:
                raise Enough


async def ours(cursors: int, url: str, seen: Seen) -> None:
    """auditql's client, row by row."""
    import auditql

    async with auditql.AsyncClient(base_url=url, concurrency=cursors) as client:
        import httpx  # noqa: F401 - as it would when the first request leaves

        plan = auditql.compile(QUERY, now=END_S)
        seen.begins()
        async with aclosing(client.query(plan)) as rows:
            async for row in rows:
                seen.takes((row,))
        seen.requests = client.statistics.requests


async def bare_httpx(url: str, seen: Seen) -> None:
    """A loop over cursors with httpx, as short as can be."""
    import httpx

    more: dict[str, str] = {}
    async with httpx.AsyncClient(trust_env=False) as client:
        seen.begins()
        while True:
            body = (await client.get(url + LOOP, params=more or None)).json()
            seen.requests += 1
            seen.takes(body["audit_logs"])
            if not body["meta"]["has_more"]:
                return
            more = {"page[size]": "100", "page[after]": body["meta"]["after_cursor"]}


def requests_loop(url: str, seen: Seen) -> None:
    """A loop over cursors with requests."""
    import requests

    more: dict[str, str] = {}
    with requests.Session() as session:
        session.trust_env = False
        seen.begins()
        while True:
            body = session.get(url + LOOP, params=more, timeout=60).json()
            seen.requests += 1
            seen.takes(body["audit_logs"])
            if not body["meta"]["has_more"]:
                return
            more = {"page[after]": body["meta"]["after_cursor"]}


def curl_and_jq(url: str, seen: Seen) -> None:
    """What a person types: curl, and jq for rows and cursor."""
    with subprocess.Popen(
        ["/bin/sh", "-c", CURL, "sh", url], stdout=subprocess.PIPE
    ) as loop:
        assert loop.stdout is not None
        try:
            for line in loop.stdout:
                seen.takes((json.loads(line),))
        finally:
            loop.terminate()
    seen.requests = -(-seen.rows // 100)
    seen.begins()  # what counts is their CPU, not that of the looking on


CURSORS = (1, 4, 8, 16)
READERS: dict[str, Callable[[str, Seen], object]] = {
    "requests loop": requests_loop,
    "httpx loop": lambda url, seen: asyncio.run(bare_httpx(url, seen)),
    "curl + jq": curl_and_jq,
} | {
    f"auditql, k = {k}": partial(
        lambda k, url, seen: asyncio.run(ours(k, url, seen)), k
    )
    for k in CURSORS
}


def missing(name: str) -> str:
    """What a reader would need that is not here; nothing if it can run."""
    match name:
        case "curl + jq":
            return ", ".join(tool for tool in ("curl", "jq") if not shutil.which(tool))
        case "requests loop":
            return "" if find_spec("requests") else "requests (pip install requests)"
        case _:
            return ""


def run(name: str, url: str, *how: str) -> None:
    """Read once; print what it took."""
    seen = Seen(only_first="first" in how)
    with suppress(Enough):
        READERS[name](url, seen)
    wall_s = time.perf_counter() - BEGUN_S
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    itself = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "rows": seen.rows,
                "sum": seen.sum,
                "requests": seen.requests,
                "first_s": seen.first_s,
                "wall_s": wall_s,
                "cpu_s": time.process_time()
                - seen.cpu_s
                + children.ru_utime
                + children.ru_stime,
                "mib": (children.ru_maxrss or itself.ru_maxrss) / 1024,
            }
        )
    )


if __name__ == "__main__":
    run(*sys.argv[1:])

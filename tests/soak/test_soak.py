"""Very many records in a storm of faults: exact, complete, memory flat.

    AUDITQL_SOAK=1000000 .venv/bin/python -m pytest -n 0 -m full tests/soak -s

Without that number it reads 250,000, which takes a minute.

The account is served by a process of its own, the query is run by the command
line, and what it wrote is compared line by line with the records as the seed
makes them once more. No time is looked at.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
import storm
import watched
from watched import Memory, first_wrong

from auditql.emulator.faults import Fault
from auditql.language.clock import text_of

MANY = int(os.environ.get("AUDITQL_SOAK", "250_000"))
FEW = 100_000
CURSORS = 8

GROWTH = 1.10
"""Of the second half over the first: 20 bytes kept of each record would be more."""

SIZE = 1.25
"""Of some times the records: what waits in order is capped, and both fill it."""

Env = dict[str, str]


@contextmanager
def account(count: int, said: list[storm.Weathered]) -> Iterator[str]:
    """An account of so many records; in the end, what its storm was."""
    with subprocess.Popen(
        [sys.executable, storm.__file__, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process.stdout.readline().strip()
            out, _ = process.communicate(timeout=60)
            said.append(storm.told(out))
        finally:
            process.kill()


@dataclass(frozen=True)
class Soaked:
    """One run in the storm.

    Attributes:
        stats: of `--stats`.
        memory: of the run.
        weathered: what it met.
    """

    stats: dict[str, object]
    memory: Memory
    weathered: storm.Weathered


def soak(count: int, order: str, wanted: Path, environment: Env) -> Soaked:
    """Read a whole account into a file; what does not hold for any size fails."""
    said: list[storm.Weathered] = []
    query = (
        f"created_at >= '{text_of(storm.START_S)}' and "
        f"created_at < '{text_of(storm.END_S)}' order by {order}"
    )
    with account(count, said) as url:
        code, stderr, memory = watched.ran(
            *("query", "-f", "jsonl", "-o", str(wanted), "--manifest", "--stats"),
            *("--concurrency", str(CURSORS), "--now", text_of(storm.NOW_S), query),
            part=wanted.with_name(wanted.name + ".part"),
            env=environment
            | {
                "ZENDESK_BASE_URL": url,
                "ZENDESK_CLIENT_ID": storm.CLIENT.client_id,
                "ZENDESK_CLIENT_SECRET": storm.CLIENT.client_secret,
            },
        )
    assert 0 == code, stderr
    assert storm.CLIENT.client_secret.encode() not in stderr
    manifest = wanted.with_name(wanted.name + ".manifest.json")
    assert {wanted, manifest} == set(wanted.parent.iterdir())
    stats = json.loads(stderr)
    soaked = Soaked(stats, memory, said[0])
    assert (count, True, None) == (stats["rows"], stats["complete"], stats["reason"])
    sure = json.loads(manifest.read_bytes())
    assert (count, True) == (sure["rows"], sure["complete"])
    with wanted.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    assert found == sure["file"]["sha256"]
    minted = soaked.weathered.met[Fault.DEAD_TOKEN] > 0
    assert minted or count < MANY
    return soaked


def show(count: int, soaked: Soaked) -> None:
    """Print what a run was, for whoever asked with `-s`."""
    stats, memory = soaked.stats, soaked.memory
    first, second = memory.halves()
    print(  # noqa: T201
        f"\n{count:,} records, {soaked.weathered.requests:,} requests, "
        f"{soaked.weathered.met.total()} faults, {stats['retries']} retries, "
        f"{stats['elapsed_ms'] / 1000:.0f} s, of them "
        f"{stats['waited_ms'] / 1000:.0f} s of cursors that waited; peaks of memory "
        f"{first / 1024:.1f} and {second / 1024:.1f} MiB"
    )


def newest_first(records: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Second by second from the end; ids rise within a second, as is served."""
    seconds = [list(group) for _, group in groupby(records, lambda r: r["created_at"])]
    return [record for second in reversed(seconds) for record in second]


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="peaks are had from Linux"
)
def test_very_many_records_in_a_storm(environment: Env, tmp_path: Path) -> None:
    """Every record once, in order, unchanged; memory as of a tenth of them.

    The tenth is read newest first and the whole oldest first, so that either
    order is soaked once.
    """
    few, many = tmp_path / "few" / "rows.jsonl", tmp_path / "many" / "rows.jsonl"
    few.parent.mkdir()
    many.parent.mkdir()
    tenth = soak(FEW, "-created_at", few, environment)
    show(FEW, tenth)
    with watched.lines_of(few) as lines:
        assert "" == first_wrong(lines, newest_first(storm.records(FEW)))
    whole = soak(MANY, "created_at", many, environment)
    show(MANY, whole)
    with watched.lines_of(many) as lines:
        assert "" == first_wrong(lines, storm.records(MANY))
    assert set(storm.KINDS) | {Fault.DEAD_TOKEN} == set(whole.weathered.met)
    first, second = whole.memory.halves()
    assert second <= GROWTH * first
    assert whole.memory.most <= SIZE * tenth.memory.most


RECORDS = tuple({"id": number, "created_at": "t", "a": None} for number in (1, 2, 3))
LINES = tuple(f'{{"id":{number},"created_at":"t","a":null}}\n' for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ("", LINES),
        ("", (LINES[0].replace(",", ", ").replace("t", "\\u0074"), *LINES[1:])),
        ("line 2 is not record 2", (LINES[0], LINES[2])),
        ("line 3 is missing: record 3", LINES[:2]),
        ("line 2 is not record 2", (LINES[0], *LINES)),
        ("a line too many", (*LINES, LINES[2])),
        ("line 1 is not record 1", (LINES[1], LINES[0], LINES[2])),
        ("line 1 is not record 1", (LINES[0].replace(',"a":null', ""), *LINES[1:])),
        ("line 1 is not record 1", ('{"created_at":"t","id":1,"a":null}\n',)),
    ],
    ids=["same", "escaped", "lost", "cut", "doubled", "more", "order", "field", "keys"],
)
def test_a_file_that_is_not_exact_is_found_out(told: str, lines: tuple[str]) -> None:
    """A record that is lost, doubled, changed or out of order is named."""
    found = first_wrong(lines, RECORDS)
    assert found.startswith(told)
    assert bool(told) is bool(found)


def test_memory_is_parted_where_half_of_the_file_is_written() -> None:
    """Peaks of 5 and 9 before and after 50 of 100 bytes."""
    memory = Memory([(0, 4), (20, 5), (50, 3), (51, 9), (100, 8)])
    assert (5, 9) == memory.halves()
    assert 9 == memory.most

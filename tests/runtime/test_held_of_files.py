"""What is held while files are read is bounded, and nobody else's to see."""

import gzip
import os
import random
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filed import Answer, lines, record, written

from auditql.catalog.record import Record
from auditql.providers.files import keys as keys_module
from auditql.providers.files.keys import Keys, Known


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    """Through a FIFO, whose writer is slow; nothing of it stays in the folder."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    raws = [record(n, n, note="x" * 500) for n in range(30_000)]
    content = gzip.compress(lines(raws), 1)

    def write() -> None:
        with path.open("wb") as pipe:
            for place in range(0, len(content), 50_000):
                pipe.write(content[place : place + 50_000])

    writer = threading.Thread(target=write)
    writer.start()
    answer = Answer("", str(path))
    writer.join()
    assert raws[::-1] == answer.rows
    assert [path] == list(tmp_path.iterdir())


def test_copies_of_lines_are_for_nobody_else(tmp_path: Path) -> None:
    """What goes to a disk has no name and no permission for others."""
    from auditql.providers.files.tapes import IN_MEMORY, Spool

    spool = Spool()
    places = spool.add([b"x" * IN_MEMORY, b"y" * 10])
    status = os.fstat(spool._file.fileno())
    assert (0, 0) == (stat.S_IMODE(status.st_mode) & 0o077, status.st_nlink)
    assert b"y" * 10 == spool.line(*places[1])
    spool.close()


def test_what_is_held_of_matches_is_bounded_by_the_limit() -> None:
    """At most about twice as many keys, whatever comes; equal ones count once."""
    keys = Keys(descending=True, most=10)
    seen = random.Random(7)
    numbers = [seen.randrange(5000) for _ in range(20_000)]
    for number in numbers:
        found = Record({"id": number}, number, number // 4)
        keys.add([found], 0, [(number, 1)], Known.PROVEN)
        assert len(keys) <= 2 * 10 + keys_module._SLACK + 1
    given = [key for some in keys.in_order() for key in some]
    expected = sorted({(n // 4, n) for n in numbers}, key=lambda k: (-k[0], k[1]))
    assert expected[:10] == list(dict.fromkeys((k[0], k[1]) for k in given))[:10]


def test_equal_keys_without_end_are_held_and_end() -> None:
    """More equal ones than are wanted slow nothing down."""
    keys = Keys(descending=False, most=1)
    for _ in range(30):
        keys.add([Record({}, 1, 1)] * 500, 0, [(0, 1)] * 500, Known.PROVEN)
    assert 15_000 == len(keys)


PEAK = """
import asyncio, resource, sys
from auditql.providers.files.reader import Wanted
from auditql.providers.files.source import FilesSource
from auditql.runtime.compile import compile_text
from auditql.runtime.from_files import FilesClient
path, text = sys.argv[1:]
async def read():
    plan = compile_text(text, source=FilesSource((path,)))
    async with FilesClient(Wanted((path,))) as client:
        async for rows in client.rows(plan):
            pass
asyncio.run(read())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.full
@pytest.mark.parametrize("text", ["| count by action, actor_name", "action = login"])
def test_memory_is_of_groups_and_keys_not_of_rows(tmp_path: Path, text: str) -> None:
    """Ten times the records take 12 MiB more at most, 80 bytes a match aside."""

    def peak(number: int) -> int:
        name = f"{number}.jsonl"
        raws = [record(n, n % 3000 // 2, note="x" * 300) for n in range(number)]
        raws.sort(key=lambda r: str(r["created_at"]))
        path = written(tmp_path, raws, name)
        command = [sys.executable, "-c", PEAK, path, text]
        told = subprocess.run(command, capture_output=True, check=True, timeout=100)
        return int(told.stdout)

    assert resource.RUSAGE_SELF == 0
    keys = 0 if "count" in text else 180_000 * 120 // 1024
    assert peak(200_000) - peak(20_000) <= 12 * 1024 + keys

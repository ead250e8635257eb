"""Queries over files: the rows an account that holds these records would give."""

import asyncio
import gzip
import json
import os
import random
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import auditql
from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import ConfigurationError, PartialAnswer
from auditql.plan.plan import Plan
from auditql.providers.files import keys as keys_module
from auditql.providers.files.keys import Keys, Known
from auditql.providers.files.reader import Wanted
from auditql.providers.files.source import FilesSource
from auditql.results.formats.json_text import line as json_line
from auditql.runtime.compile import compile_text
from auditql.runtime.from_files import FilesClient, read_file

NOW = "2026-03-10T12:00:00Z"
EIGHT = datetime(2026, 3, 1, 8, tzinfo=UTC)
Raw = dict[str, object]


def record(number: int, second: int = 0, **more: object) -> Raw:
    """A record of 2026-03-01, so many seconds after eight."""
    when = (EIGHT + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": number, "action": "login", "created_at": when} | more


def lines(raws: Sequence[object]) -> bytes:
    return b"".join(json.dumps(r, separators=(",", ":")).encode() + b"\n" for r in raws)


def written(tmp_path: Path, raws: Sequence[object], name: str = "a.jsonl") -> str:
    path = tmp_path / name
    path.write_bytes(lines(raws))
    return str(path)


class Answer:
    """What a query over files gave."""

    def __init__(self, text: str, *paths: str, **how: bool) -> None:
        self.rows: list[Mapping[str, object]] = []
        self.warned: list[Diagnostic] = []
        self.client = FilesClient(Wanted(paths, **how), self.warned.append)  # type: ignore[arg-type] # flags
        asyncio.run(self._read(planned(text, *paths)))

    async def _read(self, plan: Plan) -> None:
        async with self.client:
            async for rows in self.client.rows(plan):
                self.rows += rows

    @property
    def ids(self) -> list[object]:
        return [row["id"] for row in self.rows]


def planned(text: str, *paths: str) -> Plan:
    return compile_text(text, now=NOW, source=FilesSource(paths))


@pytest.mark.parametrize(
    "text", ["", "order by created_at", "limit 5", "limit 2 offset 3"]
)
def test_rows_come_by_time_and_ids_rise_within_a_second(
    tmp_path: Path, text: str
) -> None:
    """However they stand in the file."""
    raws = [record(n, n // 3) for n in range(12)]
    sign = 1 if "order" in text else -1
    expected = sorted(raws, key=lambda r: (sign * (r["id"] // 3), r["id"]))  # type: ignore[operator] # ids
    if "limit 5" in text:
        expected = expected[:5]
    if "offset" in text:
        expected = expected[3:5]
    for seed in range(6):
        shuffled = random.Random(seed).sample(raws, len(raws))
        assert expected == Answer(text, written(tmp_path, shuffled)).rows


def test_what_comes_twice_is_given_once_and_what_differs_is_said(
    tmp_path: Path,
) -> None:
    """Within a file and among several; a limit does not count the same twice."""
    first, second, other = record(1), record(2, 1), record(1, actor_name="x")
    one = written(tmp_path, [first, second, first], "a.jsonl")
    two = written(tmp_path, [second, first], "b.jsonl")
    answer = Answer("", one, two, one)
    assert ([second, first], []) == (answer.rows, answer.warned)
    assert [second, first] == Answer("limit 2", one, two).rows
    assert [{"count": 2}] == Answer("| count", one, two).rows
    assert [{"count": 2}] == Answer("| count", one).rows
    three = written(tmp_path, [other], "c.jsonl")
    answer = Answer("", one, two, three)
    assert [second, first, other] == answer.rows
    assert [Code.SAME_ID] == [w.code for w in answer.warned]
    more = [record(2, 1, actor_name=name) for name in "xy"]
    four = written(tmp_path, [other, *more], "d.jsonl")
    for text in ("", "| count", "limit 5"):
        told = [(w.code, w.message) for w in Answer(text, one, four).warned]
        number = "3 records in all came again with different content"
        assert [Code.SAME_ID, Code.SAME_ID] == [code for code, _ in told]
        assert number == told[-1][1]
        held = written(tmp_path, [first, other, second, *more], "e.jsonl")
        assert number == Answer(text, held).warned[-1].message


@pytest.mark.parametrize("text", ["", "| count"])
def test_what_comes_twice_is_compared_as_json(tmp_path: Path, text: str) -> None:
    """`1`, `true` and `1.0` are three values, in one file as in several."""
    records = [record(1) | {"new": new} for new in (1, True, 1.0)]
    rows = [{"count": 3}] if text else records
    one = written(tmp_path, records, "one.jsonl")
    each = [written(tmp_path, [r], f"{n}.jsonl") for n, r in enumerate(records)]
    for paths in ([one], each):
        answer = Answer(text, *paths)
        assert repr(rows) == repr(answer.rows)
        assert Code.SAME_ID in [w.code for w in answer.warned]


@pytest.mark.parametrize("seed", range(4))
def test_a_count_is_the_same_in_any_order_of_the_file(
    tmp_path: Path, seed: int
) -> None:
    """Sorted either way it is read once and nothing is held; else in order."""
    raws = [record(n, n // 2, actor_name=f"p{n % 3}") for n in range(900)]
    text = "actor_name != 'p0' | count by actor_name"
    expected = [{"actor_name": f"p{n}", "count": 300} for n in (1, 2)]
    shuffled = random.Random(seed).choices(raws, k=500) + raws
    for given in (raws, raws[::-1], shuffled):
        answer = Answer(text, written(tmp_path, given))
        assert expected == answer.rows
        assert len(given) == answer.client.statistics.rows_fetched


def test_equal_records_of_a_sorted_file_are_counted_once(tmp_path: Path) -> None:
    """Beside one another or a second's worth apart, also beyond a block."""
    raws = [record(n, n // 1500, note="x" * 300) for n in range(3000)]
    doubled = raws[:1500] + raws + raws[-3:]
    assert [{"count": 3000}] == Answer("| count", written(tmp_path, doubled)).rows


def test_an_offset_page_is_a_part_of_the_records_in_order(tmp_path: Path) -> None:
    """As the API numbers them; a page at a cursor is the API's alone."""
    path = written(tmp_path, [record(n, n) for n in range(9)])
    assert [5, 4, 3] == Answer("page 2 size 3", path).ids
    assert [] == Answer("page 9 size 3", path).ids
    with pytest.raises(ConfigurationError, match="cursor is the API's"):
        Answer("after 'abc'", path)


def test_bad_lines_are_said_once_and_the_answer_is_partial(tmp_path: Path) -> None:
    """Whether the rows come in order or a count at the end; strictly it is refused."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([record(1)]) + b"{\n" + lines([record(2)]) + b"[]\n")
    for text in ("", "| count", "limit 1"):
        answer = Answer(text, str(path))
        assert [Code.BAD_LINE] == [w.code for w in answer.warned]
        assert answer.client.completeness is not None
        assert "2 lines could not be read" == answer.client.completeness.reason
        with pytest.raises(ConfigurationError, match=r"a\.jsonl:2: is broken JSON"):
            Answer(text, str(path), is_strict=True)
    assert [1, 2] == Answer("", str(path)).ids


def test_a_good_file_is_complete_as_it_stands(tmp_path: Path) -> None:
    """Of what the account holds beside it nothing is claimed."""
    claim = Answer("", written(tmp_path, [record(1)])).client.completeness
    assert claim is not None
    assert (True, None, None) == (claim.complete, claim.reason, claim.until_s)


def test_what_was_read_is_named_with_its_hash(tmp_path: Path) -> None:
    """Of the file as it lies there, packed or not, also where rows stop early."""
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines([record(n, n) for n in range(9)])))
    for text in ("limit 1", "| count"):
        (read,) = Answer(text, str(packed), is_hashed=True).client.was_read
        told = subprocess.run(["sha256sum", packed], capture_output=True, check=True)  # noqa: S607
        assert told.stdout.decode().split()[0] == read.sha256
        assert (str(packed), packed.stat().st_size) == (read.name, read.bytes)


def test_lines_go_out_as_they_came_where_that_is_what_is_written(
    tmp_path: Path,
) -> None:
    """Byte for byte what the format would write of the same record."""
    odd = [
        "x",
        "Zoë",
        "日本",
        "\u202e",
        "\x7f",
        "\xa0",
        "\xad",
        "a\\b",
        'q"',
        "\n",
        "\U0001f600",
    ]
    raws = [record(n, n, actor_name=name) for n, name in enumerate(odd)]
    path = tmp_path / "a.jsonl"
    for ascii_ in (False, True):
        for separators in ((",", ":"), (", ", ": ")):
            texts = (
                json.dumps(raw, ensure_ascii=ascii_, separators=separators) + "\n"
                for raw in raws
            )
            path.write_text("".join(texts), encoding="utf-8")
            rows = Answer("order by created_at", str(path)).rows
            assert raws == rows
            assert [json_line(dict(r)) for r in rows] == [json_line(r) for r in rows]
    path.write_bytes(lines(raws))
    kept = Answer("", str(path)).rows
    assert any(type(row) is not dict for row in kept)


def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    """Its lines are read again: what was found must still be there.

    Rows are out by then, so the answer is a partial one, as of an account.
    """
    path = Path(written(tmp_path, [record(n, n) for n in range(2000)]))
    plan = planned("", str(path))

    async def read() -> None:
        async with FilesClient(Wanted((str(path),))) as client:
            async for _ in client.rows(plan):
                content = path.read_bytes()
                path.write_bytes(content.replace(b'"id":3,', b'"id":4,'))

    with pytest.raises(PartialAnswer, match=r"read; run .* 2,000 rows are out"):
        asyncio.run(read())


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


def test_a_file_is_read_by_a_program(tmp_path: Path) -> None:
    """In its order, as it stands; `answer` and `Plan.filter` take it."""
    raws = [record(n, n, action=("login", "update")[n % 2]) for n in range(5)]
    path = written(tmp_path, raws)
    assert raws == list(read_file(path))
    plan = auditql.compile("action = update | count", now=NOW)
    assert [{"count": 2}] == list(auditql.answer(plan, read_file(path)))
    Path(path).write_bytes(lines(raws[:2]) + b"{}\n")
    with pytest.raises(ConfigurationError, match=":3: a record's id"):
        list(read_file(path))
    warned: list[Diagnostic] = []
    assert raws[:2] == list(read_file(path, strict=False, on_warning=warned.append))
    assert [Code.BAD_LINE] == [w.code for w in warned]
    for row in read_file(path, strict=False):
        assert raws[0] == row
        break  # the file is closed then


def test_a_file_is_read_inside_of_an_event_loop(tmp_path: Path) -> None:
    """Without one of its own."""
    path = written(tmp_path, [record(1)])

    async def inside() -> list[Raw]:
        return list(read_file(path))

    assert [record(1)] == asyncio.run(inside())


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


def test_a_page_does_not_count_what_comes_twice(tmp_path: Path) -> None:
    """Pages are cut out of the records as they are given, each once."""
    raws = [record(n, n) for n in range(6)]
    path = written(tmp_path, raws + raws)
    assert [3, 2] == Answer("page 2 size 2", path).ids


def test_a_time_is_looked_for_in_its_own_line(tmp_path: Path) -> None:
    """Also where fields stand in the order of the alphabet: type behind time."""
    raws = [
        dict(sorted(record(n, 600 * (n % 2), source_type="user").items()))
        for n in range(40)
    ]
    path = written(tmp_path, raws)
    text = "source_type = user and created_at >= 2026-03-01T08:05 order by created_at"
    assert [n for n in range(40) if n % 2] == Answer(text, path).ids
    text = "source_type = user and created_at < 2026-03-01T08:05 order by created_at"
    assert [n for n in range(40) if n % 2 == 0] == Answer(text, path).ids


def test_a_number_is_looked_for_at_the_end_of_a_line_too(tmp_path: Path) -> None:
    """Where no comma follows it; and 1 is not found in 11."""
    raws = [record(n, n, actor_id=(1, 11, 111)[n % 3]) for n in range(30)]
    answer = Answer("actor_id = 1 order by created_at", written(tmp_path, raws))
    assert list(range(0, 30, 3)) == answer.ids

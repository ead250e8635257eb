"""Files of every format to records; what holds none is counted and named."""

import asyncio
import csv
import gzip
import io
import json
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.catalog.formulas import unguarded
from auditql.diagnostics.codes import Code
from auditql.errors import ConfigurationError
from auditql.providers.files.batch import Batch
from auditql.providers.files.blocks import blocks
from auditql.providers.files.faults import Faults
from auditql.providers.files.inputs import Input
from auditql.providers.files.json_values import JsonValues
from auditql.providers.files.reading import batches
from auditql.providers.files.separated import Separated

TIME = "2026-03-01T08:00:00Z"
ONE: dict[str, object] = {"id": 1, "action": "login", "created_at": TIME}
TWO: dict[str, object] = {"id": 2, "created_at": TIME, "new": {"a": [1.5, None]}}


def line(raw: object) -> str:
    return json.dumps(raw, separators=(",", ":")) + "\n"


def read(path: Path, format_: str | None = None) -> tuple[list[object], Faults]:
    """All records of a file, and what was wrong."""

    async def all_() -> list[object]:
        with Input(str(path)) as input_:
            found = batches(input_, faults, format_=format_)
            return [r.raw async for batch in found for r in batch.records]

    faults = Faults()
    return asyncio.run(all_()), faults


def written(tmp_path: Path, content: str | bytes, name: str = "a.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


PAGE = {"audit_logs": [ONE, TWO], "meta": {"has_more": False}, "links": {"next": None}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", line(ONE) + line(TWO)),
        ("a.jsonl", line(ONE) + "\n \r\n" + line(TWO).rstrip()),
        ("a.jsonl", "\ufeff" + line(ONE) + line(TWO).replace("\n", "\r\n")),
        ("a.jsonl", line(PAGE)),
        ("a.jsonl", line({"audit_log": ONE}) + line({"audit_logs": [TWO]})),
        ("export", line(ONE) + line(TWO)),
        ("a.json", f"[\n{line(ONE)},{line(TWO)}]\n"),
        ("export", json.dumps([ONE, TWO], indent=2)),
        ("export", json.dumps(PAGE, indent=2)),
        ("a.json", json.dumps(ONE) + json.dumps(TWO)),
        ("a.json", json.dumps([{"audit_logs": [ONE]}, {"audit_log": TWO}])),
        ("a.json", "\ufeff" + json.dumps(PAGE)),
    ],
)
def test_records_come_out_of_every_shape_of_json(
    tmp_path: Path, name: str, content: str
) -> None:
    """Lines, arrays, pages, look-ups; also packed, whatever the name says."""
    for packed in (content.encode(), gzip.compress(content.encode())):
        found, faults = read(written(tmp_path, packed, name))
        assert [ONE, TWO] == found
        assert 0 == faults.number
    found, _ = read(written(tmp_path, gzip.compress(content.encode()), name + ".gz"))
    assert [ONE, TWO] == found


def page(*records: object, **said: object) -> dict[str, object]:
    return {"audit_logs": list(records), **said}


MORE, LAST = {"meta": {"has_more": True}}, {"meta": {"has_more": False}}


@pytest.mark.parametrize(
    ("pages", "is_all"),
    [
        ([page(ONE, **MORE)], False),
        ([page(**MORE)], False),
        ([page(ONE, **MORE), page(TWO, **LAST)], True),
        ([page(TWO, **LAST), page(ONE, **MORE)], False),
        ([page(ONE, **MORE), page(TWO)], False),
        ([page(ONE, next_page="https://acme.zendesk.com/p2")], False),
        ([page(ONE, next_page=None)], True),
        ([page(ONE), ONE], True),
        ([page(ONE, meta={"has_more": "yes"})], True),
        ([ONE | {"meta": {"has_more": True}}], True),
        ([{"audit_log": ONE, "meta": {"has_more": True}}], True),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_last_page_that_more_follow_is_told(
    tmp_path: Path, name: str, pages: list[object], is_all: bool
) -> None:
    """Pages in the middle have the others behind them; what is no page says nothing."""
    _, faults = read(written(tmp_path, "".join(map(line, pages)), name))
    assert is_all is not bool(faults)
    assert (is_all or [Code.MORE_RECORDS]) == (
        is_all or [w.code for w in faults.warnings()]
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "export"])
def test_an_empty_file_holds_nothing(tmp_path: Path, name: str) -> None:
    """But a csv without a heading is cut off."""
    if name == "a.csv":
        with pytest.raises(ConfigurationError, match="heading is missing"):
            read(written(tmp_path, "", name))
        return
    assert [] == read(written(tmp_path, "", name))[0]
    assert [] == read(written(tmp_path, "[]", "a.json"))[0]
    assert [] == read(written(tmp_path, '{"audit_logs":[]}', "a.json"))[0]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{", "is broken JSON"),
        ("nonsense", "is broken JSON"),
        ('{"id":1,"id":2}', "has a key twice"),
        ('{"id":1,"x":NaN}', "holds NaN"),
        ('{"id":1,"x":1e400}', "monstrous number"),
        ('{"id":' + "9" * 500 + "}", "monstrous number"),
        ("[" * 50_000, "nested too deeply"),
        ('{"id":1}', "record 1: created_at is not a time"),
        ('{"created_at":"2026-03-01T08:00:00Z"}', "id is not a 64-bit integer"),
        ('{"id":9223372036854775808,"created_at":"2026-03-01T08:00:00Z"}', "64-bit"),
        ("17", "a record is not an object"),
        (
            '{"id":3,"created_at":"2026-03-01T08:00:00Z","action":5}',
            "action is not text",
        ),
    ],
)
def test_a_line_without_a_record_is_named_and_left_out(
    tmp_path: Path, bad: str, why: str
) -> None:
    """With its number and the reason; the others are read."""
    path = written(tmp_path, line(ONE) + bad + "\n" + line(TWO))
    found, faults = read(path)
    assert [ONE, TWO] == found
    assert 1 == faults.number
    assert faults.last.startswith(f"{path}:2: ")
    assert why in faults.last


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A line that is not UTF-8 does not spoil its neighbours."""
    bad = line(ONE).replace("login", "lögin").encode("latin-1")
    found, faults = read(written(tmp_path, line(TWO).encode() + bad))
    assert [TWO] == found
    assert faults.last.endswith("a.jsonl:2: is not UTF-8")


def test_of_many_faults_the_first_are_named_and_the_others_counted(
    tmp_path: Path,
) -> None:
    """Five of them, with their lines."""
    path = written(tmp_path, line(ONE) + "x\n" * 7)
    (warning,) = read(path)[1].warnings()
    assert Code.BAD_LINE is warning.code
    assert warning.message.startswith("7 lines could not be read")
    assert warning.help is not None
    assert f"{path}:6: is broken JSON; and 2 more" in warning.help
    assert ":7:" not in warning.help


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jsonl", b"\x89PNG\r\n\x1a\n\0\0", "holds no record: "),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0", "neither jsonl, json, csv nor tsv"),
        ("a.jsonl", b"{}\n{}\n", "holds no record: "),
        ("a.json", b"[", "is cut off: the array is not closed"),
        ("a.json", b'[{"id":1', "broken JSON, or is cut off"),
        ("a.json", b'[{"id":1},]', "broken JSON"),
        ("a.json", b"[1 2]", "a comma is missing"),
        ("a.json", b'[\n\n{"id":1,"id":1}]', ":3: has a key twice"),
        ("a.json", b'["\xff"]', "is not UTF-8"),
        ("a.csv", b"when,who\n1,2\n", "has no column id and none called created_at"),
        ("a.csv", b"when,who\n1,2\n", "its columns are when, who"),
        ("a.csv", b"id,created_at,id\n", "has the column id twice"),
        ("a.csv", b'id,created_at\n1,"' + TIME.encode(), "never closed"),
        ("a.csv", b"id,created_at,\xff\n", "is not UTF-8"),
        ("a.csv", b"id,created_at\n1,2,3\n", "has 3 cells where 2 are named"),
    ],
)
def test_a_file_that_is_no_export_is_refused(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    """An error is never an empty answer."""
    with pytest.raises(ConfigurationError) as caught:
        read(written(tmp_path, content, name))
    assert why in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_packed_files_are_read_to_their_end_or_not_at_all(tmp_path: Path) -> None:
    """Cut off, broken, or followed by something else is no short file."""
    whole = gzip.compress((line(ONE) * 300).encode())
    for cut in (12, len(whole) - 9, len(whole) - 1):
        with pytest.raises(ConfigurationError, match="compression is cut off"):
            read(written(tmp_path, whole[:cut]))
    with pytest.raises(ConfigurationError, match="compression is broken"):
        read(written(tmp_path, whole[:30] + b"\0\0\0" + whole[33:]))
    with pytest.raises(ConfigurationError, match="compression is broken"):
        read(written(tmp_path, whole + b"something"))
    two = gzip.compress(line(ONE).encode()) + gzip.compress(line(TWO).encode())
    assert [ONE, TWO] == read(written(tmp_path, two))[0]
    assert [ONE, TWO] == read(written(tmp_path, two + b"\0" * 512))[0]


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A file that is not there, a directory, a name that is none."""
    for path, why in (
        (tmp_path / "none.jsonl", "No such file"),
        (tmp_path, "is a directory"),
        (Path("a\0b"), "the name cannot be used"),
    ):
        with pytest.raises(ConfigurationError, match=why):
            read(path)


def test_cells_become_values(tmp_path: Path) -> None:
    """Ids are integers, an empty cell is null, a guard goes, other columns stay."""
    content = (
        "actor_id,id,created_at,actor_name,more\r\n"
        f"-1,7,{TIME},'=1+1,'kept\r\n"
        f',8,{TIME},"two\nlines, ""quoted""",\r\n'
        "\r\n"
        f"1.7E+13,9,{TIME},,\r\n"
    )
    found, faults = read(written(tmp_path, content, "a.csv"))
    first = {"actor_id": -1, "id": 7, "created_at": TIME}
    second = {"actor_id": None, "id": 8, "created_at": TIME}
    assert [
        first | {"actor_name": "=1+1", "more": "'kept"},
        second | {"actor_name": 'two\nlines, "quoted"', "more": None},
    ] == found
    assert faults.last.endswith("a.csv:6: record 9: actor_id is not a 64-bit integer")


def test_empty_text_is_told_from_null_by_its_quotes(tmp_path: Path) -> None:
    """In text alone: an id that some writer quoted is no text."""
    content = (
        "id,created_at,actor_name,actor_id,more\n"
        f'1,{TIME},,,\n2,{TIME},"","",""\n3,{TIME},"""",-4,"\'\'"\n'
    )
    found, faults = read(written(tmp_path, content, "a.csv"))
    known = {"created_at": TIME, "actor_id": None}
    assert 0 == faults.number
    assert [
        {"id": 1, "actor_name": None, "more": None} | known,
        {"id": 2, "actor_name": "", "more": ""} | known,
        {"id": 3, "actor_name": '"', "more": "'"} | known | {"actor_id": -4},
    ] == found


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('1,"a"b,c', "text stands behind a closing quote"),
        ('1,"two\nlines"b,c', "text stands behind a closing quote"),
        ('1,"a" ,c', "text stands behind a closing quote"),
        ("1,a\rb,c", "a carriage return stands within a cell"),
        ('1,"a",b\rc', "a carriage return stands within a cell"),
        ('1,"a"\r,c', "text stands behind a closing quote"),
    ],
)
def test_a_row_that_is_broken_ends_with_its_line(
    tmp_path: Path, row: str, why: str
) -> None:
    """It is named by the line it begins in, and those behind it are read."""
    good = f'7,{TIME},"x\ny"\n'
    path = written(tmp_path, f"id,created_at,url\n{good}{row}\n{good}", "a.csv")
    found, faults = read(path)
    assert [{"id": 7, "created_at": TIME, "url": "x\ny"}] * 2 == found
    assert f"{path}:4: is no line of cells: {why}" == faults.last


@given(
    st.lists(
        st.lists(st.text("a\",\n\r'= é", max_size=4), min_size=3, max_size=3),
        max_size=6,
    ),
    st.lists(st.integers(0, 400), max_size=9),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([",", "\t"]),
)
def test_rows_are_those_that_the_standard_library_writes(
    rows: Sequence[Sequence[str]],
    places: Sequence[int],
    quoting: int,
    end: str,
    separator: str,
) -> None:
    """However the file is cut; only the quotes tell empty text from null."""
    if end == "\n":  # else Python leaves a carriage return without quotes
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    text = io.StringIO()
    writer = csv.writer(
        text,
        quoting=quoting,
        lineterminator=end,
        delimiter=separator,  # type: ignore[arg-type] # of the two
    )
    writer.writerow(["id", "created_at", "x", "y", "z"])
    writer.writerows([n, TIME, *row] for n, row in enumerate(rows))

    async def all_() -> list[object]:
        pieces = _pieces(cut(text.getvalue().encode(), places))
        found = Separated("a.csv", _never, separator).batches(pieces)
        return [r.raw async for batch in found for r in batch.records]

    empty = "" if quoting == csv.QUOTE_ALL else None
    expected = [
        {"id": n, "created_at": TIME}
        | {k: unguarded(v) if v else empty for k, v in zip("xyz", row, strict=True)}
        for n, row in enumerate(rows)
    ]
    assert expected == asyncio.run(all_())


def _never(line: int, why: str) -> None:
    raise AssertionError((line, why))


def test_a_cell_over_many_lines_is_read_in_time_with_its_length(
    tmp_path: Path,
) -> None:
    """Twice the lines take no more than four times as long, and give all of them."""

    def took(number: int) -> float:
        cell = 'line ""quoted""\n' * number
        path = written(tmp_path, f'id,created_at,url\n1,{TIME},"{cell}"\n', "a.csv")
        began = time.process_time()
        found, faults = read(path)
        assert ([len(cell) - 2 * number], 0) == (
            [len(r["url"]) for r in found],
            faults.number,
        )  # type: ignore[index] # a record
        return time.process_time() - began

    took(1000)
    assert took(800_000) < 4 * max(took(400_000), 0.05)


def test_no_cell_is_so_long_that_its_lines_become_rows(tmp_path: Path) -> None:
    """Python's own bound of 131,072 characters would let text forge a record."""
    long = "A" * 140_000 + f"\n666,{TIME},forged\n"
    content = f'id,created_at,url\n1,{TIME},"{long}"\n2,{TIME},\n'
    found, faults = read(written(tmp_path, content, "a.csv"))
    one = {"id": 1, "created_at": TIME, "url": long}
    assert [one, {"id": 2, "created_at": TIME, "url": None}] == found
    assert faults.number == 0


def test_tabs_are_found_out_by_the_heading(tmp_path: Path) -> None:
    """Where the name says nothing."""
    content = f"id\tcreated_at\n1\t{TIME}\n"
    assert [{"id": 1, "created_at": TIME}] == read(written(tmp_path, content, "x"))[0]


def test_the_format_can_be_told(tmp_path: Path) -> None:
    """Against the name."""
    path = written(tmp_path, f"id,created_at\n1,{TIME}\n", "a.jsonl")
    assert [{"id": 1, "created_at": TIME}] == read(path, "csv")[0]


async def _pieces(pieces: Sequence[bytes]) -> AsyncGenerator[bytes, None]:
    for piece in pieces:
        yield piece


def cut(content: bytes, places: Sequence[int]) -> list[bytes]:
    """The content in pieces, none of them empty."""
    ends = sorted({place % (len(content) + 1) for place in places} | {len(content)})
    starts = [0, *ends]
    pieces = [content[a:b] for a, b in zip(starts, ends, strict=False)]
    return [piece for piece in pieces if piece]


@given(
    st.lists(st.sampled_from([b"", b"a", b"bb", b"\r", b"c" * 9]), max_size=9),
    st.lists(st.integers(0, 99), max_size=9),
    st.booleans(),
)
def test_blocks_hold_the_lines_at_their_places(
    lines: Sequence[bytes], places: Sequence[int], ends: bool
) -> None:
    """However the bytes are cut; too long a line leaves a block that says so."""

    async def all_() -> list[tuple[int, bytes]]:
        found = []
        async for block in blocks(_pieces(cut(content, places)), most_line=8):
            if block.is_long:
                assert b"" == block.content
                found.append((block.start, b"c" * 9))
            start = block.start
            for one in block.content.split(b"\n")[:-1]:
                found.append((start, one))
                start += len(one) + 1
        return found

    content = b"\n".join(lines) + (b"\n" if ends else b"")
    expected, place = [], 0
    for one in content.removesuffix(b"\n").split(b"\n") if content else []:
        expected.append((place, one))
        place += len(one) + 1
    found = asyncio.run(all_())
    kept = [e for e in expected if e in found]
    # A long line that came whole with its end is given as it is.
    assert kept == found
    assert [e for e in expected if len(e[1]) < 9] == [e for e in found if len(e[1]) < 9]
    assert len(expected) == len(found)


def test_no_more_is_held_of_a_line_than_is_allowed() -> None:
    """A gigabyte without an end leaves one block that says so."""
    piece = b"x" * 262_144

    async def endless() -> AsyncGenerator[bytes, None]:
        for _ in range(4096):
            yield piece
        yield b"\n" + line(ONE).encode()

    async def all_() -> list[tuple[bool, int]]:
        found = blocks(endless(), most_line=1_000_000)
        return [(block.is_long, len(block.content)) async for block in found]

    assert [(True, 0), (False, len(line(ONE)))] == asyncio.run(all_())


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.builds(dict, values.map(lambda v: {"id": 1, "created_at": TIME, "v": v}))
    ),
    st.lists(st.integers(0, 9999), max_size=9),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_values_are_found_however_the_bytes_are_cut(
    raws: Sequence[object], places: Sequence[int], indent: int | None, is_array: bool
) -> None:
    """In an array or one behind another."""
    text = json.dumps(raws, indent=indent, ensure_ascii=False)
    if not is_array:
        text = "".join(json.dumps(raw, indent=indent) for raw in raws)

    async def all_() -> list[Batch]:
        pieces = cut(text.encode("utf-8", "surrogatepass"), places)
        found = JsonValues("x", lambda line, why: None).batches(_pieces(pieces))
        return [batch async for batch in found]

    assert raws == [r.raw for batch in asyncio.run(all_()) for r in batch.records]

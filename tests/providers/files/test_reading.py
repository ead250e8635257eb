"""Files of every format to records; what holds none is counted and named."""

import gzip
import json
from pathlib import Path

import pytest
from exports import ONE, TIME, TWO, line, read, written

from auditql.diagnostics.codes import Code
from auditql.errors import ConfigurationError

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


def test_the_format_can_be_told(tmp_path: Path) -> None:
    """Against the name."""
    path = written(tmp_path, f"id,created_at\n1,{TIME}\n", "a.jsonl")
    assert [{"id": 1, "created_at": TIME}] == read(path, "csv")[0]

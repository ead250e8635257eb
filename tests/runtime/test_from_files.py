"""Queries over files: the rows an account that holds these records would give."""

import json
import random
from pathlib import Path

import pytest
from filed import Answer, lines, record, written

from auditql.diagnostics.codes import Code
from auditql.errors import ConfigurationError
from auditql.results.formats.json_text import line as json_line


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

"""Cells to values: what csv and tsv hold is read as it was written, or named."""

import asyncio
import csv
import io
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from exports import TIME, arriving, cut, read, written
from hypothesis import given
from hypothesis import strategies as st

from auditql.catalog.formulas import unguarded
from auditql.providers.files.separated import Separated


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
        pieces = arriving(cut(text.getvalue().encode(), places))
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

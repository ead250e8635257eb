"""Formats: what a value looks like in each, and that it can be had back."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditql.diagnostics.safe_text import safe_text
from auditql.results.formats import FORMATS, Layout
from auditql.results.formats.csv import make as make_csv
from auditql.results.formats.json_text import line
from auditql.results.formats.separated import guarded, unguarded

ROW = {
    "url": "https://acme.zendesk.com/api/v2/audit_logs/1.json",
    "id": 9007199254740993,
    "action_label": "Signed in",
    "actor_id": -1,
    "source_id": None,
    "source_type": "user",
    "source_label": "",
    "action": "login",
    "ip_address": "203.0.113.9",
    "created_at": "2026-03-01T08:00:00Z",
    "actor_name": "Jane | Doe",
    "extra": {"a": [1.5, True, None]},
}

# The first text of all characters takes a second to make, on a busy machine more.
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
records = st.dictionaries(
    st.sampled_from(["id", "actor_name", "source_label", "created_at", "later"]),
    json_values,
)


def written(name: str, rows: Sequence[Mapping[str, object]], **layout: object) -> str:
    """The whole text of an answer, its rows given one by one."""
    format_ = FORMATS[name](Layout(**layout))
    return "".join(format_.rows([row]) for row in rows) + format_.end()


# --- json, jsonl


@patient
@given(st.lists(records, max_size=4))
def test_json_lines_are_equal_to_what_was_received(rows: list[dict]) -> None:
    """Every value comes back: ids of 64 bits, unknown fields, nulls, what is absent."""
    text = written("jsonl", rows)
    assert len(rows) == text.count("\n")
    for row, found in zip(rows, text.splitlines(), strict=True):
        again = json.loads(found.encode("utf-8"))  # encodable: no lone surrogate is raw
        assert json.loads(json.dumps(row)) == again
        assert list(row) == list(again)


@patient
@given(st.lists(records, max_size=4))
def test_json_is_one_array_of_the_same(rows: list[dict]) -> None:
    """However many pieces it came in, it is one array, the empty one included."""
    assert json.loads(json.dumps(rows)) == json.loads(written("json", rows))


@patient
@given(st.text(st.characters(exclude_categories=())))
def test_json_acts_on_no_terminal(text: str) -> None:
    """Controls, bidi signs and lone surrogates are written as JSON's escapes."""
    found = line({"actor_name": text})
    assert safe_text(found) == found
    found.encode("utf-8")


def test_json_escapes_characters_beyond_the_first_plane_as_pairs() -> None:
    """U+E0001, a hidden tag, is two escapes; a visible sign stays itself."""
    assert '{"a":"\\udb40\\udc01😀"}' == line({"a": "\U000e0001😀"})


def test_chosen_columns_of_json_leave_absent_fields_absent() -> None:
    """The order chosen, null where null was received, nothing where nothing was."""
    text = written("jsonl", [ROW], columns=("source_id", "change_description", "id"))
    assert '{"source_id":null,"id":9007199254740993}\n' == text


# --- csv, tsv


@patient
@given(st.lists(records, min_size=1, max_size=4))
def test_csv_cells_come_back_once_the_guard_is_undone(rows: list[dict]) -> None:
    """Text comes back exactly; null and absent are empty; the rest is JSON."""
    columns = ("id", "actor_name", "source_label", "created_at", "later")
    for name, dialect in (("csv", "excel"), ("tsv", "excel-tab")):
        text = written(name, rows, columns=columns)
        heading, *lines = csv.reader(
            io.StringIO(text, newline=""), dialect, strict=True
        )
        assert list(columns) == heading
        for row, cells in zip(rows, lines, strict=True):
            for column, cell in zip(columns, cells, strict=True):
                value = row.get(column)
                if isinstance(value, str):
                    assert value == unguarded(cell)
                elif value is None:
                    assert "" == cell
                else:
                    assert value == json.loads(cell)


@pytest.mark.parametrize("start", "=+-@\t\r\n\0＝＋－＠'")  # noqa: RUF001 - meant
def test_no_cell_begins_as_a_formula(start: str) -> None:
    """What a spreadsheet would run, or strip, gets a quote before it."""
    assert "'" + start + "1+1" == guarded(start + "1+1")


@pytest.mark.parametrize("text", [" =1", "\u00a0@x", "\ufeff=1", "\u3000＋1"])  # noqa: RUF001 - meant
def test_blanks_before_a_formula_do_not_hide_it(text: str) -> None:
    """A spreadsheet that trims sees the formula; the guard sees it too."""
    assert "'" + text == guarded(text)


def test_the_guard_is_undone_whatever_the_first_character_is() -> None:
    """For every code point, alone and before more text, and for empty text."""
    assert "" == unguarded(guarded(""))
    for code in range(0x110000):
        for text in (chr(code), chr(code) + "'=x"):
            assert text == unguarded(guarded(text))


def test_ordinary_text_is_not_guarded() -> None:
    """Names, numbers and addresses stay as they are."""
    for text in ("Jane Doe", "1e5", "1.10", "a=b", "10.0.0.1", "日本"):
        assert text == guarded(text)


def test_numbers_are_never_guarded() -> None:
    """-1 is a number, and a spreadsheet takes it for one."""
    assert "actor_id\n-1\n" == written("csv", [ROW], columns=("actor_id",))


def test_csv_exact_writes_without_the_guard() -> None:
    """For programs that read cells and run none."""
    row = {"actor_name": "=1+1"}
    got = written("csv", [row], columns=("actor_name",), guarded=False)
    assert "actor_name\n=1+1\n" == got


def test_csv_null_is_an_empty_cell_and_empty_text_is_quoted() -> None:
    """Readers that look can tell them apart; a line is never empty."""
    rows = [{"id": 1, "actor_name": None}, {"id": 2, "actor_name": ""}]
    got = written("csv", rows, columns=("id", "actor_name"))
    assert 'id,actor_name\n1,\n2,""\n' == got
    assert 'actor_name\n""\n' == written("csv", rows[:1], columns=("actor_name",))


def test_a_field_that_comes_after_the_heading_is_said() -> None:
    """The heading is out: nothing is moved, and nothing is lost in silence."""
    format_ = make_csv(Layout())
    format_.rows([{"id": 1, "first": 2}])
    assert "late" not in format_.rows([{"id": 2, "late": 3, "later\n": 4}])
    (note,) = format_.notes()
    assert ": late, later\\n; " in note
    assert "first" not in note


def test_unknown_fields_stand_last() -> None:
    """The API's fields in its order, then what the catalog does not know."""
    heading = written("csv", [{"zzz": 1} | ROW]).splitlines()[0].split(",")
    assert ["url", "id", "action_label"] == heading[:3]
    assert ["actor_name", "zzz", "extra"] == heading[-3:]


# --- table, vertical, markdown


def test_null_empty_and_the_words_for_them_look_different() -> None:
    """Four values, four texts, in every format that a person reads."""
    for name in ("table", "vertical", "markdown"):
        got = [
            written(name, [{"actor_name": value}], columns=("actor_name",))
            for value in (None, "", "null", "''", "''''")
        ]
        assert len(got) == len(set(got)), name


@pytest.mark.parametrize("text", ["1e5", "1.10", "007", "0x1F", "١٢", " a ", "1_000"])
def test_text_that_looks_like_a_number_is_left_alone(text: str) -> None:
    """No format reads a number out of text."""
    for name in ("table", "vertical", "markdown", "csv", "jsonl"):
        assert text in written(name, [{"actor_name": text}], columns=("actor_name",))


def test_a_table_looks_as_tabulate_would_have_it() -> None:
    """Same cells, same lines, blanks at their ends aside; numbers to the right."""
    from tabulate import tabulate

    names = ("id", "actor_name", "source_label", "actor_id")
    texts = ["Jane", "日本語", "é", "e\u0301a", "1e5", "x" * 30, " a", "😀!"]
    rows = [
        {"id": 10**n, "actor_name": t, "source_label": t * 2, "actor_id": -(10**11) - n}
        for n, t in enumerate(texts, 1)
    ]
    expected = tabulate(
        [[str(row[name]) for name in names] for row in rows],
        names,
        "simple",
        disable_numparse=True,
        preserve_whitespace=True,
        colalign=("right", "left", "left", "right"),
    )
    got = written("table", rows, columns=names)
    assert [x.rstrip() for x in expected.splitlines()] == [
        x.rstrip() for x in got.splitlines()
    ]


def test_a_table_without_a_terminal_is_whole() -> None:
    """All columns, nothing cut, however wide."""
    got = written("table", [ROW | {"actor_name": "x" * 5000}])
    assert "x" * 5000 in got
    assert "…" not in got
    assert 13 == len(got.splitlines()[1].split())


def test_an_answer_without_rows_has_its_heading() -> None:
    """What was asked for is said; json is the empty array."""
    expected = {
        "table": "id\n--\n",
        "vertical": "",
        "json": "[]\n",
        "jsonl": "",
        "csv": "id\n",
        "tsv": "id\n",
        "markdown": "| id |\n| ---: |\n",
        "none": "",
    }
    assert expected == {name: written(name, [], columns=("id",)) for name in FORMATS}


def test_a_long_table_goes_on_in_the_same_columns() -> None:
    """Memory is bounded: blocks leave, and later ones stand under one heading."""
    format_ = FORMATS["table"](Layout(columns=("id", "actor_name")))
    first = format_.rows([{"id": 1000 + n, "actor_name": "Jane"} for n in range(1000)])
    assert 1002 == first.count("\n")
    assert "" == format_.rows([{"id": 7, "actor_name": "Joe"}])
    assert "   7  Joe\n" == format_.end()


@pytest.mark.parametrize("width", range(1, 200, 7))
def test_a_table_fits_its_terminal_or_turns(width: int) -> None:
    """No line is wider than the screen; what is left out is said."""
    from auditql.results.formats.screen import width as wide

    rows = [ROW | {"actor_name": "日本" * 20, "source_label": "a" * n} for n in (0, 50)]
    format_ = FORMATS["table"](Layout(width=width))
    text = format_.rows(rows) + format_.end()
    if text.startswith("-["):
        assert width < 60
        assert "日本" * 20 in text
    else:
        assert all(wide(x) <= width for x in text.splitlines())
        assert "created_at" in text
        assert "url" in text or any("url" in note for note in format_.notes())


def test_chosen_columns_are_all_shown_or_the_table_turns() -> None:
    """A column that was asked for is never left out; an id is never cut."""
    names = ("id", "created_at", "actor_name")
    row = ROW | {"actor_name": "Jane Doe of Accounting"}
    fitted = written("table", [row], columns=names, width=52)
    assert "9007199254740993  2026-03-01T08:00:00Z  Jane Doe of…\n" in fitted
    assert written("table", [row], columns=names, width=50).startswith("-[ 1 ]-\n")


def test_markdown_takes_no_text_for_more_than_text() -> None:
    """No cell more, no link, no picture, no tag, no emphasis."""
    text = "a|b [x](y) ![p](q) <img> *b* _i_ `c` \\ ~s~ &lt; a_b"
    got = written("markdown", [{"actor_name": text}], columns=("actor_name",))
    assert got.splitlines()[2] == (
        r"| a\|b \[x\](y) !\[p\](q) \<img\> \*b\* \_i\_ \`c\` \\ \~s\~ \&lt; a_b |"
    )


def test_vertical_cannot_be_forged_by_a_line_break() -> None:
    """A break within a value is shown, so a value is one line."""
    text = "Jane\nactor_id | 1"
    got = written("vertical", [{"actor_name": text}], columns=("actor_name",))
    assert "-[ 1 ]-\nactor_name | Jane\\nactor_id | 1\n" == got

"""Formats for programs: every value can be had back."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditql.catalog.formulas import guarded, unguarded
from auditql.diagnostics.safe_text import safe_text
from auditql.results.formats import FORMATS, RESUMABLE, Layout
from auditql.results.formats.csv import make as make_csv
from auditql.results.formats.json_text import line

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


@pytest.mark.parametrize("name", RESUMABLE)
@pytest.mark.parametrize("columns", [None, ("id", "later")])
def test_a_text_goes_on_as_if_it_had_never_stopped(
    name: str, columns: tuple[str, ...] | None
) -> None:
    """Stopped after any row and begun again: the same text, the same notes."""
    rows = [
        {"id": 1, "first": True},
        {"id": 2, "other": "x"},
        {"id": 3, "later": [1]},
        {"id": 4},
    ]
    whole = FORMATS[name](Layout(columns))
    expected = "".join(whole.rows([row]) for row in rows) + whole.end()
    for at in range(1, len(rows)):
        first = FORMATS[name](Layout(columns))
        text = "".join(first.rows([row]) for row in rows[:at])
        rest = FORMATS[name](Layout(columns, begun=first.begun()))
        text += "".join(rest.rows([row]) for row in rows[at:]) + rest.end()
        assert (expected, whole.notes()) == (text, rest.notes())


@pytest.mark.parametrize("name", sorted(set(FORMATS) - set(RESUMABLE)))
def test_a_format_that_cannot_go_on_says_so(name: str) -> None:
    """A table's widths, a record's number: they depend on what is out."""
    made = FORMATS[name](Layout())
    made.rows([{"id": 1}])
    assert made.begun() is None

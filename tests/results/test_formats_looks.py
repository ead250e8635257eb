"""Formats that a person reads: what a value looks like, and what fits a screen."""

import json
from collections.abc import Mapping, Sequence
from csv import DictReader
from io import StringIO

import pytest

from auditql.results.formats import FORMATS, Layout
from auditql.results.formats.cells import cell

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


def written(name: str, rows: Sequence[Mapping[str, object]], **layout: object) -> str:
    """The whole text of an answer, its rows given one by one."""
    format_ = FORMATS[name](Layout(**layout))
    return "".join(format_.rows([row]) for row in rows) + format_.end()


def test_null_empty_and_the_words_for_them_look_different() -> None:
    """Four values, four texts, in every format that a person reads."""
    for name in ("table", "vertical", "markdown"):
        got = [
            written(name, [{"actor_name": value}], columns=("actor_name",))
            for value in (None, "", "null", "''", "''''")
        ]
        assert len(got) == len(set(got)), name


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("Admin", ["Admin"]),
        ("Admin; Lead", ["Admin", "Lead"]),
        ("'a; b'; c; 'null'; ''; it's", ["a; b", "c", "null", "", "it's"]),
        ("Role: Agent -> Admin", [{"changed": "Role", "from": "Agent", "to": "Admin"}]),
        (
            "Password; -> Enabled; Role: A ->",
            [
                {"changed": "Password", "from": None, "to": None},
                {"changed": None, "from": None, "to": "Enabled"},
                {"changed": "Role", "from": "A", "to": None},
            ],
        ),
        (
            "Title: 'x; Owner: A -> B' -> '->'",
            [{"changed": "Title", "from": "x; Owner: A -> B", "to": "->"}],
        ),
        ('[{"changed":"x"}]', [{"changed": "x"}]),
        ('["a",1]', ["a", 1]),
        ("[]", []),
    ],
)
def test_a_list_reads_as_its_parts(expected: str, value: list[object]) -> None:
    """Texts and changes are for a person; what they hold forges no other part."""
    assert expected == cell(value)
    got = written("vertical", [{"changes": value}], columns=("changes",))
    assert expected in got
    data = written("csv", [{"changes": value}], columns=("changes",))
    assert [value] == [json.loads(row["changes"]) for row in DictReader(StringIO(data))]


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

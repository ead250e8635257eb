"""How diagnostics are shown: for a person, on one line, for a program."""

import json
from random import Random

import pytest
from corpus import diagnostics, right, slipped

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Severity, Span
from auditql.diagnostics.render import (
    WINDOW,
    Lines,
    render_line,
    render_text,
    to_json,
)
from auditql.diagnostics.safe_text import is_harmless, safe_text


def fault(start: int, end: int, **more: object) -> Diagnostic:
    given: dict[str, object] = {"label": "here", "help": "write `x`"} | more
    return Diagnostic(Code.UNKNOWN_FIELD, "what", Span(start, end), **given)


def test_a_file_is_named_with_line_and_column() -> None:
    """Behind an arrow, from 1, in code points."""
    expected = """error[unknown-field]: what
 --> june.aql:2:5
  2 | and foo = 1
    |     ^^^ here
    = help: write `x`"""
    assert expected == render_text(
        [fault(7, 10)], "a\nand foo = 1".replace("a", "aa", 1), "june.aql"
    )


def test_without_a_place_there_is_no_line() -> None:
    """Title, file and help only."""
    found = Diagnostic(Code.TEXT_TOO_LONG, "too long", help="ask less")
    assert "error[text-too-long]: too long\n  = help: ask less" == render_text(
        [found], "x"
    )
    assert " --> f:1:1" not in render_text([found], "x", "f")


def test_two_are_parted_by_an_empty_line_and_none_is_no_text() -> None:
    """In the order given."""
    both = render_text([fault(0, 1), fault(2, 3)], "a b")
    assert 2 == len(both.split("\n\n"))
    assert "" == render_text([], "a b")


@pytest.mark.parametrize(
    ("diagnostic", "line"),
    [
        (fault(7, 10), "f.aql:2:5: error[unknown-field]: what (write `x`)"),
        (fault(0, 1, help=None), "f.aql:1:1: error[unknown-field]: what"),
        (
            fault(0, 0, severity=Severity.WARNING, help=None),
            "f.aql:1:1: warning[unknown-field]: what",
        ),
        (Diagnostic(Code.NO_QUERY, "none"), "f.aql: error[no-query]: none"),
    ],
)
def test_one_line(diagnostic: Diagnostic, line: str) -> None:
    """file:line:column: severity[code]: message (help)."""
    assert line == render_line(diagnostic, "aa\nand foo = 1", "f.aql")
    assert "\n" not in line


def test_one_line_without_a_file() -> None:
    """The place stays; without a place only what is wrong."""
    assert "1:1: error[unknown-field]: what (write `x`)" == render_line(
        fault(0, 1), "a"
    )
    assert "error[no-query]: none" == render_line(Diagnostic(Code.NO_QUERY, "none"), "")


def test_json() -> None:
    """Plain values: spans with lines and columns from 1, the fix with its own."""
    found = fault(3, 6, expected=("x", "y"), fix=Fix(Span(3, 6), "x"))
    span = {
        "start": 3,
        "end": 6,
        "line": 2,
        "column": 1,
        "end_line": 2,
        "end_column": 4,
    }
    expected = {
        "code": "unknown-field",
        "severity": "error",
        "message": "what",
        "label": "here",
        "help": "write `x`",
        "expected": ["x", "y"],
        "span": span,
        "fix": {"span": span, "text": "x"},
    }
    assert expected == to_json(found, "aa\nfoo = 1")
    none = to_json(Diagnostic(Code.NO_QUERY, "none"), "")
    assert (None, None, None) == (none["span"], none["fix"], none["help"])


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", [0]),
        ("a", [0]),
        ("a\nb", [0, 2]),
        ("a\r\nb\rc\n", [0, 3, 5, 7]),
        ("\r\r\n\n", [0, 1, 3, 4]),
        ("a\u2028b\x0cc\x85d", [0]),
    ],
)
def test_lines_end_with_line_feeds_and_carriage_returns(
    text: str, starts: list[int]
) -> None:
    """And with nothing else; a pair of the two is one end."""
    lines = Lines(text)
    assert starts == lines.starts
    for offset in range(len(text) + 1):
        line, column = lines.at(offset)
        assert starts[line - 1] + column - 1 == offset
        assert not set(lines.line(line)) & {"\n", "\r"}


def carets(shown: str) -> tuple[str, str]:
    """What stands over the carets, by columns of one cell each, and the line."""
    source, marks = shown.split("\n")[1:3]
    first = marks.index("^")
    return source[first : first + marks.count("^")], source


@pytest.mark.parametrize("length", [1, 50, 100, 101, 300, 5_000])
@pytest.mark.parametrize("where", [0.0, 0.3, 0.99])
def test_a_line_is_shown_around_its_place(length: int, where: float) -> None:
    """At most WINDOW columns and the signs that something is left out."""
    text = "".join(chr(ord("a") + n % 26) for n in range(length))
    at = min(int(length * where), length - 1)
    marked, source = carets(render_text([fault(at, at + 1)], text))
    assert text[at] == marked
    assert len(source) <= len("  1 | ") + WINDOW + 2
    assert (length > WINDOW) == ("…" in source)


def test_a_place_longer_than_the_window_is_cut() -> None:
    """Carets never stand under what is not shown."""
    shown = render_text([fault(10, 4_000)], "x" * 5_000)
    source, marks = shown.split("\n")[1:3]
    assert len(marks.split(" here")[0]) <= len(source)


def test_a_place_of_several_lines_is_marked_in_its_first() -> None:
    """To the end of that line."""
    marked, _ = carets(render_text([fault(4, 12)], "a = bcd\nefg\nhij"))
    assert "bcd" == marked


def test_the_end_of_a_line_is_marked_behind_it() -> None:
    """One caret, where the next character would stand."""
    shown = render_text([fault(5, 5)], "a = b")
    assert "  1 | a = b\n    |      ^ here" in shown


def test_rendering_is_linear_in_the_text() -> None:
    """A line of a quarter of a megabyte is not made harmless for one caret."""
    text = "漢" * 85_000
    shown = render_text([fault(n, n + 1) for n in range(0, 80_000, 4_000)], text)
    assert 20 == shown.count("^^")


@pytest.mark.parametrize("seed", range(300))
def test_what_is_rendered_is_harmless(seed: int) -> None:
    """Any text, any place in it: no character acts, hides or turns."""
    rng = Random(seed)
    text = slipped(rng.choice(right())["query"], rng)
    text = slipped(text.replace("a", chr(rng.randrange(0x110000)), 1), rng)
    for found in diagnostics({"query": text}):
        for name in (None, "\x1b]0;x\x07\u202e.aql"):
            lines = render_text([found], text, name).split("\n")
            assert all(map(is_harmless, "".join(lines)))
            line = render_line(found, text, name)
            assert safe_text(line) == line
        assert json.dumps(to_json(found, text))

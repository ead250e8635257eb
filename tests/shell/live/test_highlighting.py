"""Colours: nothing of a text is lost, and broken text is coloured like sound text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditql.language.grammar import load
from auditql.shell.live import highlighting
from auditql.shell.live.highlighting import highlight
from auditql.shell.live.reading import reading_of
from auditql.shell.live.scanning import scanner, stretches
from auditql.shell.live.styles import STYLE_OF, Style

CASES = Path(__file__).parents[2] / "cases"
TYPED = """
    action = <= != == ~ !~* in not and or between like contains starts with ends is
    null ( ) , | ; ' " /* */ -- # :p @n 7 7d 7up 2026 2026-01-01 10.0.0.0/8 now last
    days count by order limit where select as hour( actor_name login \\format \\explain
    “ && \u202e \ufeff \x00
"""
LEXEMES = TYPED.split()


def sound_queries() -> list[str]:
    """The texts of all cases that the grammar reads."""
    found = [
        case["query"]
        for path in sorted(CASES.glob("*/*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        if isinstance(case.get("query"), str)
    ]
    texts = [text for text in dict.fromkeys(found) if len(text) < 2_000]
    return [t for t in texts if reading_of(t).result is not None and t.strip()]


texts = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(
        st.one_of(st.sampled_from([*LEXEMES, " ", ""]), st.text(max_size=3)),
        max_size=25,
    ).map(" ".join),
    st.lists(st.sampled_from(LEXEMES), max_size=12).map("".join),
)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_the_pieces_are_the_text(text: str) -> None:
    """Joined they are exactly the text, and none is empty."""
    pieces = highlight(text)
    assert text == "".join(piece for _, piece in pieces)
    assert all(piece for _, piece in pieces)


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Lo"])))
@settings(max_examples=100, deadline=None)
def test_the_pieces_of_strange_text_are_the_text(text: str) -> None:
    """Surrogates, controls and marks are kept as they are."""
    assert text == "".join(piece for _, piece in highlight(text))


def test_every_terminal_has_a_style() -> None:
    """No token of the grammar is without a class."""
    assert set() == {terminal.name for terminal in load().terminals} - set(STYLE_OF)
    assert set() == set(STYLE_OF) - {terminal.name for terminal in load().terminals}


def test_texts_without_the_parser_are_coloured_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of all sound texts the neighbours of words say what the parser says."""
    queries = sound_queries()
    assert 1_000 < len(queries)
    different = []
    for text in queries:
        read = highlighting._read(text, reading_of(text))
        scanned = list(highlighting._unread(text, 0))
        sides = [
            [
                (style, text[start:end])
                for (name, start, end), style in zip(
                    side, highlighting._styles(text, side), strict=True
                )
                if name != "WS"
            ]
            for side in (read, scanned)
        ]
        if sides[0] != sides[1]:
            different.append((text, sides))
    assert [] == different[:5]


def test_a_cut_query_keeps_its_colours() -> None:
    """What stands before the cursor does not change its class while a query grows."""
    text = "action in (create, login) and hour(created_at) between 7 and 9 limit 5"
    whole = highlight(text)
    for end in range(len(text)):
        pieces = highlight(text[:end])
        assert text[:end] == "".join(piece for _, piece in pieces)
        settled = pieces[:-2]
        assert whole[: len(settled)] == settled


def test_the_scanner_reads_everything() -> None:
    """Its stretches follow one another from the start to the end."""
    text = "a\x00'b \ud800 /* c"
    found = list(stretches(text, 0, len(text)))
    assert text == "".join(text[start:end] for _, start, end in found)
    assert "AND" == scanner().keywords["and"]


def test_what_cannot_be_read_is_an_error() -> None:
    """Signs that no terminal has, a number with letters."""
    pieces = highlight("action = login && 7up and ¿")
    assert ["&&", "7up", "¿"] == [p for style, p in pieces if style is Style.ERROR]


def test_a_long_text_is_one_piece() -> None:
    """Its colours would make every key wait."""
    text = "action = login or " * 10_000
    assert [(Style.BLANK, text)] == highlight(text)

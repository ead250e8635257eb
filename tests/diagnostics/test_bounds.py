"""Texts that are too much: refused by their size, quickly, and said so."""

import time

import pytest

import auditql
from auditql.catalog import limits
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic

MOST_S = 4.0
"""CPU time, far above what a bounded text takes, far below an unbounded one."""


def first(text: str, **given: object) -> Diagnostic:
    """The first diagnostic of a text that must be refused within the time."""
    began = time.process_time()
    with pytest.raises(auditql.QueryError) as caught:
        auditql.compile(text, now=0, params=given)
    assert time.process_time() - began < MOST_S
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    "text",
    [
        "action = login or " * 120_000,
        "actor_name = '" + "x" * 10_000_000 + "'",
        "漢" * 100_000,
        "\ud800" * 100_000,
    ],
    ids=["2 MB", "a string of 10 MB", "wide", "surrogates"],
)
def test_a_text_over_256_kib_is_refused_before_it_is_read(text: str) -> None:
    """The size is in bytes of UTF-8 and is named; no place in the text is."""
    found = first(text)
    assert Code.TEXT_TOO_LONG is found.code
    assert found.span is None
    assert "256 KiB" in found.message


def test_a_text_of_256_kib_is_read() -> None:
    """The bound itself is allowed."""
    text = "action = login limit 5 /*" + "x" * (256 * 1024 - 27) + "*/"
    assert limits.TEXT_BYTES == len(text)
    assert auditql.compile(text, now=0).limit == 5


def test_60_000_parentheses_end_at_the_hundredth() -> None:
    """Nesting is counted on tokens: the fault is at the 101st."""
    found = first("(" * 60_000)
    assert Code.NESTED_TOO_DEEP is found.code
    assert found.span is not None
    assert limits.NESTING == found.span.start


def test_too_many_tokens() -> None:
    """A text within its bytes may still hold too many words."""
    found = first("id=1 or " * 11_000 + "id=2")
    assert Code.TOO_MANY_TOKENS is found.code
    assert "40,000" in found.message


def test_a_list_of_10_000_values_is_allowed_and_one_more_is_not() -> None:
    """The bound is on values, whoever gives them."""
    ids = list(range(10_001))
    found = first("actor_id in :ids", ids=ids)
    assert Code.LIST_TOO_LONG is found.code
    assert "10,000 values; this one has 10,001" in found.message
    assert auditql.compile("actor_id in :ids", params={"ids": ids[1:]}, now=0).requests
    written = ", ".join(map(str, ids))
    assert Code.LIST_TOO_LONG is first(f"actor_id in ({written})").code


def test_a_pattern_of_more_than_1_000_characters() -> None:
    """A regular expression has a bound of its own."""
    found = first(f"actor_name ~ '{'x' * 1_001}'")
    assert Code.PATTERN_TOO_LONG is found.code
    assert "1,001" in found.label


HOSTILE = {
    "quotes": "'" * 60_001,
    "both quotes": "'\"" * 30_000,
    "commas": "action in (" + "," * 60_000,
    "numbers without commas": "actor_id in (" + "1 " * 30_000,
    "words without quotes": "actor_name = " + "ab " * 20_000,
    "words with commas": "actor_name = " + "ab, " * 15_000,
    "blanks in a value": "actor_name = 1" + " " * 60_000 + ",",
    "blanks behind a comma": "actor_name = 1," + " " * 60_000 + "(",
    "blanks behind select": "select" + " " * 60_000,
    "selects": "select " * 8_500,
    "columns of select": "select " + "a, " * 20_000,
    "signs": "a " + "=" * 60_000,
    "bars": "|" * 60_000,
    "minus signs": "created_at > " + "-" * 60_000,
    "minus signs and blanks": "created_at > " + "- " * 30_000,
    "brackets": "action in " + "[" * 60_000,
    "texts in brackets": "action in [" + "'a'" * 20_000,
    "curly quotes": "action = " + "\u201c" * 60_000,
    "digits and points": "actor_id = " + "1." * 30_000,
    "digits and colons": "ip_address = " + "1:" * 30_000,
    "years": "created_at = " + "2026-" * 12_000,
    "ands": "and " * 15_000,
    "nots": "not " * 15_000,
    "no and": "action = login " * 4_000,
    "typos": "actor_id = 1 adn " * 3_500 + "x",
    "a typo at the end": "actor_id = 1 and " * 3_500 + "x",
    "stages": "| count " * 7_000 + "|",
    "open comments": "/* " * 20_000,
    "comments": "-- x\n" * 12_000 + "x",
    "hashes": "a#" * 30_000,
    "backslashes": "'" + "\\" * 60_000,
    "escaped quotes": "'" + "\\'" * 30_000,
    "texts that are no times": "created_at in (" + "'x y', " * 8_500 + "'z')",
    "unknown fields": "actoin = 1 or " * 4_200 + "a=1",
    "keys": "action = login | select " + "a as b, " * 7_500,
    "an operator at the end": "id=1 or " * 7_000 + "id==2 and id==3 and id==4",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_of_60_kb_are_linear(text: str) -> None:
    """An answer comes within 2 s; a square would take minutes."""
    assert first(text).code in Code

"""LIKE by its own rules, and in bounded time."""

import time
from random import Random

import pytest

from auditql.catalog.like import Wild, compile_like, has_wildcard, parse_like

HOLDS = [
    ("", ""),
    ("%", ""),
    ("%", "any\nthing"),
    ("_", "x"),
    ("_", "\n"),
    ("_", "\U0001f980"),  # one code point, two units of UTF-16
    ("__", "e\u0301"),  # two code points that look like one letter
    ("a.c", "a.c"),
    ("a%c", "ac"),
    ("a%c", "a\nbc"),
    ("%b%", "abc"),
    ("a_c", "abc"),
    ("%a_c%", "xxabcxx"),
    ("a%b_d%e", "a..b.b!d...e"),
    ("%ab", "aab"),
    ("ab%ab", "abab"),
    ("%aa%aa%", "aaaa"),
    (r"100\%", "100%"),
    (r"a\_b", "a_b"),
    (r"a\\b", "a\\b"),
    (r"a\\%", "a\\bcd"),
    (r"\d", r"\d"),  # an escape of nothing special stands for itself
    (r"a\bc_", r"a\bcd"),
    ("a\\", "a\\"),  # and so does one at the end
    ("%\\", "abc\\"),
    ("\ud800%", "\ud800x"),
]
HOLDS_NOT = [
    ("", "a"),
    ("_", ""),
    ("_", "ab"),
    ("a.c", "abc"),
    ("a_c", "ac"),
    ("a%", "ba"),
    ("%a", "ab"),
    ("ab%ab", "ab"),
    ("ab%ab", "aba"),
    ("%aa%aa%", "aaa"),
    (r"100\%", "1000"),
    (r"a\_b", "axb"),
    (r"a\\%", "abcd"),
    ("abc", "ABC"),
    ("%a_c", "abcd"),
]


@pytest.mark.parametrize(("pattern", "text"), HOLDS)
def test_it_matches(pattern: str, text: str) -> None:
    """The whole text matches the pattern, with and without regard to case."""
    assert compile_like(pattern, False)(text)
    assert compile_like(pattern, True)(text)


@pytest.mark.parametrize(("pattern", "text"), HOLDS_NOT)
def test_it_does_not_match(pattern: str, text: str) -> None:
    """The whole text does not match the pattern."""
    assert not compile_like(pattern, False)(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("LOGIN%", "login by Bob"),
        ("stra_e", "Straße"),  # `_` is one code point of the text
        ("strasse", "Straße"),  # literal text is folded like the text
        ("STRASSE", "straße"),
        ("Straß_", "STRASSE"),
        ("%s%", "ß"),  # as `contains 's'`
        ("_ß_", "aSSb"),
        ("_ß_", "ẞßﬃ"),
    ],
)
def test_ilike_compares_foldings(pattern: str, text: str) -> None:
    """Literal text stands for its folding, `_` for that of one code point."""
    assert compile_like(pattern, True)(text)


@pytest.mark.parametrize(
    ("pattern", "text"), [("stra__e", "Straße"), ("s_", "ß"), ("_s", "ß"), ("__", "ß")]
)
def test_ilike_never_parts_a_code_point(pattern: str, text: str) -> None:
    """`_` never stands for a part of what one code point folds to."""
    assert not compile_like(pattern, True)(text)


def test_the_parts_of_a_pattern() -> None:
    """Escapes are resolved, neighbouring text and neighbouring `%` are one."""
    expected = ("a%b\\", Wild.ANY, Wild.ONE, Wild.ANY, "c")
    assert expected == parse_like(r"a\%b\\%%_%c")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("a%", True), ("_", True), (r"a\%\_", False), ("a", False)],
)
def test_an_escaped_wildcard_is_none(pattern: str, expected: bool) -> None:
    """Only what is not escaped is a wildcard."""
    assert expected == has_wildcard(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%a" * 500 + "b", "a" * 100_000),
        ("%" + "a_" * 500 + "b", "a" * 100_000),
        ("%" + "_" * 400 + "%b", "a" * 100_000),
        ("%" + "_a%" * 300 + "b%c", "ab" * 50_000),
    ],
)
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    """What takes a backtracking matcher years takes well under a second."""
    start = time.perf_counter()
    assert not compile_like(pattern, False)(text)
    assert not compile_like(pattern, True)(text)
    assert time.perf_counter() - start < 5


def by_trying(pattern: tuple[object, ...], text: str) -> bool:
    """The meaning of LIKE in four lines, for short texts."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(by_trying(pattern[1:], text[n:]) for n in range(len(text) + 1))
    return (
        text != "" and pattern[0] in ("_", text[0]) and by_trying(pattern[1:], text[1:])
    )


def test_it_agrees_with_trying_everything() -> None:
    """Drawn patterns of few letters match exactly what trying all ways matches."""
    rng = Random(7)
    for _ in range(5_000):
        pattern = "".join(rng.choices("ab%_", k=rng.randint(0, 6)))
        text = "".join(rng.choices("ab", k=rng.randint(0, 7)))
        assert by_trying(tuple(pattern), text) == compile_like(pattern, False)(text), (
            pattern,
            text,
        )

"""Patterns written out find what RE2 finds in the pattern as it was written."""

import pytest

from auditql.catalog.patterns import check, compile_pattern
from auditql.providers.warehouse.engine_names import ENGINES
from auditql.providers.warehouse.pattern_parts import same_letters
from auditql.providers.warehouse.refusals import Refused
from auditql.providers.warehouse.regexes import portable
from auditql.providers.warehouse.statement import Dialect

RE2 = ENGINES[Dialect.DUCKDB]

PATTERNS = (
    "", "a", "a|b", "(a|b)c", "^a$", "a.b", r"\d+",
    r"\D", r"\w\s\W", r"[\d_]x", r"[^\s]",
    "[A-C]", "[^a-c]", "[]a]", "[^]a]", "[a\\]]",
    "[a-]", "[[:alpha:]]+", "[[:^digit:]]",
    "a{2}", "a{2,}", "a{1,3}?", "a{,3}", "a{", "x*?",
    "(?i)a", "a(?i)b", "(?i:a)b", "a(?-i:b)",
    "(?s).", "(?s:.)b", "(?P<n>a)b", r"\Qa.b\E",
    r"\Qa.b", r"\x41", r"\x{1f980}", r"\.",
    r"\%", "%_'\"`<>", r"\Aa\z", "ß", "[à-é]", "\u017f",
    "\u212a", "\u0130", "🦀+", r"\t|\n|\r", "a||b", "()",
    r"[\x00-\x{10ffff}]", "(a*)+", "(?:)",
)  # fmt: skip
LARGE = ("[[:^digit:]]", r"[\x00-\x{10ffff}]")
TEXTS = (
    "", "a", "A", "b", "ab", "aB", "AB", "ac", "bc",
    "aab", "aaab", "a\nb", "a\n", "\na", "a.b",
    "axb", "1", "x1", "_x", "é", "É", "ß", "ẞ", "SS",
    "s", "S", "\u017f", "k", "\u212a", "\u0130",
    "i", "🦀🦀", "{", "a{,3}", "]", "-", "%_'\"`<>",
    "\t", "\r", "\x85", "\u2028", "a]", "AAA",
)  # fmt: skip


@pytest.mark.parametrize("ignores_case", [False, True])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_written_out_finds_the_same(pattern: str, ignores_case: bool) -> None:
    """The same texts match, in any case too."""
    if ignores_case and pattern in LARGE:
        pytest.skip("refused: its case would be thousands of letters")
    found = compile_pattern(pattern, ignores_case)
    made = portable(pattern, RE2, ignores_case=ignores_case)
    again = compile_pattern(made, False)
    assert [t for t in TEXTS if found(t)] == [t for t in TEXTS if again(t)], made


@pytest.mark.parametrize("pattern", [r"\bx", r"\pL", "(?m)^x", r"\B", "(?U)a*"])
def test_what_cannot_be_written_out_is_refused(pattern: str) -> None:
    """RE2 takes it; the engines would not agree."""
    assert check(pattern) is None
    with pytest.raises(Refused):
        portable(pattern, RE2, ignores_case=False)


def test_a_pattern_of_more_repetitions_than_an_engine_takes_is_refused() -> None:
    """PostgreSQL takes 255 at most."""
    with pytest.raises(Refused):
        portable("a{256}", ENGINES[Dialect.POSTGRES], ignores_case=False)


def test_letters_of_any_case_are_those_of_re2() -> None:
    """Of every letter with a case, the same ones as in RE2's own tables."""
    for point in (*range(0x600), *range(0x1E00, 0x1FFF)):
        letter = chr(point)
        if 0xD800 <= point < 0xE000 or letter.lower() == letter.upper():
            continue
        found = compile_pattern(f"^\\x{{{point:x}}}$", True)
        alike = {letter.lower(), letter.upper(), letter.title(), letter.casefold()}
        wanted = {c for c in alike if len(c) == 1 and found(c)} | {letter}
        assert wanted <= set(same_letters(letter)), letter

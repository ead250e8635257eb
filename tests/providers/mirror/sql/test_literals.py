"""Which texts every match of a pattern holds."""

from random import Random

import pytest

from auditql.catalog.patterns import check, compile_pattern
from auditql.providers.mirror.sql.literals import literals_of

READ = (
    ("from .*agent", ["from ", "agent"]),
    ("^abc$", ["abc"]),
    ("ab+c", ["ab", "c"]),
    ("ab*c", ["a", "c"]),
    ("ab?c", ["a", "c"]),
    ("ab{2}c", ["a", "c"]),
    ("ab{2,}?c", ["a", "c"]),
    ("ab{x}c", ["ab", "x}c"]),
    (r"a\.b\*c", ["a.b", "c"]),
    (r"a\d+b", ["a", "b"]),
    ("a[bc]*d", ["a", "d"]),
    ("a[]b]c", ["a", "c"]),
    ("a[^]b]c", ["a", "c"]),
    ("a[[:alpha:]]c", ["a", "c"]),
    (r"a[\]b]c", ["a", "c"]),
    ("a(bc)*d", ["a", "d"]),
    ("a(?:b|c)d", ["a", "d"]),
    ("é東", ["é東"]),
)
NOT_READ = (
    "a|b",
    "(?i)abc",
    r"\Qa|b\E",
    r"\x41bc",
    r"a\pLb",
    r"a\12",
    "",
    ".*",
    "(abc)",
)


@pytest.mark.parametrize(("pattern", "literals"), READ)
def test_ordinary_characters_are_read(pattern: str, literals: list[str]) -> None:
    """Stretches that no match can do without, in order."""
    assert literals == literals_of(pattern)


@pytest.mark.parametrize("pattern", NOT_READ)
def test_what_is_not_sure_is_left_out(pattern: str) -> None:
    """Alternatives, flags and codes of characters give nothing."""
    assert [] == literals_of(pattern)


PARTS = (*"abc.*+?^$|()[]{}\\-,12", "\\d", "\\.", "(?:", "[^a]", "{2}", "[[:alpha:]]")


def test_every_match_holds_the_texts_in_order() -> None:
    """Whatever RE2 finds a drawn pattern in holds them, one behind the other."""
    rng = Random(3)
    matches = 0
    for _ in range(40_000):
        pattern = "".join(rng.choice(PARTS) for _ in range(rng.randint(1, 7)))
        literals = literals_of(pattern)
        if not literals or check(pattern) is not None:
            continue
        found = compile_pattern(pattern, False)
        for _ in range(6):
            text = "".join(rng.choice("abc.*+-[]{}2,1|") for _ in range(7))
            if found(text):
                matches += 1
                at = 0
                for literal in literals:
                    at = text.find(literal, at)
                    assert at >= 0, (pattern, text, literals)
                    at += len(literal)
    assert matches > 500

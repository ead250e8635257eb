"""Ignoring case is Unicode case folding and nothing else."""

import sys
import unicodedata

import pytest

from auditql.catalog.text import fold


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("LOGIN", "login"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u212a", "K"),
    ],
)
def test_case_does_not_count(left: str, right: str) -> None:
    """Texts that differ in case alone fold to the same."""
    assert fold(left) == fold(right)


def test_composed_and_decomposed_letters_stay_different() -> None:
    """Nothing is normalised: the record is compared as it is."""
    composed = "é"
    assert fold(composed) != fold(unicodedata.normalize("NFD", composed))


def test_folding_twice_changes_nothing() -> None:
    """Every code point, folded, is its own folding; lone surrogates too."""
    changed = [
        c for c in map(chr, range(sys.maxunicode + 1)) if fold(fold(c)) != fold(c)
    ]
    assert [] == changed


def test_the_folding_of_a_whole_is_that_of_its_parts() -> None:
    """A code point folds the same wherever it stands, unlike lower case."""
    text = "ΑΣ ΑΣΑ ǅ ﬃ ẞ İ"
    assert fold(text) == "".join(fold(c) for c in text)

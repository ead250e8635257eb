"""Letters replaced by hand fold a column as far as a text can meet it."""

import sys
from random import Random

from auditql.catalog.text import fold, lower
from auditql.providers.warehouse.folding import (
    Letters,
    folding_for,
    folding_of_whole,
    lowering,
)

LETTERS = "aAsSßẞiIİkK\u212a\u017fﬆﬅﬁnŉtTé\u0301Éfh xX%"


def replaced(text: str, letters: Letters) -> str:
    """What an engine's REPLACE and TRANSLATE make of a text."""
    for letter, made in letters.several:
        text = text.replace(letter, made)
    return text.translate(str.maketrans(letters.singles, letters.becoming))


def test_a_text_is_found_where_it_is_found_in_the_folding() -> None:
    """contains, equal, starts and ends with: the same of both."""
    rng = Random(1)
    for _ in range(1_500):
        text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 6)))
        piece = fold("".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 3))))
        some = replaced(text, folding_for([piece]))
        whole = replaced(text, folding_of_whole([piece]))
        assert (piece in fold(text)) == (piece in some), (text, piece)
        assert fold(text).startswith(piece) == some.startswith(piece), (text, piece)
        assert fold(text).endswith(piece) == some.endswith(piece), (text, piece)
        assert (fold(text) == piece) == (whole == piece), (text, piece)


def test_every_letter_is_made_small_but_for_what_follows_it() -> None:
    """All code points, each between others that have no case."""
    letters = lowering()
    table = str.maketrans(letters.singles, letters.becoming) | {
        ord(a): b for a, b in letters.several
    }
    for point in range(sys.maxunicode + 1):
        letter = chr(point)
        assert lower(letter) == letter.translate(table), hex(point)


def test_case_folded_after_it_is_made_small_is_case_folded() -> None:
    """So `lower(x) contains …` is `x contains …`."""
    for point in range(sys.maxunicode + 1):
        letter = chr(point)
        assert fold(letter) == fold(lower(letter)), hex(point)

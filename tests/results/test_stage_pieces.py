"""Sorting in pieces says what sorting says."""

from random import Random

import pytest

from auditql.results.stages import pieces
from auditql.results.stages.pieces import in_pieces


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("different", [1, 2, 50, 10**9])
@pytest.mark.parametrize("number", [0, 1, 40, 41, 5_000])
def test_it_is_what_sorted_gives(number: int, different: int, *, reverse: bool) -> None:
    """Items in order, ties as they stood, whatever the keys look like."""
    random = Random(number + different)
    items = [(random.randrange(different), place) for place in range(number)]
    expected = sorted(items, key=lambda item: item[0], reverse=reverse)
    found = in_pieces(items, lambda item: item[0], reverse=reverse, piece=20)
    assert expected == found


def test_a_piece_is_no_more_than_a_few_times_its_size() -> None:
    """Of different keys in any order: no single sort holds a large part."""
    items = list(range(50_000))
    Random(7).shuffle(items)
    edges = pieces._edges(items, int, 500)
    sizes = [b - a for a, b in zip([0, *edges], [*edges, 50_000], strict=True)]
    assert max(sizes) < 5 * 500

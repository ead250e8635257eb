"""Sorting in pieces, between which others have their turn.

In: items and what they are sorted by. Out: a list of them in order, as `sorted`
gives it. One sort of a million texts holds every thread back for a second, and
with them Ctrl-C; of pieces, each takes some hundredths.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

T = TypeVar("T")

PIECE = 20_000
"""Items that are sorted at once, about."""

_SAMPLES = 16  # of each piece, so that pieces are of about one size


def in_pieces(
    items: Sequence[T],
    key: "Callable[[T], SupportsRichComparison]",
    *,
    reverse: bool,
    piece: int = PIECE,
) -> list[T]:
    """What `sorted` gives: ties keep their order, in reverse too.

    Args:
        items: any number.
        key: what an item is sorted by.
        reverse: the largest first.
        piece: items that are sorted at once, about.
    """
    if len(items) <= 2 * piece:
        return sorted(items, key=key, reverse=reverse)
    edges = _edges(items, key, piece)
    parts: list[list[T]] = [[] for _ in range(len(edges) + 1)]
    places = map(bisect_right, repeat(edges), map(key, items))
    for place, item in zip(places, items, strict=True):
        # Equal items go into one part, in the order in which they stand.
        parts[place].append(item)
    if reverse:
        parts.reverse()
    found: list[T] = []
    for part in parts:
        part.sort(key=key, reverse=reverse)
        found += part
    return found


def _edges(
    items: Sequence[T], key: "Callable[[T], SupportsRichComparison]", piece: int
) -> "list[SupportsRichComparison]":
    """Keys that part the items into pieces of about one size, rising."""
    step = max(1, piece // _SAMPLES)
    sample = sorted(key(item) for item in items[::step])
    edges = sample[_SAMPLES::_SAMPLES]
    return edges[:1] + [b for a, b in pairwise(edges) if a != b]

"""Offers matched with what was typed, best first.

In: offers in the order of the catalog, and the typed text. Out: the one that is
it, then those that begin so, then those that hold its letters in their order; the
most used first, then in their order. The same always gives the same.
"""

from collections.abc import Iterable, Sequence

from auditql.shell.completion.known import MOST_ITEMS, ItemKind
from auditql.shell.completion.offers import Offer

_IS, _BEGINS, _HOLDS = 0, 1, 2
_LEAST_TO_HOLD = 2  # one letter is in nearly everything


def ranked(offers: Iterable[Offer], typed: str) -> Sequence[Offer]:
    """The offers that match, best first, at most 200, each text once."""
    folded = typed.casefold()
    found: list[tuple[int, int, int, Offer]] = []
    for place, offer in enumerate(offers):
        match = _match(folded, offer)
        if match is not None:
            found.append((match, -offer.count, place, offer))
    found.sort(key=lambda row: row[:3])
    best: dict[str, Offer] = {}
    for *_, offer in found:
        best.setdefault(offer.text, offer)
        if len(best) == MOST_ITEMS:
            break
    return tuple(best.values())


def _match(folded: str, offer: Offer) -> int | None:
    """How well an offer matches; None for not at all."""
    text = (offer.text if offer.matched is None else offer.matched).casefold()
    if text.startswith(folded):
        return _IS if text == folded and text else _BEGINS
    if len(folded) < _LEAST_TO_HOLD or offer.kind is ItemKind.TIME:
        return None
    letters = iter(text)
    return _HOLDS if all(letter in letters for letter in folded) else None

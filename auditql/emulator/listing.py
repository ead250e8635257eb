"""Rows in an order: from a rank to rows, and from a key to a rank.

In: the places of matching records in order of (second, id). Out: any stretch
of them in one of three orders, and where a key stands. Every page of either
paging style is a stretch of ranks. Costs grow with the page, not the listing.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import TypeAlias

Key: TypeAlias = tuple[int, int]
"""A second and an id."""


@unique
class Order(Enum):
    """The orders of a listing, named as they stand in a cursor."""

    RISING = "created_at,id"
    FALLING = "-created_at,id"
    """Time falls, ids still rise within a second."""
    MIRRORED = "-created_at,-id"


class Rows:
    """The records that pass a filter, whatever their time.

    Attributes:
        places: the place of each in the store, rising.
        seconds: the second of each, rising.
    """

    def __init__(self, places: Sequence[int], seconds: Sequence[int]) -> None:
        """Hold `places`; other orders are made when first asked for."""
        self.places = places
        self.seconds = seconds
        self._shown: dict[Order, Sequence[int]] = {Order.RISING: places}

    def shown(self, order: Order) -> Sequence[int]:
        """The places in an order."""
        shown = self._shown.get(order)
        if shown is None:
            mirrored = order is Order.MIRRORED
            shown = self.places[::-1] if mirrored else self._falling()
            self._shown[order] = shown
        return shown

    def _falling(self) -> Sequence[int]:
        """Second by second from the end, each as it stands."""
        shown = array("q")
        end = len(self.seconds)
        for start in range(end - 1, -1, -1):
            if start == 0 or self.seconds[start - 1] != self.seconds[start]:
                shown.extend(self.places[start:end])
                end = start
        return shown


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a stretch of time, ordered.

    A stretch holds whole seconds, so it is a stretch in every order.

    Attributes:
        rows: the rows that pass the filter.
        low: first of them, rising, that belongs to the listing.
        high: the end of the listing among them, exclusive.
        ids: the id at each place, rising within a second.
        order: how the rows are shown.
    """

    rows: Rows
    low: int
    high: int
    ids: Sequence[int]
    order: Order

    def __len__(self) -> int:
        """How many rows there are."""
        return self.high - self.low

    def take(self, rank: int, count: int) -> Sequence[int]:
        """Up to `count` places from `rank` on, in order."""
        shown = self.rows.shown(self.order)
        rising = self.order is Order.RISING
        start = self.low if rising else len(shown) - self.high
        return shown[start + rank : start + min(rank + count, len(self))]

    def rank_after(self, key: Key) -> int:
        """How many rows stand at or before `key`; `key` need not be a row."""
        return self._rank(key, inclusive=True)

    def rank_before(self, key: Key) -> int:
        """How many rows stand strictly before `key`."""
        return self._rank(key, inclusive=False)

    def _rank(self, key: Key, *, inclusive: bool) -> int:
        second, number = key
        start = bisect_left(self.rows.seconds, second, self.low, self.high)
        end = bisect_right(self.rows.seconds, second, start, self.high)
        # A mirrored list shows the higher ids of the second first.
        right = inclusive is not (self.order is Order.MIRRORED)
        search = bisect_right if right else bisect_left
        inside = search(self.rows.places, number, start, end, key=self.ids.__getitem__)
        match self.order:
            case Order.RISING:
                return inside - self.low
            case Order.MIRRORED:
                return self.high - inside
            case Order.FALLING:
                return self.high - end + inside - start

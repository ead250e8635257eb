"""Rows in an order: from a rank to rows, and from a key to a rank.

In: positions of matching records in order of (second, id). Out: any stretch of
them in one of three orders, and where a key stands. Every page of either
paging style is a stretch of ranks. Costs grow with the page, not the listing.
"""

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


@dataclass(frozen=True, slots=True)
class Listing:
    """Matching rows, ordered.

    Attributes:
        positions: places in `times` and `ids`, rising.
        low: first of `positions` that belongs to the listing.
        high: the end of the listing in `positions`, exclusive.
        times: second of each record, rising.
        ids: id of each record, rising within a second.
        order: how the rows are shown.
    """

    positions: Sequence[int]
    low: int
    high: int
    times: Sequence[int]
    ids: Sequence[int]
    order: Order

    def __len__(self) -> int:
        """How many rows there are."""
        return self.high - self.low

    def take(self, rank: int, count: int) -> list[int]:
        """Up to `count` positions from `rank` on, in order."""
        if self.order is Order.RISING:
            start = self.low + rank
            return list(self.positions[start : min(start + count, self.high)])
        if self.order is Order.MIRRORED:
            end = max(self.high - rank, self.low)
            return list(self.positions[max(end - count, self.low) : end][::-1])
        return self._take_falling(rank, count)

    def _take_falling(self, rank: int, count: int) -> list[int]:
        """Whole seconds in between, parts of the first and the last second.

        The same ranks of the mirrored order hold the same seconds equally
        often, which tells how much of the two outer seconds is wanted.
        """
        end = self.high - rank
        lowest = max(end - count, self.low)
        if end <= lowest:
            return []
        first_start, first_end = self._bounds(self._second(end - 1))
        skip = first_start + first_end - end
        last_start, last_end = self._bounds(self._second(lowest))
        if last_start == first_start:
            return list(self.positions[skip : skip + end - lowest])
        between = self.positions[last_end:first_start]
        return [
            *self.positions[skip:first_end],
            # Stable in reverse too: rows of one second stay in order of id.
            *sorted(between, key=self.times.__getitem__, reverse=True),
            *self.positions[last_start : last_start + last_end - lowest],
        ]

    def _second(self, index: int) -> int:
        return self.times[self.positions[index]]

    def _bounds(self, second: int) -> tuple[int, int]:
        """Where the rows of a second begin and end; equal if there are none."""
        at = self.times.__getitem__
        start = bisect_left(self.positions, second, self.low, self.high, key=at)
        return start, bisect_right(self.positions, second, start, self.high, key=at)

    def rank_after(self, key: Key) -> int:
        """How many rows stand at or before `key`; `key` need not be a row."""
        match self.order:
            case Order.RISING:
                return self._below(key, inclusive=True) - self.low
            case Order.MIRRORED:
                return self.high - self._below(key, inclusive=False)
            case Order.FALLING:
                return self._falling_rank(key, inclusive=True)

    def rank_before(self, key: Key) -> int:
        """How many rows stand strictly before `key`."""
        match self.order:
            case Order.RISING:
                return self._below(key, inclusive=False) - self.low
            case Order.MIRRORED:
                return self.high - self._below(key, inclusive=True)
            case Order.FALLING:
                return self._falling_rank(key, inclusive=False)

    def _below(self, key: Key, *, inclusive: bool) -> int:
        """End of the rows below `key` in rising order."""
        start, end = self._bounds(key[0])
        search = bisect_right if inclusive else bisect_left
        return search(self.positions, key[1], start, end, key=self.ids.__getitem__)

    def _falling_rank(self, key: Key, *, inclusive: bool) -> int:
        """Rows of later seconds, and those of the same second with lower ids."""
        start, end = self._bounds(key[0])
        return self.high - end + self._below(key, inclusive=inclusive) - start

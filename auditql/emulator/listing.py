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
        """Walk back second by second; within each, forward."""
        rows: list[int] = []
        end = self.high - rank
        if end <= self.low:
            return rows
        # The rank may fall into a second: skip what stands before it there.
        second = self.times[self.positions[end - 1]]
        group_end = self._second_end(second)
        skip = group_end - end
        end = group_end
        while end > self.low and len(rows) < count:
            start = self._second_start(end)
            stop = min(end, start + skip + count - len(rows))
            rows.extend(self.positions[start + skip : stop])
            skip = 0
            end = start
        return rows

    def _second_start(self, end: int) -> int:
        """Where the second of the row before `end` begins."""
        second = self.times[self.positions[end - 1]]
        before = end - 2
        if before < self.low or self.times[self.positions[before]] != second:
            return end - 1
        return bisect_left(
            self.positions, second, self.low, before, key=self.times.__getitem__
        )

    def _second_end(self, second: int) -> int:
        """Where the rows of a second end."""
        return bisect_right(
            self.positions, second, self.low, self.high, key=self.times.__getitem__
        )

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
        search = bisect_right if inclusive else bisect_left
        return search(self.positions, key, self.low, self.high, key=self._key)

    def _falling_rank(self, key: Key, *, inclusive: bool) -> int:
        """Rows of later seconds, and those of the same second with lower ids."""
        later = self.high - self._second_end(key[0])
        second_start = bisect_left(
            self.positions, key[0], self.low, self.high, key=self.times.__getitem__
        )
        return later + self._below(key, inclusive=inclusive) - second_start

    def _key(self, position: int) -> Key:
        return self.times[position], self.ids[position]

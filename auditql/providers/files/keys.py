"""Which records match and where they are, in a few bytes each.

In: time, id and place of matches, as they are met. Out: the same in order: by time
as it is asked for, ids rising within a second. With a bound on what is wanted, no
more than about twice that is held.
"""

from array import array
from collections.abc import Iterator, Sequence

from auditql.catalog.record import Record
from auditql.providers.files.batch import Place

_SLACK = 1000
_GIVEN = 500


Key = tuple[int, int, int, int, int, int]
"""A match: its time, its id, the number of the tape that its line is on, where the
line begins there, its length in bytes, what is known of it (see `Known`)."""


class Known:
    """What is known of a line: numbers, for the array that holds them."""

    NOTHING = 0
    PROVEN = 1
    COMPACT = 2


class Keys:
    """The matches of a run."""

    def __init__(self, *, descending: bool, most: int | None = None) -> None:
        """None yet.

        Args:
            descending: newest first.
            most: so many are wanted at most, not counting equal ones twice; None
                for all.
        """
        self._descending = descending
        self._most = most
        self._columns = (
            array("q"),
            array("q"),
            array("H"),
            array("q"),
            array("q"),
            array("B"),
        )

    def __len__(self) -> int:
        """How many are held."""
        return len(self._columns[0])

    def add(
        self, records: Sequence[Record], tape: int, places: Sequence[Place], kind: int
    ) -> None:
        """Take in matches and the places of their lines on a tape."""
        seconds, ids, tapes, starts, lengths, kinds = self._columns
        number = len(records)
        seconds.extend([record.created_s for record in records])
        ids.extend([record.id for record in records])
        tapes.extend([tape] * number)
        starts.extend([start for start, _ in places])
        lengths.extend([length for _, length in places])
        kinds.extend([kind] * number)
        if self._most is not None and len(self) > 2 * self._most + _SLACK:
            self._prune(self._most)

    def in_order(self) -> Iterator[Sequence[Key]]:
        """The matches in order, many at a time; equal times and ids as they came."""
        order = self._order()
        for place in range(0, len(order), _GIVEN):
            some = order[place : place + _GIVEN]
            columns = [[column[index] for index in some] for column in self._columns]
            yield list(zip(*columns, strict=True))

    def _order(self) -> Sequence[int]:
        seconds, ids, *_ = self._columns
        if self._is_ordered():
            return range(len(self))
        order = sorted(range(len(self)), key=ids.__getitem__)
        # Both sorts keep the order of what is equal, also the one that is reversed.
        order.sort(key=seconds.__getitem__, reverse=self._descending)
        return order

    def _is_ordered(self) -> bool:
        seconds, ids, *_ = self._columns
        sign = -1 if self._descending else 1
        last = None
        for second, number in zip(seconds, ids, strict=True):
            key = (sign * second, number)
            if last is not None and key < last:
                return False
            last = key
        return True

    def _prune(self, most: int) -> None:
        """Keep those that may be wanted: the first ones, and all equal to them."""
        seconds, ids, *_ = self._columns
        kept = array("q")
        different, last = 0, None
        for index in self._order():
            key = (seconds[index], ids[index])
            if key != last:
                different, last = different + 1, key
            if different > most:
                break
            kept.append(index)
        if 2 * len(kept) > len(self):  # many are equal: look again when it has doubled
            self._most = max(most, len(kept))
        self._columns = tuple(  # type: ignore[assignment] # the same six
            array(column.typecode, [column[index] for index in kept])
            for column in self._columns
        )

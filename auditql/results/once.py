"""Records as they come from one file, each once, while their times go one way.

In: records in the order of a file. Out: the same without those equal to one that
came before. Equal records have one time, so as long as times only fall, or only
rise, no more than a second needs to be remembered; when they turn, that is said,
and the answer is had in another way.
"""

from collections.abc import Sequence
from itertools import pairwise

from auditql.catalog.record import Record
from auditql.results.merge import Told, is_new


class NotInOrder(Exception):
    """The records of a file are neither in the order of time nor in its reverse."""


class Once:
    """Drops what comes again."""

    def __init__(self, told: Told) -> None:
        """Nothing came yet.

        Args:
            told: takes a warning of one id with different content.
        """
        self._told = told
        self._second: int | None = None
        self._seen: dict[int, list[Record]] = {}
        self._may_rise = self._may_fall = True

    def fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records that did not come before.

        Args:
            records: the next ones, at least one.

        Raises:
            NotInOrder: their times go both ways; nothing may be made of what was
                given.
        """
        seconds = [record.created_s for record in records]
        self._check_order(seconds)
        ids = {record.id for record in records}
        is_fresh = self._second != seconds[0] or self._seen.keys().isdisjoint(ids)
        if is_fresh and len(ids) == len(records):
            self._remember(records)
            return records
        return [record for record in records if self._is_new(record)]

    def _check_order(self, seconds: list[int]) -> None:
        if self._second is not None:
            seconds = [self._second, *seconds]
        if self._may_fall:
            self._may_fall = all(a >= b for a, b in pairwise(seconds))
        if self._may_rise:
            self._may_rise = all(a <= b for a, b in pairwise(seconds))
        if not self._may_rise and not self._may_fall:
            raise NotInOrder

    def _remember(self, records: Sequence[Record]) -> None:
        """Remember those of the last second."""
        last = records[-1].created_s
        if last != self._second:
            self._second, self._seen = last, {}
        for record in reversed(records):
            if record.created_s != last:
                break
            self._seen.setdefault(record.id, []).append(record)

    def _is_new(self, record: Record) -> bool:
        if record.created_s != self._second:
            self._second, self._seen = record.created_s, {}
        return is_new(record, self._seen, self._told)

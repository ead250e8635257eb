"""A walk over cursor pages: whether the next page leads on, and what is new on it.

In: pages as they come. Out: what each has that the page before had not, or
BadPage for one that was there before or stands out of order. A service that
leads in a circle, even with a new cursor each time, is found out with a memory
of two pages and one number for each cursor.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditql.catalog.record import Record
from auditql.providers.zendesk.pages import BadPage, Page


class Walk:
    """Where a read of cursor pages stands."""

    def __init__(self, *, descending: bool = True) -> None:
        """Stand before the first page.

        Args:
            descending: times fall, as by default they do.
        """
        self._descending = descending
        self._cursors: set[int] = set()
        self._before: dict[int, Record] = {}
        self._mark: frozenset[int] = frozenset()
        self._pages = 0
        self._last_s: int | None = None

    def step(self, page: Page) -> Page:
        """Go on to a page: the same, without what the page before had.

        A page of records that were all on the page before, or all on a page
        that is marked (the 1st, 2nd, 4th, 8th …: a circle of any length comes
        back to one of them), is no progress. Records that come again beside
        new ones are left out if they are equal: the merge looks for them
        within a second only.

        Raises:
            BadPage: it came before, or its cursor did, or its records stand
                out of the order of time, so that a merge or a limit would
                give a wrong answer; nothing is changed, so that it can be
                asked for again.
        """
        ids = frozenset(record.id for record in page.records)
        if ids and (ids <= self._before.keys() or ids <= self._mark):
            raise BadPage("the service leads in a circle: a page came again")
        if page.has_more and hash(page.after) in self._cursors:
            raise BadPage("the service leads in a circle: a cursor came again")
        records = [r for r in page.records if not self._was_there(r)]
        last_s = self._checked_order(records)
        if page.has_more:
            self._cursors.add(hash(page.after))
        self._pages += 1
        if self._pages & (self._pages - 1) == 0:
            self._mark = ids
        self._last_s = last_s
        self._before = {record.id: record for record in page.records}
        return replace(page, records=records)

    def _was_there(self, record: Record) -> bool:
        other = self._before.get(record.id)
        return other is not None and record.is_same(other)

    def _checked_order(self, records: Sequence[Record]) -> int | None:
        """The second of the last record, all of them being in order.

        Raises:
            BadPage: they are not.
        """
        last_s = self._last_s
        for record in records:
            second = record.created_s
            if last_s is not None and (
                second > last_s if self._descending else second < last_s
            ):
                raise BadPage("the records stand out of the order of time")
            last_s = second
        return last_s

"""A walk over cursor pages: whether the next page leads on.

In: pages as they come. Out: the same, or BadPage for one that was there
before. A service that leads in a circle, even with a new cursor each time, is
found out with a memory of two pages and one number for each cursor.
"""

from auditql.providers.zendesk.pages import BadPage, Page


class Walk:
    """Where a read of cursor pages stands."""

    def __init__(self) -> None:
        """Stand before the first page."""
        self._cursors: set[int] = set()
        self._before: frozenset[int] = frozenset()
        self._mark: frozenset[int] = frozenset()
        self._pages = 0

    def step(self, page: Page) -> Page:
        """Go on to a page.

        A page of records that were all on the page before, or all on a page
        that is marked (the 1st, 2nd, 4th, 8th …: a circle of any length comes
        back to one of them), is no progress.

        Raises:
            BadPage: it came before, or its cursor did; nothing is changed, so
                that it can be asked for again.
        """
        ids = frozenset(record.id for record in page.records)
        if ids and (ids <= self._before or ids <= self._mark):
            raise BadPage("the service leads in a circle: a page came again")
        if page.has_more:
            number = hash(page.after)
            if number in self._cursors:
                raise BadPage("the service leads in a circle: a cursor came again")
            self._cursors.add(number)
        self._pages += 1
        if self._pages & (self._pages - 1) == 0:
            self._mark = ids
        self._before = ids
        return page

"""One cursor through one stretch of a course; decisions only, nothing is sent.

In: the pages of its requests, in turn. Out: the next request, and the records
of each page that belong to the stretch, in order, each once. What a page must
be to lead on is the walk's business.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditql.catalog.record import Record
from auditql.plan.model import Request
from auditql.providers.zendesk.course import Course, Stretch
from auditql.providers.zendesk.pages import Page
from auditql.providers.zendesk.walk import Walk

_MOST_RESTARTS = 3


class Leg:
    """A stretch that is read by one cursor, and how far it is read.

    Attributes:
        stretch: what it reads; its end may be drawn nearer, or moved while
            nothing has been read up to it.
        at: place of the last record met; None before the first.
        is_done: nothing of the stretch is left to read.
    """

    def __init__(self, course: Course, stretch: Stretch | None = None) -> None:
        """Stand at the beginning.

        Args:
            course: the whole way.
            stretch: the part to read; None reads the whole way, by the very
                request of the course.
        """
        self.stretch = stretch if stretch is not None else Stretch(None, None)
        self.at: int | None = None
        self.is_done = False
        self._course = course
        self._request = course.request if stretch is None else course.part(stretch)
        self._asked_high = self.stretch.high
        self._from = self.stretch.low
        self._cursor: str | None = None
        self._walk = Walk(descending=course.descending)
        self._restarts = 0
        self._has_passed = False
        self._second: dict[int, Record] = {}

    def asked(self) -> Request:
        """The request for the next page."""
        if self._cursor is None:
            return self._request
        params = (*self._request.params, ("page[after]", self._cursor))
        return replace(self._request, params=params)

    def checked(self, page: Page) -> Page:
        """The page without what the page before had, if it leads on.

        Raises:
            BadPage: it does not; nothing is changed.
        """
        return self._walk.step(page)

    @property
    def proves_empty(self) -> bool:
        """Whether its request was read to the end, with nothing behind its stretch."""
        return self.is_done and not self._has_passed

    def covers(self, stretch: Stretch) -> bool:
        """Whether its request asks for another stretch behind its own too."""
        if self._asked_high is None:
            return True
        return stretch.high is not None and stretch.high <= self._asked_high

    def can_end_at(self, high: int | None) -> bool:
        """Whether its cursor leads to `high`, and it has not got there yet.

        Args:
            high: a place; None is the end of the course.
        """
        if self.is_done:
            return False
        if high is None or self._asked_high is None:
            is_asked = self._asked_high is None
        else:
            is_asked = high <= self._asked_high
        return is_asked and (high is None or self.at is None or self.at < high)

    def end_at(self, high: int | None) -> None:
        """Move the end: what lies from `high` on, if anything, is a neighbour's."""
        assert self.can_end_at(high)
        self.stretch = Stretch(self.stretch.low, high)

    def takes(self, page: Page) -> Sequence[Record]:
        """The records of a checked page that belong to the stretch, each once.

        Records before the stretch are a neighbour's; so are those behind its
        end, and the first of them ends the leg. So is what was given before a
        cursor was refused.
        """
        kept: list[Record] = []
        high = self.stretch.high
        for record in page.records:
            place = self._course.place(record.created_s)
            if self._from is not None and place < self._from:
                continue
            if place != self.at:
                self.at = place
                self._second = {}
            elif record.id in self._second and record.is_same(self._second[record.id]):
                continue
            self._restarts = 0
            self._second[record.id] = record
            if high is None or place < high:
                kept.append(record)
        self._has_passed = high is not None and self.at is not None and self.at >= high
        self.is_done = self._has_passed or not page.has_more
        self._cursor = page.after
        return kept

    def restart(self) -> bool:
        """Begin again at the last second met, since the cursor was refused.

        False where that would lead nowhere: the request had no cursor, no
        record was met, or nothing new came of the last restarts.
        """
        if self._cursor is None or self.at is None or self._restarts >= _MOST_RESTARTS:
            return False
        self._restarts += 1
        self._from = self.at if self._from is None else max(self.at, self._from)
        self._request = self._course.part(Stretch(self._from, self.stretch.high))
        self._asked_high = self.stretch.high
        self._cursor = None
        self._walk = Walk(descending=self._course.descending)
        return True

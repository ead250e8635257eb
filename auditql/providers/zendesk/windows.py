"""A course cut into windows, each read by a cursor of its own; pure.

In: what the cursors have brought. Out: where the next window is cut, or that
none is worth it. Windows lie side by side in the order of reading; a new one
is always the far part of one that is being read, whose cursor goes on and
merely ends earlier. The last window reaches to the end of the course, so a
gap costs no more than the request that crosses it.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from math import ceil, inf

from auditql.catalog.record import Record
from auditql.providers.zendesk.course import Course, Stretch
from auditql.providers.zendesk.leg import Leg
from auditql.providers.zendesk.window import Density, Window

_FIRST_PAGES = 8  # of a window, as long as nobody knows how much will be taken
_FULL_PAGES = 30  # half a page is lost at each cut, so this costs 1.7 %
_LEAST_PAGES = 2
_MOST_LOSS = 0.02  # of all pages; beside one page for each cursor
_REMEMBERED_PAGES = 16  # that the density of a window is taken from
_TRIED = 3  # windows at once that nothing came of yet, for each page that came
_TRIED_BLIND = 1  # the same, where the length of the course says nothing
_ENOUGH_SECONDS = 10  # different ones that must be seen to cut several windows


def buffer_rows(width: int) -> int:
    """Most records that may wait while `width` cursors read."""
    return 9_000 + 2_000 * width


class Windows:
    """The windows of a course that are not given out yet, in order."""

    def __init__(self, course: Course, most_cursors: int) -> None:
        """Begin with one window that is the whole course.

        Args:
            course: the whole way.
            most_cursors: that may ever read at once; it allows as many pages
                to be lost, beside a part of all pages.
        """
        self.open: deque[Window] = deque([Window(Leg(course))])
        self.page_size = course.page_size
        self._course = course
        self._most_cursors = most_cursors
        self._cuts = 0
        self._pages = 0
        self._kept = 0

    @property
    def rows(self) -> int:
        """Records that wait to be given out."""
        return sum(window.rows for window in self.open)

    def came(self, window: Window, kept: Sequence[Record], before: int | None) -> None:
        """Learn from a page.

        Args:
            window: whose page it is.
            kept: the records of it that belong to the window.
            before: where its leg stood before.
        """
        self._pages += 1
        self._kept += len(kept)
        leg = window.leg
        if kept:
            places = [self._course.place(record.created_s) for record in kept]
            if before is None:
                before = leg.stretch.low if leg.stretch.low is not None else places[0]
            span = max(0, places[-1] - before)
            known = window.density.faded(_REMEMBERED_PAGES * self.page_size)
            window.density = Density(
                known.rows + len(kept),
                known.span + span,
                known.seconds + len(set(places)),
            )
        window.has_come = True
        if leg.proves_empty:
            self._pass_over(window)
        if not kept and leg.at is None and not leg.is_done:
            self._step_off(window)

    @property
    def balance(self) -> float:
        """Pages that may still be lost here, or, below nothing, that were too many.

        What the windows that are being read will lose is counted. The pages
        that are allowed for each cursor are not: all reads share them.
        """
        size = self.page_size
        half = (size + 1) / (2 * size)  # of a page, where a near part ends
        lost = self._pages - self._kept / size
        for window in self.open:
            if not window.is_read:
                edge = window.density.per_place / size
                lost += edge + (half if window.leg.at is not None else 1.0)
        return _MOST_LOSS * self._pages - lost

    @property
    def settled(self) -> float:
        """The same once nothing more is read: a page begun is no page lost."""
        return _MOST_LOSS * self._pages - (
            self._pages - ceil(self._kept / self.page_size)
        )

    def cut(
        self, width: int, room: float, wanted: float = inf, beside: float = 0.0
    ) -> Window | None:
        """A new window that is worth a cursor of its own; None if there is none.

        Args:
            width: cursors that read at once.
            room: records that may wait.
            wanted: records that will be taken at most.
            beside: pages that other reads leave to this one to lose.
        """
        least = self._least_rows(beside)
        if least is None or self._is_guessing():
            return None
        lefts = [self._left(window) for window in self.open]
        waiting = self.rows
        full = _FULL_PAGES * self.page_size
        # The first window is given out as it comes; the last has no end yet.
        free = room - waiting - sum(min(left, full) for left in lefts[1:])
        wanted -= waiting + sum(lefts[:-1])
        if wanted < _LEAST_PAGES * self.page_size:
            return None
        if free >= _LEAST_PAGES * self.page_size:
            new = self._behind_last(width, free, wanted, least)
            if new is not None or not self.open[-1].has_come:
                return new
            return self._halved(max(self.open, key=self._left), least)
        for window in self.open:
            if not window.is_read:
                return self._halved(window, least)
        return None

    def _is_guessing(self) -> bool:
        """Whether as many windows are tried as what has come gives reason to.

        Records say how dense they lie, and not how far they go on. So windows
        that have brought nothing yet are few at first; more with every answer.
        """
        tried = sum(not window.has_come for window in self.open)
        times = _TRIED_BLIND if self._course.is_endless else _TRIED
        return tried >= times * self._pages

    def _first_pages(self) -> int:
        """Pages of a window, as long as nobody knows how much will be taken."""
        if not self._course.is_endless:
            return _FIRST_PAGES
        return min(_FIRST_PAGES, 2 * self._pages)

    def _least_rows(self, beside: float) -> float | None:
        """Rows that a new window must be worth; None if nothing is.

        Each cut loses half a page where the near part ends, and the second
        before the far part is read again. What may be lost is bounded: so the
        cuts that are left are spread over what is left to read.
        """
        size = self.page_size
        left = sum(map(self._left, self.open))
        edge = max(window.density.per_place for window in self.open) / size
        loss = (size + 1) / (2 * size) + edge
        allowed = self._most_cursors - 1 + self.balance + beside
        if allowed < loss:
            return None
        cuts = (allowed + _MOST_LOSS * left / size) / loss
        return max(_LEAST_PAGES * size, left / cuts)

    def _left(self, window: Window) -> float:
        """Records that a window will still bring, by its density."""
        if window.is_read:
            return 0.0
        return window.density.per_place * (self._end(window) - self._stands(window))

    def _stands(self, window: Window) -> int:
        """The place up to which a window is read."""
        stretch, at = window.leg.stretch, window.leg.at
        places = [place for place in (stretch.low, at) if place is not None]
        return max(places, default=self._course.end)

    def _end(self, window: Window) -> int:
        high = window.leg.stretch.high
        return self._course.end if high is None else high

    def _behind_last(
        self, width: int, free: float, wanted: float, least: float
    ) -> Window | None:
        """A window cut off from the last one, so far on as one cursor reads well.

        The first ones are small: nobody knows yet how much there is, and how
        much of it will be taken.
        """
        last = self.open[-1]
        density = last.density
        if last.is_read or density.rows == 0:
            return None
        if not last.has_come and density.seconds < _ENOUGH_SECONDS:
            return None
        size = self.page_size
        is_early = self._cuts < width - 1
        full = (self._first_pages() if is_early else _FULL_PAGES) * size
        left = self._left(last)
        share = max(min(full, free, min(left, wanted) / width), _LEAST_PAGES * size)
        near = share if is_early else max(share, least)
        if left - near < _LEAST_PAGES * size:
            return None
        return self._cut_at(last, self._stands(last) + ceil(near / density.per_place))

    def _halved(self, window: Window, least: float) -> Window | None:
        if not window.has_come or self._left(window) < 2 * least:
            return None
        stands = self._stands(window)
        return self._cut_at(window, stands + (self._end(window) - stands) // 2)

    def _pass_over(self, window: Window) -> None:
        """Ask for nothing more where a window's own request found nothing.

        It was made for more than the window holds now, and it was read to its
        end without a record behind the window.
        """
        for other in islice(self.open, self.open.index(window) + 1, None):
            if not window.leg.covers(other.leg.stretch):
                return
            other.leg.is_done = True

    def _step_off(self, window: Window) -> None:
        """Leave a crowded second beside the window to its neighbour.

        A whole page of records that the neighbour reads anyway has come, and
        more of them follow. Beginning one place further on avoids them; where
        it is crowded too, the neighbour reads on as if nothing had been cut.
        """
        place = self.open.index(window)
        stretch = window.leg.stretch
        if place == 0 or stretch.low is None:
            return
        neighbour = self.open[place - 1]
        if neighbour.failure is not None:
            return
        low = stretch.low + 1
        is_first = not window.has_stepped and low < self._end(window)
        if is_first and neighbour.leg.can_end_at(low):
            neighbour.leg.end_at(low)
            window.leg = Leg(self._course, Stretch(low, stretch.high))
            window.has_stepped = True
        elif neighbour.leg.can_end_at(stretch.high):
            neighbour.leg.end_at(stretch.high)
            self.open.remove(window)

    def _cut_at(self, window: Window, place: int) -> Window | None:
        """Cut a window in two: its leg keeps the near part, a new one reads the far.

        The second met last is still being read, and the next one may hold as
        much; the cut stays clear of both.
        """
        place = max(place, self._stands(window) + 3)
        if place >= self._end(window):
            return None
        far = Stretch(place, window.leg.stretch.high)
        known = window.density.faded(_REMEMBERED_PAGES * self.page_size)
        new = Window(Leg(self._course, far), known)
        window.leg.end_at(place)
        self.open.insert(self.open.index(window) + 1, new)
        self._cuts += 1
        return new

"""One scan read by several cursors at once, given out in order.

In: a course, something that fetches a checked page, a budget. Out: records
page by page, as one cursor would give them. The first page is asked for alone,
and no other cursor begins before somebody wants more than that page. A window
that fails ends the read at its place: nothing behind a gap is given out.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from math import inf

from auditql.catalog.record import Record
from auditql.errors import RunError
from auditql.plan.model import Request
from auditql.providers.zendesk.course import Course
from auditql.providers.zendesk.pages import Page
from auditql.providers.zendesk.window import Window
from auditql.providers.zendesk.windows import Windows, buffer_rows

Check = Callable[[Page], Page]
Fetch = Callable[[Request, Check], Awaitable[Page]]
"""Gives the page that a request asks for, once the check lets it pass."""

_BAD_REQUEST = 400
_FAR = 0.9  # of the buffer, for the windows that are given out last
_OF_A_READ = 1  # page that each read beside the first may lose by itself
_PAGES_AT_HAND = 2  # that the first window reads ahead of whoever takes them


@dataclass(slots=True)
class Budget:
    """What the reads of one account share.

    Attributes:
        most: cursors at once; 1 reads page after page, as they are taken.
        width: gives how many cursors reach the account's rate, at most `most`.
    """

    most: int
    width: Callable[[int], int]
    _live: list[Windows] = field(default_factory=list)
    _settled: float = 0.0

    @property
    def reads(self) -> int:
        """How many reads share it now."""
        return len(self._live)

    @contextmanager
    def shared(self, windows: Windows) -> Iterator[None]:
        """Take part with these windows, for as long as the context lasts."""
        self._live.append(windows)
        try:
            yield
        finally:
            self._live.remove(windows)
            self._settled = self._settled + windows.settled if self._live else 0.0

    def beside(self, windows: Windows) -> float:
        """Pages that the other reads leave to these windows to lose, or take away."""
        others = [other.balance for other in self._live if other is not windows]
        return self._settled + sum(others) + _OF_A_READ * len(others)


async def slices(
    course: Course, fetch: Fetch, budget: Budget, wanted: int | None = None
) -> AsyncGenerator[Sequence[Record], None]:
    """The records of a course, page by page, in the order of its request.

    Closing it stops every cursor at once.

    Args:
        course: what to read.
        fetch: gets a page.
        budget: how many cursors may read.
        wanted: records that will be taken at most; None where nobody knows.

    Raises:
        RunError: a part could not be read; all before it was given out.
    """
    windows = Windows(course, budget.most)
    (first,) = windows.open
    with budget.shared(windows):
        page = await _turn(windows, first, fetch)
        yield page
        if budget.most > 1 and not first.leg.is_done:
            left = inf if wanted is None else wanted - len(page)
            engine = _Engine(windows, fetch, budget, left)
            try:
                async with aclosing(engine.pages()) as pages:
                    async for page in pages:
                        yield page
            finally:
                await engine.stop()
        while not first.leg.is_done:
            yield await _turn(windows, first, fetch)


async def _turn(windows: Windows, window: Window, fetch: Fetch) -> Sequence[Record]:
    """The next page of a window; a cursor that is refused is replaced.

    Raises:
        RunError: it cannot be had.
    """
    leg = window.leg
    while True:
        try:
            page = await fetch(leg.asked(), leg.checked)
        except RunError as error:
            if error.status != _BAD_REQUEST or not leg.restart():
                raise
            continue
        before = leg.at
        kept = leg.takes(page)
        windows.came(window, kept, before)
        return kept


class _Engine:
    """Keeps as many requests in flight as are worth it, and sorts what comes."""

    def __init__(
        self, windows: Windows, fetch: Fetch, budget: Budget, wanted: float
    ) -> None:
        self._windows = windows
        self._fetch = fetch
        self._budget = budget
        self._wanted = wanted
        self._asking: dict[asyncio.Task[None], Window] = {}
        self._news = asyncio.Event()
        self._is_waited_for = True
        self._is_over = False

    async def pages(self) -> AsyncGenerator[Sequence[Record], None]:
        """What the windows bring, the first window first.

        Raises:
            RunError: a window failed, and all before it is given out.
        """
        windows = self._windows.open
        while windows:
            self._is_waited_for = True
            self._send()
            first = windows[0]
            if first.pages:
                page = first.pages.popleft()
                self._wanted -= len(page)
                self._is_waited_for = False
                yield page
            elif first.failure is not None:
                raise first.failure
            elif first.leg.is_done and not first.is_asked:
                windows.popleft()
            else:
                self._news.clear()
                await self._news.wait()

    async def stop(self) -> None:
        """End every request and wait until it has ended."""
        self._is_over = True
        tasks = tuple(self._asking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _send(self) -> None:
        """Ask for as many pages as may be asked for now."""
        width = self._budget.width(self._budget.most)
        while len(self._asking) < width and not self._is_over:
            window = self._next(width)
            if window is None:
                return
            window.is_asked = True
            task = asyncio.create_task(self._read(window))
            self._asking[task] = window
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._asking.pop(task).is_asked = False
        self._news.set()
        self._send()

    def _next(self, width: int) -> Window | None:
        """The window whose next page is wanted most; maybe a new one."""
        windows = self._windows
        most = buffer_rows(width) / max(1, self._budget.reads)
        waiting = windows.rows + len(self._asking) * windows.page_size
        for place, window in enumerate(windows.open):
            if window.is_asked or window.is_read:
                continue
            if place == 0:
                if self._reads_on(window):
                    return window
            elif waiting < (most if place <= width // 2 else _FAR * most):
                return window
        if waiting >= most or any(window.failure for window in windows.open):
            return None
        beside = self._budget.beside(windows)
        return windows.cut(width, _FAR * most, self._wanted, beside)

    def _reads_on(self, first: Window) -> bool:
        """Whether the first window's next page is asked for before it is needed."""
        if not first.pages and self._is_waited_for:
            return True
        return len(first.pages) < _PAGES_AT_HAND and first.rows < self._wanted

    async def _read(self, window: Window) -> None:
        """Put the next page of a window to what waits, or why it did not come."""
        try:
            kept = await _turn(self._windows, window, self._fetch)
            if kept:
                window.pages.append(kept)
        except Exception as error:
            window.failure = error
            self._drop_behind(window)

    def _drop_behind(self, window: Window) -> None:
        """Read nothing behind a window that failed: it is never given out."""
        windows = self._windows.open
        if window not in windows:
            return
        while windows[-1] is not window:
            dropped = windows.pop()
            for task, asked in self._asking.items():
                if asked is dropped:
                    task.cancel()

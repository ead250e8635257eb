"""Pages of the audit log, for the executor.

In: scans of a plan. Out: their records page by page, each page checked, read
by several cursors at once. The next page is asked for with our own parameters
and the cursor of the page before; a link in a body is never followed, and only
`has_more` ends a read.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from operator import index
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar, assert_never

from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.catalog.record import Record
from auditql.errors import ApiError
from auditql.plan.model import Mode, Request, Scan
from auditql.plan.reader import Counted, Statistics
from auditql.providers.zendesk import pages
from auditql.providers.zendesk.auth import Credential, NoCredential
from auditql.providers.zendesk.course import course_of
from auditql.providers.zendesk.exchange import Answer, Bounds
from auditql.providers.zendesk.origin import Origin, of_base_url
from auditql.providers.zendesk.pacer import CONCURRENCY, SHARE
from auditql.providers.zendesk.pages import Page
from auditql.providers.zendesk.refusals import blamed
from auditql.providers.zendesk.requests import PATH
from auditql.providers.zendesk.sending import Chance, Sleep
from auditql.providers.zendesk.session import Seams, Session
from auditql.providers.zendesk.slices import Budget, Check, slices
from auditql.providers.zendesk.tokens import Clock

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

_FOUND_OR_NOT = frozenset({200, 404})


class ZendeskReader:
    """Reads the audit log of one account; the Reader of the executor."""

    def __init__(
        self,
        origin: Origin | str,
        credential: Credential | None = None,
        *,
        statistics: Statistics | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        chance: Chance = random.random,
        bounds: Bounds | None = None,
        most_requests: int | None = None,
        concurrency: int = CONCURRENCY,
        share: float = SHARE,
    ) -> None:
        """Make a reader; nothing is sent yet.

        Args:
            origin: the account's origin, or its base URL.
            credential: None sends none.
            statistics: counts what is done.
            transport: instead of the network, such as the emulator.
            sleep: waits so many seconds.
            clock: a monotonic clock, in seconds.
            chance: numbers in [0, 1) that spread retries.
            bounds: on the time and size of one answer; None takes the defaults.
            most_requests: after so many the run ends as partial.
            concurrency: most requests at once; 1 reads with one cursor, page
                after page, as they are taken.
            share: part of the account's rate limit that is used.

        Raises:
            ConfigurationError: the base URL is none that may be asked.
        """
        self.statistics = statistics if statistics is not None else Statistics()
        self._session = Session(
            of_base_url(origin) if isinstance(origin, str) else origin,
            credential if credential is not None else NoCredential(),
            self.statistics,
            Seams(transport, sleep, clock, chance, bounds or Bounds()),
            most_requests=most_requests,
            share=share,
        )
        self._budget = Budget(concurrency, self._session.width)
        self._free = asyncio.Semaphore(concurrency)

    async def __aenter__(self) -> "ZendeskReader":
        """The reader itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    @property
    def rate(self) -> float:
        """Requests a second that may be sent in the long run; inf until it is told."""
        return self._session.rate

    async def close(self) -> None:
        """Close the connections for good."""
        await self._session.close()

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records of a scan, page by page, in the order of its request.

        Args:
            scan: what to read.
            wanted: records that will be taken at most; None where nobody knows.

        Raises:
            RunError: the read cannot go on.
        """
        request = scan.request
        match request.mode:
            case Mode.CURSOR:
                read = slices(course_of(request), self._page, self._budget, wanted)
                async with aclosing(read) as found:
                    async for records in found:
                        yield records
            case Mode.ONE_PAGE:
                page = await self._read(request, _one_page(request))
                yield self._received(page).records
            case Mode.LOOKUP:
                record = await self.look_up(int(request.path.rsplit("/", 1)[1]))
                if record is not None:
                    yield (record,)
            case Mode.COUNT | Mode.LOCAL | Mode.GAP:
                raise AssertionError("it is no read of the API")
            case _:
                assert_never(request.mode)

    async def counted(self, scan: Scan) -> Counted:
        """The `count` that the API gives for a scan of mode COUNT, with its page.

        Raises:
            RunError: the number could not be had.
        """
        found = await self._read(scan.request, pages.counted)
        self.statistics.pages += 1
        self.statistics.rows_fetched += len(found.records)
        return found

    async def look_up(self, number: int) -> Record | None:
        """The record of an id; None where the account has none.

        Raises:
            RunError: it could not be asked for.
        """
        number = index(number)  # whatever else is given is no part of a path
        if not INT64_MIN <= number <= INT64_MAX:
            return None

        def read(answer: Answer) -> Record | None:
            if answer.status == 404:
                _check_missing(answer)
                return None
            return pages.looked_up(answer.json(), number)

        url = f"{self._session.origin.base}{PATH}/{number}"
        async with self._free:
            record = await self._session.get(url, read, _FOUND_OR_NOT)
        if record is not None:
            self.statistics.rows_fetched += 1
            self.statistics.pages += 1
        return record

    async def _page(self, request: Request, check: Check) -> Page:
        """A page of cursor paging that passes the check."""
        async with self._free:
            page = await self._read(request, lambda b: check(pages.cursor_page(b)))
        return self._received(page)

    def _received(self, page: Page) -> Page:
        self.statistics.pages += 1
        self.statistics.rows_fetched += len(page.records)
        self.statistics.after_cursor = page.after
        self.statistics.before_cursor = page.before
        return page

    async def _read(self, request: Request, check: Callable[[object], T]) -> T:
        """The checked answer to a request; a bad one is asked for again.

        Raises:
            RunError: it could not be had.
        """
        url = request.url(self._session.origin.base)
        try:
            return await self._session.get(url, lambda answer: check(answer.json()))
        except ApiError as error:
            raise blamed(error, request) from None


def _one_page(request: Request) -> Callable[[object], Page]:
    """What a page must be, by the style of paging that it was asked in."""
    is_cursor = any(name.startswith("page[") for name, _ in request.params)
    return pages.cursor_page if is_cursor else pages.offset_page


def _check_missing(answer: Answer) -> None:
    """Let a 404 of a look-up pass if it says that there is no such record.

    Raises:
        ApiError: there is no such address.
    """
    body = answer.json()
    if not isinstance(body, dict) or body.get("error") != "RecordNotFound":
        raise ApiError(
            "this account has no audit log at that address (404)",
            status=404,
            request_id=answer.request_id,
        )

"""Pages of the audit log, for the executor.

In: scans of a plan. Out: their records page by page, each page checked. The
next page is asked for with our own parameters and the cursor of the page
before; a link in a body is never followed, and only `has_more` ends a read.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from auditql.catalog.record import Record
from auditql.errors import ApiError
from auditql.plan.model import Mode, Request, Scan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import pages, retry
from auditql.providers.zendesk.auth import Credential, NoCredential
from auditql.providers.zendesk.origin import Origin, of_base_url
from auditql.providers.zendesk.pages import BadPage, Page
from auditql.providers.zendesk.requests import PATH
from auditql.providers.zendesk.session import Answer, Clock, Session, Sleep

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


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
        chance: Callable[[], float] = random.random,
        most_requests: int | None = None,
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
            most_requests: after so many the run ends as partial.

        Raises:
            ConfigurationError: the base URL is none that may be asked.
        """
        self.statistics = statistics if statistics is not None else Statistics()
        self._sleep = sleep
        self._chance = chance
        self._session = Session(
            of_base_url(origin) if isinstance(origin, str) else origin,
            credential if credential is not None else NoCredential(),
            self.statistics,
            transport=transport,
            sleep=sleep,
            clock=clock,
            chance=chance,
            most_requests=most_requests,
        )

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

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def pages(self, scan: Scan) -> AsyncIterator[Sequence[Record]]:
        """The records of a scan, page by page, in the order of its request.

        Raises:
            RunError: the read cannot go on.
        """
        request = scan.request
        match request.mode:
            case Mode.CURSOR:
                async for page in self._cursor_pages(request):
                    yield page.records
            case Mode.ONE_PAGE:
                page = await self._read(request, pages.one_page)
                yield self._received(page).records
            case Mode.LOOKUP:
                record = await self.look_up(int(request.path.rsplit("/", 1)[1]))
                if record is not None:
                    yield (record,)
            case Mode.COUNT:
                raise AssertionError("a count is no read")

    async def count(self, scan: Scan) -> int:
        """The `count` that the API gives for a scan of mode COUNT.

        Raises:
            RunError: the number could not be had.
        """
        return await self._read(scan.request, pages.counted)

    async def look_up(self, number: int) -> Record | None:
        """The record of an id; None where the account has none.

        Raises:
            RunError: it could not be asked for.
        """
        request = Request("GET", f"{PATH}/{number}", (), Mode.LOOKUP, True)
        record = await self._read(request, pages.looked_up, _no_record)
        if record is None:
            return None
        if record.id != number:
            raise ApiError(f"asked for record {number}, got record {record.id}")
        self.statistics.rows_fetched += 1
        self.statistics.pages += 1
        return record

    async def _cursor_pages(self, request: Request) -> AsyncIterator[Page]:
        """Every page from the first to the one that says nothing follows."""
        asked = request
        seen: set[int] = set()
        before: frozenset[int] = frozenset()
        while True:
            page = self._received(await self._read(asked, pages.cursor_page))
            yield page
            if not page.has_more:
                return
            assert page.after is not None
            ids = frozenset(record.id for record in page.records)
            if hash(page.after) in seen or ids <= before:
                raise ApiError("the service leads in a circle: a page came again")
            seen.add(hash(page.after))
            before = ids
            params = (*request.params, ("page[after]", page.after))
            asked = Request(
                request.method, request.path, params, request.mode, request.exact
            )

    def _received(self, page: Page) -> Page:
        self.statistics.pages += 1
        self.statistics.rows_fetched += len(page.records)
        return page

    async def _read(
        self,
        request: Request,
        check: Callable[[object], T],
        missing: Callable[[Answer], T] | None = None,
    ) -> T:
        """The checked answer to a request; a bad page is asked for again.

        Args:
            request: what is asked.
            check: makes of a JSON value what is wanted, or raises BadPage.
            missing: makes it of a 404; None where a 404 is an error.
        """
        url = request.url(self._session.origin.base)
        attempt = 0
        while True:
            answer = await self._session.get(url, missing=missing is not None)
            try:
                if missing is not None and answer.status == 404:
                    return missing(answer)
                return check(answer.json())
            except BadPage as error:
                attempt += 1
                if attempt >= retry.TRIES:
                    raise ApiError(
                        f"{error}; asked {attempt} times",
                        status=answer.status,
                        request_id=answer.request_id,
                    ) from None
                self.statistics.retries += 1
                await self._sleep(retry.backoff_s(attempt, self._chance()))


def _no_record(answer: Answer) -> Record | None:
    """A 404 of a look-up: there is no such record, or no such address."""
    body = answer.json()
    if isinstance(body, dict) and body.get("error") == "RecordNotFound":
        return None
    raise ApiError(
        "this account has no audit log at that address (404)",
        status=404,
        request_id=answer.request_id,
    )

"""The reader of an account, made when somebody is asked: what speaks http is heavy.

In: how it is made. Out: a reader. An answer out of the mirror alone never makes it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from auditql.catalog.record import Record
from auditql.errors import ConfigurationError
from auditql.plan.model import Scan
from auditql.plan.reader import Counted, Statistics
from auditql.runtime.connection import Connection
from auditql.runtime.pace import Pace

if TYPE_CHECKING:
    import httpx

    from auditql.providers.zendesk.reader import ZendeskReader


class AccountReader:
    """Reads one account."""

    def __init__(
        self,
        connection: Connection,
        statistics: Statistics,
        pace: Pace,
        *,
        transport: "httpx.AsyncBaseTransport | None",
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
        chance: Callable[[], float],
        most_requests: int | None,
    ) -> None:
        """Make nothing yet; takes what `ZendeskReader` takes.

        Raises:
            ConfigurationError: the connection's file of authorities holds none.
        """
        way = transport or connection.transport()

        def make() -> "ZendeskReader":
            from auditql.providers.zendesk.reader import ZendeskReader

            return ZendeskReader(
                connection.origin,
                connection.credential,
                statistics=statistics,
                transport=way,
                sleep=sleep,
                clock=clock,
                chance=chance,
                most_requests=most_requests,
                concurrency=pace.concurrency,
                share=pace.share,
            )

        self._make = make
        self._made: ZendeskReader | None = None
        self._is_closed = False

    def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncIterator[Sequence[Record]]:
        """The records of a scan, page by page; as `ZendeskReader.pages`."""
        return self._reader().pages(scan, wanted)

    async def counted(self, scan: Scan) -> Counted:
        """What the account counts; as `ZendeskReader.counted`."""
        return await self._reader().counted(scan)

    async def look_up(self, number: int) -> Record | None:
        """The record of an id; None where the account has none."""
        return await self._reader().look_up(number)

    async def close(self) -> None:
        """Close the connections for good, if there are any."""
        self._is_closed = True
        if self._made is not None:
            await self._made.close()

    def _reader(self) -> "ZendeskReader":
        """The reader itself.

        Raises:
            ConfigurationError: it was closed before anybody was asked, or its way to
                the account cannot be used.
        """
        if self._made is None:
            if self._is_closed:
                raise ConfigurationError("the client is closed; make a new one")
            self._made = self._make()
        return self._made

"""The client for programs: a query goes in, records come out as they arrive.

In: an account, a credential, query texts. Out: records exactly as received.
The waiting face of it is `blocking.Client`; what is read, and how, is decided
by the plan and the reader.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from auditql.diagnostics.model import Diagnostic
from auditql.errors import QueryError
from auditql.plan.plan import Plan, rows_no_records
from auditql.plan.reader import Statistics
from auditql.results.answer import execute_rows
from auditql.results.completeness import Completeness
from auditql.results.executor import execute_batches, silent
from auditql.runtime.account import account_of
from auditql.runtime.account_reader import AccountReader
from auditql.runtime.asked import asked, counting, number_of
from auditql.runtime.claims import Claims
from auditql.runtime.client_settings import MirrorUse, Row
from auditql.runtime.connection import Connection
from auditql.runtime.mirror_access import MirrorAccess
from auditql.runtime.mirrored import Mirrored
from auditql.runtime.pace import pace_of

if TYPE_CHECKING:
    import httpx

    from auditql.catalog.record import Record
    from auditql.library.files import SavedQuery
    from auditql.providers.zendesk.auth import Credential
    from auditql.results.stages.shown import Row as StagedRow

T = TypeVar("T")
U = TypeVar("U")


class AsyncClient:
    """Asks one account; used as `async with AsyncClient(…) as client:`.

        >>> import asyncio
        >>> async def main():
        ...     async with auditql.AsyncClient() as client:
        ...         async for row in client.query("action = login limit 1"):
        ...             print(row["actor_name"])
        ...         print(await client.count("action = login"))
        >>> asyncio.run(main())
        Ada Example
        3

    Attributes:
        connection: which account is asked, as whom, and what is to be said of that.
        statistics: work done so far, all queries together.
        mirrored: the account's mirror, as it is used here.
    """

    def __init__(
        self,
        *,
        subdomain: str | None = None,
        base_url: str | None = None,
        credential: "Credential | None" = None,
        profile: str | None = None,
        connection: Connection | None = None,
        tz: str | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        max_requests: int | None = None,
        concurrency: int | None = None,
        rate_share: float | None = None,
        source: MirrorUse = "auto",
        on_warning: Callable[[Diagnostic], object] = silent,
    ) -> None:
        """Name the account; nothing is sent yet.

        Args:
            subdomain: `acme` for acme.zendesk.com.
            base_url: instead, such as the emulator's `http://127.0.0.1:8080`;
                plain http on loopback only. Without either it is the environment's.
            credential: Bearer, ClientCredentials or ApiToken. None takes the
                environment's if that names the account, and none on loopback.
            profile: instead of all these, the profile of that name, as `-P`
                picks it: its account, credential and network.
            connection: instead of all these, one made before.
            tz: zone of days and hours in queries; None means UTC.
            transport: instead of the network, such as the emulator's.
            sleep: waits so many seconds.
            clock: a monotonic clock, in seconds.
            chance: numbers in [0, 1) that spread retries.
            max_requests: most requests of this client, all queries together;
                the one that needs more ends as PartialAnswer.
            concurrency: most requests at once; the profile's, else 8; with
                `max_requests` 1, so that all count for the answer.
            rate_share: part of the rate limit to use; the profile's, else 0.8.
            source: `auto` reads what the account's mirror holds out of it, where
                there is one, and asks the API for the rest; `api` or `mirror` alone.
            on_warning: is told what there is to say of a query and of running it.

        Raises:
            ConfigurationError: account, credential or pace cannot be used.
        """
        if connection is None:
            connection = account_of(profile, subdomain, base_url, credential)
        self.connection = connection
        self.statistics = Statistics()
        self._tz = tz
        self._on_warning = on_warning
        bound = max_requests is not None
        pace = pace_of(connection, concurrency, rate_share, is_bounded=bound)
        self._reader = AccountReader(
            connection,
            self.statistics,
            pace,
            transport=transport,
            sleep=sleep,
            clock=clock,
            chance=chance,
            most_requests=max_requests,
        )
        access = MirrorAccess.of(connection, source, on_warning)
        self.mirrored = Mirrored(access, self._reader, self.statistics)
        self._claims = Claims(self.mirrored, self.statistics, on_warning)

    @property
    def completeness(self) -> Completeness | None:
        """What may be claimed of the answer to the query that was begun last.

        Complete or why not, and up to when; None before the first. One that is
        still being read is partial, and so is one whose reading was stopped.
        """
        return self._claims.last

    async def __aenter__(self) -> "AsyncClient":
        """The client itself."""
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
        """Close the connections for good; an answer half read is an error then."""
        await self._reader.close()

    def query(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> AsyncGenerator[Row, None]:
        """The rows of a query, as they arrive, in its order.

        The text is compiled at once and its time frozen; the first request is
        sent when the first row is asked for, and closing the iterator stops
        the reading. Without stages rows are records, decoded JSON objects as
        received. Stages give rows of their columns, None for what is missing.

        Args:
            text: a query, a saved query, or a plan made before.
            params: values of its parameters.
            now: the frozen now; None takes the clock, once.
            limit: most rows, beside what the query itself says.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            ConfigurationError: `now` is no moment, or a plan came with what is
                already decided in it; nothing was sent.
            PartialAnswer: while rows are taken: the rest could not be had.
            RunError: at the first row: the answer could not be had.
        """
        rows = self.rows(text, params=params, now=now, limit=limit)
        return self._each(rows, dict)

    def rows(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> "AsyncGenerator[Sequence[StagedRow], None]":
        """As `query`, but many at a time, as pages come; `statistics` waits.

        Without stages the rows are those of `batches`, each as it was received.
        """
        plan = self._plan(text, params, now, limit)
        return self._claims.answer(plan, execute_rows)

    def records(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> "AsyncGenerator[Record, None]":
        """As `query`, with each record's id and time already read.

        Raises:
            QueryError: as `query`, or the query has stages, whose rows are no
                records.
        """
        batches = self.batches(text, params=params, now=now, limit=limit)
        return self._each(batches, lambda record: record)

    def batches(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> "AsyncGenerator[Sequence[Record], None]":
        """As `records`, but many at a time, as pages come; `statistics` waits."""
        plan = self._plan(text, params, now, limit)
        if plan.stages:
            raise QueryError([rows_no_records(plan)], plan.text)
        return self._claims.answer(plan, execute_batches)

    async def count(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        exact: bool = False,
    ) -> int:
        """How many rows `query` would give.

        The API's own count answers in one request where it is exact for the
        query, as `| count` does; else all are read. `completeness` says which.

        Args:
            text: as `query` takes it, and so `params` and `now`.
            params: values of its parameters.
            now: the frozen now; None takes the clock, once.
            exact: read and count every record all the same.

        Raises:
            QueryError: as of `query`, and so ConfigurationError; nothing was sent.
            RunError: the number could not be had.
        """
        plan = asked(text, params=params, now=now, limit=None, tz=self._tz)
        plan = self._told(counting(plan, exact=exact))
        answer = self._each(self._claims.answer(plan, execute_rows), number_of)
        (number,) = [number async for number in answer]
        return number

    async def show(self, number: int) -> Row | None:
        """The record of an id as received; None where the account has none.

        Raises:
            RunError: it could not be asked for.
        """
        record = await self.mirrored.look_up(number)
        return None if record is None else dict(record.raw)

    def _plan(
        self,
        text: "str | SavedQuery | Plan",
        params: Mapping[str, object] | None,
        now: datetime | str | int | None,
        limit: int | None,
    ) -> Plan:
        plan = asked(text, params=params, now=now, limit=limit, tz=self._tz)
        return plan if plan is text else self._told(plan)

    def _told(self, plan: Plan) -> Plan:
        for warning in plan.diagnostics:
            self._on_warning(warning)
        return plan

    async def _each(
        self, batches: AsyncGenerator[Sequence[T], None], give: Callable[[T], U]
    ) -> AsyncGenerator[U, None]:
        async with aclosing(batches):
            async for batch in batches:
                for row in batch:
                    self.statistics.rows += 1
                    yield give(row)

"""The client for programs: a query goes in, records come out as they arrive.

In: an account, a credential, query texts. Out: records exactly as received.
One reader, asynchronous inside; `Client` is a thin synchronous face of it.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import ConfigurationError, QueryError
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.results.executor import execute, silent
from auditql.runtime.compile import compile_text
from auditql.runtime.connection import Connection, from_environment

if TYPE_CHECKING:
    import httpx

    from auditql.catalog.record import Record
    from auditql.library.files import SavedQuery
    from auditql.providers.zendesk.auth import Credential

Row = dict[str, Any]
"""A record as received: a decoded JSON object."""

T = TypeVar("T")


def refuse_stages(plan: Plan) -> None:
    """Refuse a plan with stages before anything is sent.

    Raises:
        QueryError: it has stages; this version runs none.
    """
    if not plan.stages:
        return
    fault = Diagnostic(
        Code.STAGE_NOT_RUN,
        "this version plans stages and does not run them",
        plan.stages[0].span,
        "a stage",
        "leave out the stages to get the records; `explain` shows the whole plan",
    )
    raise QueryError([fault], plan.text)


class AsyncClient:
    """Asks one account; used as `async with AsyncClient(…) as client:`."""

    def __init__(
        self,
        *,
        subdomain: str | None = None,
        base_url: str | None = None,
        credential: "Credential | None" = None,
        tz: str | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        sleep: Callable[[float], Coroutine[Any, Any, object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        max_requests: int | None = None,
        on_warning: Callable[[Diagnostic], object] = silent,
    ) -> None:
        """Name the account; nothing is sent yet.

        Args:
            subdomain: `acme` for acme.zendesk.com.
            base_url: instead, such as the emulator's `http://127.0.0.1:8080`;
                plain http on loopback only. Without either, and without a
                credential, the environment is read as the command line does.
            credential: Bearer, ClientCredentials or ApiToken.
            tz: zone of days and hours in queries; None means UTC.
            transport: instead of the network, such as the emulator's.
            sleep: waits so many seconds.
            clock: a monotonic clock, in seconds.
            chance: numbers in [0, 1) that spread retries.
            max_requests: after so many the answer ends as PartialAnswer.
            on_warning: is told what running a query gives reason to say.

        Raises:
            ConfigurationError: the account or the credential cannot be used.
        """
        self.connection = _connection(subdomain, base_url, credential)
        self.statistics = Statistics()
        self._tz = tz
        self._on_warning = on_warning
        from auditql.providers.zendesk.reader import ZendeskReader

        self._reader = ZendeskReader(
            self.connection.origin,
            self.connection.credential,
            statistics=self.statistics,
            transport=transport,
            sleep=sleep,
            clock=clock,
            chance=chance,
            most_requests=max_requests,
        )

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
        """Close the connections."""
        await self._reader.close()

    async def query(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """The records of a query, as they arrive, in its order.

        Args:
            text: a query, a saved query, or a plan made before.
            params: values of its parameters.
            now: the frozen now; None takes the clock, once.
            limit: most rows, beside what the query itself says.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            RunError: the answer could not be had whole.
        """
        async for record in self.records(text, params=params, now=now, limit=limit):
            yield dict(record.raw)

    async def records(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> "AsyncIterator[Record]":
        """As `query`, with each record's id and time already read.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            RunError: the answer could not be had whole.
        """
        if isinstance(text, Plan):
            plan = text
        else:
            plan = compile_text(text, params=params, now=now, tz=self._tz, limit=limit)
        refuse_stages(plan)
        async for record in execute(
            plan, self._reader, self.statistics, self._on_warning
        ):
            yield record

    async def show(self, number: int) -> Row | None:
        """The record of an id as received; None where the account has none.

        Raises:
            RunError: it could not be asked for.
        """
        record = await self._reader.look_up(number)
        return None if record is None else dict(record.raw)


class Client:
    """The synchronous face of AsyncClient, for programs without an event loop.

    Takes the same arguments. One thread at a time; rows are read on while they
    are taken.
    """

    def __init__(self, **settings: Any) -> None:
        """Name the account, as AsyncClient does; nothing is sent yet.

        Raises:
            ConfigurationError: the account or the credential cannot be used.
        """
        self._client = AsyncClient(**settings)
        self._runner: asyncio.Runner | None = None

    @property
    def statistics(self) -> Statistics:
        """Work done so far."""
        return self._client.statistics

    @property
    def connection(self) -> Connection:
        """Which account is asked, and as whom."""
        return self._client.connection

    def __enter__(self) -> "Client":
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections and end the event loop."""
        if self._runner is not None:
            self._runner.run(self._client.close())
            self._runner.close()
            self._runner = None

    def query(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """The records of a query, as they arrive; see AsyncClient.query.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            RunError: the answer could not be had whole.
            ConfigurationError: called where an event loop runs already.
        """
        rows = self._client.query(text, params=params, now=now, limit=limit)
        try:
            while True:
                row = self._run(_next(rows))
                if row is None:
                    return
                yield row
        finally:
            if self._runner is not None:
                self._run(_close(rows))

    def show(self, number: int) -> Row | None:
        """The record of an id; None where the account has none.

        Raises:
            RunError: it could not be asked for.
            ConfigurationError: called where an event loop runs already.
        """
        return self._run(self._client.show(number))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            work.close()
            raise ConfigurationError(
                "Client waits for its answers, which an event loop does not allow; "
                "use AsyncClient there"
            )
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)


async def _next(rows: AsyncIterator[Row]) -> Row | None:
    return await anext(rows, None)


async def _close(rows: AsyncIterator[Row]) -> None:
    close = getattr(rows, "aclose", None)
    if close is not None:
        await close()


def _connection(
    subdomain: str | None, base_url: str | None, credential: "Credential | None"
) -> Connection:
    from auditql.providers.zendesk.auth import NoCredential
    from auditql.providers.zendesk.origin import of_base_url, of_subdomain

    if subdomain is not None and base_url is not None:
        raise ConfigurationError("give a subdomain or a base URL, not both")
    if subdomain is None and base_url is None:
        found = from_environment(os.environ, datetime.now(UTC).date())
        if credential is None:
            return found
        return Connection(found.origin, credential)
    if base_url is not None:
        origin = of_base_url(base_url)
    else:
        assert subdomain is not None
        origin = of_subdomain(subdomain)
    if credential is None and not origin.is_loopback:
        raise ConfigurationError("an account needs a credential")
    return Connection(origin, credential if credential is not None else NoCredential())

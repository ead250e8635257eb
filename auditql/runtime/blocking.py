"""The client for programs without an event loop.

In and out as `client.AsyncClient`, whose thin waiting face this is: nothing is
decided here but when to wait.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Callable,
    Coroutine,
    Generator,
    Mapping,
    Sequence,
)
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from auditql.errors import ConfigurationError
from auditql.plan.reader import Statistics
from auditql.results.completeness import Completeness
from auditql.runtime.client import AsyncClient
from auditql.runtime.client_settings import ClientSettings, Row
from auditql.runtime.connection import Connection

if TYPE_CHECKING:
    from auditql.catalog.record import Record
    from auditql.library.files import SavedQuery
    from auditql.plan.plan import Plan

T = TypeVar("T")
U = TypeVar("U")


class Client:
    """Asks one account and waits: `with Client(…) as client:`.

        >>> with auditql.Client() as client:
        ...     for row in client.query("action = login | count by actor_name"):
        ...         print(row)
        ...     client.completeness.complete
        {'actor_name': 'Ada Example', 'count': 2}
        {'actor_name': 'Bob Cat', 'count': 1}
        True

    Takes the arguments of AsyncClient. For one thread at a time; a page is
    asked for when the rows of the page before are taken.
    """

    def __init__(self, **settings: Unpack[ClientSettings]) -> None:
        """Name the account; nothing is sent yet.

        Args:
            settings: as AsyncClient takes them.

        Raises:
            ConfigurationError: the account or the credential cannot be used.
        """
        self._client = AsyncClient(**settings)
        self._runner: asyncio.Runner | None = None
        self._is_closed = False

    @property
    def statistics(self) -> Statistics:
        """Work done so far, all queries together."""
        return self._client.statistics

    @property
    def completeness(self) -> Completeness | None:
        """What may be claimed of the answer to the query that was begun last.

        Complete or why not, and up to when; None before the first. An answer that
        is still being read is partial, and so is one whose reading was stopped.
        """
        return self._client.completeness

    @property
    def connection(self) -> Connection:
        """Which account is asked and as whom, and what is to be said about it."""
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
        """Close the connections for good; an answer half read is an error then.

        Raises:
            ConfigurationError: called where an event loop runs already.
        """
        if self._is_closed:
            return
        if self._runner is not None:
            self._run(self._client.close())
            self._runner.close()
        self._runner = None
        self._is_closed = True

    def query(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> Generator[Row, None, None]:
        """The rows of a query, as they arrive, in its order.

        The text is compiled at once and its time frozen; the first request is
        sent when the first row is asked for, and closing the iterator, or
        leaving the loop over it, stops the reading. Without stages rows are
        records, decoded JSON objects as received; stages give rows of their
        columns, None for what is missing.

            >>> question = "actor_name = :who and created_at >= :since"
            >>> with auditql.Client() as client:
            ...     rows = client.query(
            ...         question, params={"who": "Bob Cat", "since": "2026-01-01"}
            ...     )
            ...     [row["action"] for row in rows]
            ['update', 'login']

        Args:
            text: a query, a saved query, or a plan made before.
            params: values of its parameters.
            now: the frozen now; None takes the clock, once.
            limit: most rows, beside what the query itself says.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            ConfigurationError: the client is closed, an event loop runs
                already, `now` is no moment, or a plan came with what is
                already decided in it; nothing was sent.
            PartialAnswer: while rows are taken: the rest could not be had.
            RunError: at the first row: the answer could not be had.
        """
        self._check()
        rows = self._client.rows(text, params=params, now=now, limit=limit)
        return self._each(rows, dict)

    def records(
        self,
        text: "str | SavedQuery | Plan",
        *,
        params: Mapping[str, object] | None = None,
        now: datetime | str | int | None = None,
        limit: int | None = None,
    ) -> "Generator[Record, None, None]":
        """As `query`, with each record's id and time already read.

        Raises:
            QueryError: as `query`, or the query has stages, whose rows are no
                records.
        """
        self._check()
        batches = self._client.batches(text, params=params, now=now, limit=limit)
        return self._each(batches, lambda record: record)

    def count(
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

            >>> with auditql.Client() as client:
            ...     client.count("action = login")
            ...     client.completeness.server_count
            3
            True

        Args:
            text: a query, a saved query, or a plan made before.
            params: values of its parameters.
            now: the frozen now; None takes the clock, once.
            exact: read and count every record all the same.

        Raises:
            QueryError: the text is wrong; nothing was sent.
            ConfigurationError: as of `query`; nothing was sent.
            RunError: the number could not be had.
        """
        self._check()
        return self._run(self._client.count(text, params=params, now=now, exact=exact))

    def show(self, number: int) -> Row | None:
        """The record of an id; None where the account has none.

        Raises:
            RunError: it could not be asked for.
            ConfigurationError: the client is closed, or an event loop runs
                already.
        """
        self._check()
        return self._run(self._client.show(number))

    def _each(
        self, batches: AsyncGenerator[Sequence[T], None], give: Callable[[T], U]
    ) -> Generator[U, None, None]:
        try:
            while True:
                self._check()
                batch = self._run(_next(batches))
                if batch is None:
                    return
                for row in batch:
                    self.statistics.rows += 1
                    yield give(row)
        finally:
            # Elsewhere the loop closes it, at the latest with the client.
            if self._runner is not None and not _is_loop_running():
                self._run(batches.aclose())

    def _check(self) -> None:
        if self._is_closed:
            raise ConfigurationError("the client is closed; make a new one")
        if _is_loop_running():
            raise ConfigurationError(
                "Client waits for its answers, which an event loop does not allow; "
                "use AsyncClient there"
            )

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._runner is None:
            # With a factory the runner leaves the thread's own loop alone.
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        return self._runner.run(work)


async def _next(batches: AsyncGenerator[Sequence[T], None]) -> Sequence[T] | None:
    return await anext(batches, None)


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

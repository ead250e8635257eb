"""Queries answered by an engine elsewhere, stages and all.

In: the address of an engine, a plan. Out: the rows that its statement gives: nothing
but the answer travels. What may be claimed is what the table holds; nothing is known
of what the account holds, or up to when.
"""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from auditql.catalog.forms import form
from auditql.catalog.record import BadRecord, Record
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError, RunError
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.lake.files import missing_below, missing_warning
from auditql.providers.warehouse.columns import MOST_PARTS, Columns
from auditql.providers.warehouse.compile import compiled
from auditql.providers.warehouse.running.address import Address, Way
from auditql.providers.warehouse.running.answers import rows_of
from auditql.providers.warehouse.running.engine import EngineConnection
from auditql.providers.warehouse.running.mapped import TABLE, TableMap, columns_of
from auditql.providers.warehouse.running.worker import Worker
from auditql.providers.warehouse.statement import Statement
from auditql.results import completeness
from auditql.results.answer import Rows
from auditql.results.completeness import Completeness
from auditql.results.executor import counting_those_out, silent
from auditql.results.formats import Row
from auditql.results.telling import Warn

if TYPE_CHECKING:
    from auditql.providers.files.reader import WasRead

T = TypeVar("T")

_OF_EVERY_RECORD = ("created_at", "id")


@form
class WantedTable:
    """Where records are asked for.

    Attributes:
        address: of the engine.
        secret: its password or token; None for none.
        said: what a profile says of the table.
        table: its name, as it is given beside the URL; None for the profile's.
    """

    address: Address
    secret: Callable[[], str | None]
    said: TableMap = TableMap()
    table: str | None = None


class WarehouseClient:
    """Answers queries on an engine; used as `async with`, one query at a time.

    Attributes:
        statistics: work done so far; a statement counts as one request.
        completeness: what may be claimed of the answer that was begun last, as of
            the table.
        was_read: nothing: no file is read.
        place: the engine and the table, for a manifest; without a secret.
        ran: the statement that was run last; None before the first.
    """

    was_read: "Sequence[WasRead]" = ()

    def __init__(
        self,
        wanted: WantedTable,
        on_warning: Warn = silent,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Connect to nothing yet.

        Args:
            wanted: where.
            on_warning: is told of months that may be missing from a folder.
            wall: this machine's time, in seconds since 1970 UTC.
        """
        self.statistics = Statistics()
        self.completeness: Completeness | None = None
        table = wanted.table or ".".join(wanted.said.table or (TABLE,))
        self.place = f"{wanted.address.shown}, table {safe_text(table)}"
        self.ran: str | None = None
        self._wanted = wanted
        self._on_warning = on_warning
        self._wall = wall
        self._connection: EngineConnection | None = None
        self._columns: Columns | None = None
        self._missing: frozenset[str] = frozenset()
        self._worker = Worker(self._cancel)

    async def __aenter__(self) -> "WarehouseClient":
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection, unless it is busy with what nobody waits for."""
        connection = self._connection
        if connection is not None and error is None:
            await self._worker.do(connection.close)
        self._worker.end()

    async def batches(self, plan: Plan) -> "AsyncGenerator[Sequence[Record], None]":
        """The records of a plan without stages, in order, some at a time.

        Raises:
            QueryError: the engine cannot say the query exactly.
            ConfigurationError: a package, the table or a column is missing.
            RunError: the engine cannot be reached, or failed; PartialAnswer where
                rows are out.
        """
        async with aclosing(counting_those_out(self._records(plan))) as batches:
            async for batch in batches:
                yield batch

    async def rows(self, plan: Plan) -> Rows:
        """The rows of any plan; raises as `batches`."""
        async with aclosing(counting_those_out(self._answered(plan))) as batches:
            async for batch in batches:
                yield batch

    async def _records(self, plan: Plan) -> "AsyncGenerator[Sequence[Record], None]":
        async with aclosing(self._answered(plan)) as batches:
            async for batch in batches:
                yield list(map(_record, batch))

    async def _answered(self, plan: Plan) -> Rows:
        self.completeness = completeness.partial(completeness.UNREAD)
        self.statistics.local_s = int(self._wall())
        if plan.query.page is not None:
            raise ConfigurationError(
                "a page is the API's; an engine has none: use limit and offset"
            )
        statement = await self._statement(plan)
        self.ran = statement.text
        if self._missing:
            self._on_warning(missing_warning(sorted(self._missing)))
        self.statistics.requests += 1
        connection = self._connection
        assert connection is not None, "it is open"
        await self._worker.do(self._check_records)
        found = connection.rows(statement.text)
        while (batch := await self._worker.do(lambda: next(found, None))) is not None:
            self.statistics.rows_fetched += len(batch)
            yield rows_of(statement, batch)
        missing = self._missing | self._unfinished()
        self.completeness = (
            completeness.partial(missing_warning(sorted(missing)).message)
            if missing
            else completeness.whole(None, None)
        )

    def _unfinished(self) -> frozenset[str]:
        """The months that an export may have left out of the folder, if it is one."""
        name = self._wanted.table
        if name is None or "/" not in name:
            return frozenset()
        return frozenset(missing_below([Path(name)]))

    async def _statement(self, plan: Plan) -> Statement:
        """The statement of a plan, for the table as it is found."""
        if self._columns is None:
            secret = self._wanted.secret()
            self._connection = _connection(self._wanted.address, secret)
            self._columns = await self._worker.do(self._opened)
        dialect = self._wanted.address.engine.dialect
        return compiled(plan.query, dialect, self._columns)

    def _opened(self) -> Columns:
        """Connect, and find the columns of the table; in the worker's thread."""
        connection, said = self._connection, self._wanted.said
        assert connection is not None, "it is made"
        connection.open()
        name = self._wanted.table
        if name is not None and "/" in name:
            table = _folder(connection, name)
            self._missing = self._unfinished()
        elif name is not None:
            table = table_of(name)
        else:
            table = said.table or (TABLE,)
        return columns_of(table, said, connection.columns(table))

    def _check_records(self) -> None:
        """See that each row is a record; in the worker's thread.

        A row without a time is on neither side of a test of time, and would be lost
        without a word.

        Raises:
            RunError: one is none.
        """
        from auditql.providers.warehouse.making import without

        assert self._connection is not None, "it is open"
        assert self._columns is not None, "they are found"
        dialect = self._wanted.address.engine.dialect
        text = without(_OF_EVERY_RECORD, dialect, self._columns)
        if any(map(len, self._connection.rows(text))):
            raise RunError(
                "the table holds what is no record: a row without `created_at` or"
                " `id`; a view may leave such rows out"
            )

    def _cancel(self) -> None:
        if self._connection is not None:
            self._connection.cancel()


def table_of(name: str) -> tuple[str, ...]:
    """The parts of a table's name, as `schema.table`.

    Raises:
        ConfigurationError: a part is empty, or there are too many.
    """
    parts = tuple(name.split("."))
    if not all(parts) or len(parts) > MOST_PARTS:
        raise ConfigurationError(
            "a table is named as NAME, SCHEMA.NAME or CATALOG.SCHEMA.NAME"
        )
    return parts


def _connection(address: Address, secret: str | None) -> EngineConnection:
    """A connection that is not open yet."""
    if address.engine.way is Way.SQLALCHEMY:
        from auditql.providers.warehouse.running.databases import DatabaseConnection

        return DatabaseConnection(address, secret)
    from auditql.providers.warehouse.running.spark import SparkConnection

    return SparkConnection(address, secret)


def _folder(connection: EngineConnection, path: str) -> tuple[str, ...]:
    """A folder of Parquet as a table.

    Raises:
        ConfigurationError: the engine reads no folders.
    """
    from auditql.providers.warehouse.running.spark import SparkConnection

    if not isinstance(connection, SparkConnection):
        raise ConfigurationError("--table takes a folder beside spark://local alone")
    return connection.open_folder(path)


def _record(row: Row) -> Record:
    """The record of a row.

    Raises:
        RunError: it is none.
    """
    try:
        return Record.from_json(row)
    except BadRecord as error:
        raise RunError(f"the table holds what is no record: {error}") from None

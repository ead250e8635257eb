"""Queries over folders of Parquet, answered by DuckDB as far as it can do so exactly.

In: patterns of files, a plan made for files. Out: the rows that a client would give
of an account that holds these records, each once. Stages run in DuckDB where their
statement says the same; else DuckDB leaves out what it can, and the rest is done here.
No account is needed and nothing is sent.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, TypeVar

from auditql.catalog.forms import form
from auditql.errors import QueryError
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.files.reader import WasRead
from auditql.providers.lake import contents
from auditql.providers.lake.contents import TABLE, Contents
from auditql.providers.lake.engine import Engine
from auditql.providers.lake.files import (
    LakeFile,
    found,
    missing_months,
    missing_warning,
)
from auditql.providers.lake.reader import LakeReader
from auditql.results import completeness
from auditql.results.answer import Rows, execute_rows
from auditql.results.completeness import Completeness
from auditql.results.executor import counting_those_out, execute_batches, silent
from auditql.results.formats import Row
from auditql.results.telling import Warn
from auditql.runtime.named import fields_of
from auditql.runtime.scratch import scratch_folder

if TYPE_CHECKING:
    from auditql.catalog.record import Record
    from auditql.providers.warehouse.statement import Statement

T = TypeVar("T")


@form
class WantedLake:
    """What is read.

    Attributes:
        patterns: of files, or folders.
        is_hashed: the SHA-256 of each file will be asked for.
        in_engine: stages may run in DuckDB; else they run here.
    """

    patterns: tuple[str, ...]
    is_hashed: bool = False
    in_engine: bool = True


@form
class _Open:
    """Files that are open, the engine that reads them."""

    engine: Engine
    contents: Contents


class LakeClient:
    """Answers queries out of Parquet; used as `async with`, one query at a time.

    Attributes:
        statistics: work done so far; no request is among it.
        completeness: what may be claimed of the answer that was begun last, as of
            the files: nothing is known of what the account holds.
        was_read: the files that were read to their end for it.
        place: where the records are, for a manifest.
        ran: the SQL that answered the query whole; None where rows went through
            here.
    """

    place = "files"

    def __init__(
        self,
        wanted: WantedLake,
        on_warning: Warn = silent,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Read nothing yet.

        Args:
            wanted: what is read.
            on_warning: is told of months that may be missing, and of one id with
                different content.
            wall: this machine's time, in seconds since 1970 UTC.
        """
        self.statistics = Statistics()
        self.completeness: Completeness | None = None
        self.was_read: Sequence[WasRead] = ()
        self.ran: str | None = None
        self._wanted = wanted
        self._on_warning = on_warning
        self._wall = wall
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "LakeClient":
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        await self._open.aclose()

    async def batches(self, plan: Plan) -> "AsyncGenerator[Sequence[Record], None]":
        """The records of a plan without stages, in order, some at a time.

        Raises:
            ConfigurationError: the files cannot be read, or lack what is asked for.
            RunError: a file was changed meanwhile; PartialAnswer where rows are out.
        """
        open_ = await self._opened(plan)
        reader = LakeReader(open_.engine, open_.contents, plan, self.statistics)
        batches = execute_batches(plan, reader, self._on_warning, self.statistics)
        async for batch in self._claimed(open_, batches):
            yield batch

    async def rows(self, plan: Plan) -> Rows:
        """The rows of any plan; raises as `batches`, or RunError: too many groups."""
        open_ = await self._opened(plan)
        statement = await self._statement(plan, open_)
        if statement is None:
            reader = LakeReader(open_.engine, open_.contents, plan, self.statistics)
            rows = execute_rows(plan, reader, self._on_warning, self.statistics)
        else:
            self.ran = statement.text
            rows = counting_those_out(_answered(statement, open_))
        async for batch in self._claimed(open_, rows):
            yield batch

    async def _opened(self, plan: Plan) -> _Open:
        """The files, open."""
        self.completeness = completeness.partial(completeness.UNREAD)
        self.statistics.local_s = int(self._wall())
        self.ran = None
        await self._open.aclose()
        files = found(self._wanted.patterns)
        missing = missing_months(files)
        spill = self._open.enter_context(scratch_folder())
        engine = await _engine(spill, [file.path for file in files])
        self._open.enter_context(engine)
        held = await contents.opened(engine, files, fields_of(plan.query))
        if missing:
            self._on_warning(missing_warning(missing))
        return _Open(engine, held)

    async def _statement(self, plan: Plan, open_: _Open) -> "Statement | None":
        """The statement that answers the plan in DuckDB; None where none does."""
        held = open_.contents
        if not plan.stages or not self._wanted.in_engine:
            return None
        if not held.altered.isdisjoint(fields_of(plan.query)):
            return None  # a text that it reads is another in the record
        if not held.is_distinct:
            sql = f"SELECT count(*) = count(DISTINCT id) FROM {TABLE}"  # noqa: S608 - of our own
            ((is_distinct,),) = await open_.engine.run(sql)
            if not is_distinct:
                return None
        from auditql.providers.warehouse.columns import Columns, column_of
        from auditql.providers.warehouse.compile import compiled
        from auditql.providers.warehouse.statement import Dialect

        fields = MappingProxyType({name: column_of(name) for name in held.columns})
        try:
            made = compiled(plan.query, Dialect.DUCKDB, Columns((TABLE,), fields))
        except QueryError:
            return None
        # Rows that are records still are given as they were received.
        return None if made.is_records and held.has_records else made

    async def _claimed(
        self, open_: _Open, batches: AsyncGenerator[Sequence[T], None]
    ) -> AsyncGenerator[Sequence[T], None]:
        """The batches; behind the last one, what may be claimed of them."""
        files = open_.contents.files
        async with aclosing(batches):
            async for batch in batches:
                yield batch
        for file in files:
            file.check_same()
        self.was_read = tuple(map(self._read, files))
        missing = missing_months(files)
        self.completeness = (
            completeness.partial(missing_warning(missing).message)
            if missing
            else completeness.whole(None, None)
        )

    def _read(self, file: LakeFile) -> WasRead:
        sha256 = file.sha256() if self._wanted.is_hashed else None
        return WasRead(file.path, file.size, sha256)


async def _engine(folder: str, files: Sequence[str]) -> Engine:
    """DuckDB, loaded and opened in a thread.

    An interrupt that met it in the main one could be taken for a fault of DuckDB's.
    """
    loop = asyncio.get_running_loop()
    making = loop.run_in_executor(None, lambda: Engine(folder, files=files))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        await asyncio.wait([making])
        if making.exception() is None:
            making.result().close()
        raise


async def _answered(statement: "Statement", open_: _Open) -> Rows:
    """The rows that a statement gives."""
    names = statement.columns
    async for batch in open_.engine.rows(statement.text):
        yield [_row(names, values) for values in batch]


def _row(names: Sequence[str], values: Sequence[object]) -> Row:
    made: Mapping[str, object] = dict(zip(names, values, strict=True))
    return made

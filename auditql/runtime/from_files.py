"""Queries over files: exports of auditql, pages of the API, and what is like them.

In: paths, a plan made for files. Out: the rows that a client would give of an
account that holds these records, each once. No account is needed and nothing is
sent.
"""

import stat
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from auditql.diagnostics.model import Diagnostic
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.files.faults import Faults
from auditql.providers.files.inputs import STANDARD_INPUT, Input
from auditql.providers.files.reader import FilesReader, Wanted
from auditql.providers.files.reading import batches
from auditql.results import completeness
from auditql.results.answer import Rows, execute_rows
from auditql.results.completeness import Completeness
from auditql.results.executor import execute_batches, silent
from auditql.results.once import NotInOrder, Once
from auditql.results.stages.pipeline import Pipeline
from auditql.results.telling import Telling, Warn

T = TypeVar("T")

if TYPE_CHECKING:
    from auditql.catalog.record import Record
    from auditql.providers.files.reader import WasRead
    from auditql.runtime.client_settings import Row


class FilesClient:
    """Answers queries out of files; used as `async with`, one query at a time.

    Attributes:
        statistics: work done so far; no request is among it.
        completeness: what may be claimed of the answer that was begun last, as of
            the files: nothing is known of what the account holds.
        was_read: the files that were read to their end for it.
        place: where the records are, for a manifest.
    """

    place = "files"

    def __init__(
        self,
        wanted: Wanted,
        on_warning: Warn = silent,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Read nothing yet.

        Args:
            wanted: the files, and how they are read.
            on_warning: is told of lines that hold no record, once for all, and of
                one id with different content.
            wall: this machine's time, in seconds since 1970 UTC.
        """
        self.statistics = Statistics()
        self.completeness: Completeness | None = None
        self.was_read: Sequence[WasRead] = ()
        self._wanted = wanted
        self._on_warning = on_warning
        self._wall = wall

    async def __aenter__(self) -> "FilesClient":
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is open."""

    def batches(self, plan: Plan) -> "AsyncGenerator[Sequence[Record], None]":
        """The records of a plan without stages, in order, some at a time.

        Raises:
            ConfigurationError: a file cannot be read, or is not strictly as it
                should be.
            RunError: a file was changed meanwhile; PartialAnswer where rows are out.
        """
        reader = self._reader(plan)
        found = execute_batches(plan, reader, self._on_warning, self.statistics)
        return self._claimed(reader, found)

    def rows(self, plan: Plan) -> Rows:
        """The rows of any plan; raises as `batches`, or RunError: too many groups."""
        if plan.query.page is None and self._can_be_read_again():
            pipeline = Pipeline(plan)
            if plan.stages and not pipeline.order_matters and not pipeline.streams:
                return self._as_they_come(plan)
        return self._in_order(plan)

    def _in_order(self, plan: Plan) -> Rows:
        reader = self._reader(plan)
        found = execute_rows(plan, reader, self._on_warning, self.statistics)
        return self._claimed(reader, found)

    async def _as_they_come(self, plan: Plan) -> Rows:
        """Rows for which the order of the records is nothing.

        Read once and held not at all, while the file is in the order of time
        either way; else once more, in order. No row is out before.
        """
        pipeline = Pipeline(plan)
        reader = self._reader(plan)
        warned: list[Diagnostic] = []
        told = Telling(warned.append)
        once = Once(told)
        try:
            async with aclosing(reader.as_they_come()) as batches:
                async for batch in batches:
                    pipeline.add(once.fresh(batch))
        except NotInOrder:
            self.statistics.rows_fetched = 0
            async with aclosing(self._in_order(plan)) as rows:
                async for row in rows:
                    yield row
            return
        told.end()
        for warning in warned:
            self._on_warning(warning)
        claim = self._told(reader)
        found = pipeline.end()
        if found:
            yield found
        self.completeness = claim

    def _reader(self, plan: Plan) -> FilesReader:
        self.completeness = completeness.partial(completeness.UNREAD)
        self.statistics.local_s = int(self._wall())
        return FilesReader(self._wanted, plan, self.statistics)

    def _can_be_read_again(self) -> bool:
        """Whether there is one file alone, which lies on a disk."""
        paths = self._wanted.paths
        if len(paths) != 1 or paths[0] == STANDARD_INPUT:
            return False
        try:
            # Not opened: the writer of a pipe would take that for its reader.
            return stat.S_ISREG(Path(paths[0]).stat().st_mode)
        except (OSError, ValueError):
            return False  # what is wrong is said when it is opened

    async def _claimed(
        self, reader: FilesReader, batches: AsyncGenerator[Sequence[T], None]
    ) -> AsyncGenerator[Sequence[T], None]:
        """The batches; what was wrong with the files is told before the first."""
        claim: Completeness | None = None
        async with aclosing(batches):
            async for batch in batches:
                claim = claim or self._told(reader)
                yield batch
        self.completeness = claim or self._told(reader)

    def _told(self, reader: FilesReader) -> Completeness:
        """Say what could not be read; gives what may be claimed in the end."""
        self.was_read = tuple(reader.was_read)
        if not reader.faults:
            return completeness.whole(None, None)
        for warning in reader.faults.warnings():
            self._on_warning(warning)
        return completeness.partial(reader.faults.reason)


def read_file(
    path: str,
    *,
    format: str | None = None,  # noqa: A002 - as on the command line
    strict: bool = True,
    on_warning: Warn = silent,
) -> "Iterator[Row]":
    """The records of a file, in its order, as they were received.

    jsonl, json, csv and tsv as auditql exports them, pages of the API, each also
    packed with gzip. `auditql.answer` and `Plan.filter` take what this gives.

    Args:
        path: of the file.
        format: `jsonl`, `json`, `csv` or `tsv`; None finds out.
        strict: a line that holds no record is an error; else it is left out, and
            `on_warning` is told when all was read.
        on_warning: is told how many lines hold no record, the first ones named, and
            of a last page that says that more records exist.

    Raises:
        ConfigurationError: while records are taken: the file cannot be read, or is
            not as it should be.
    """
    faults = Faults()
    with Input(path, may_wait=False) as input_:
        for batch in _driven(batches(input_, faults, format_=format)):
            for record in batch.records:
                yield dict(record.raw)
            if strict and faults.number:
                raise faults.refusal()
    if strict and faults.number:
        raise faults.refusal()
    for warning in faults.warnings():
        on_warning(warning)


def _driven(found: AsyncGenerator[T, None]) -> Iterator[T]:
    """What comes, for those without an event loop; it must wait for nothing."""
    try:
        while True:
            try:
                yield _result(found.asend(None))
            except StopAsyncIteration:
                return
    finally:
        with suppress(StopAsyncIteration):
            _result(found.aclose())


def _result(step: Coroutine[object, None, T]) -> T:
    """What a step gives that lets others have their turn, and waits for nothing."""
    while True:
        try:
            step.send(None)
        except StopIteration as end:
            value: T = end.value
            return value

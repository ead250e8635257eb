"""Rows on their way out: formatted, written, and handed on while others are awaited.

In: records, batch by batch, inside an event loop. Out: text in a sink. Rows are
written when the loop gets its turn, which is when the next page is waited for:
no row waits for a page, and no row is written by itself. What is written and how
far the answer is out change in one step, which no signal divides.
"""

import asyncio
from collections.abc import Sequence

from auditql.catalog.record import Record
from auditql.errors import OutputError
from auditql.results.formats import Format
from auditql.results.position import Position, advanced
from auditql.shell.exits import ClosedPipe
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.keeping import Keeper
from auditql.shell.sinks import Sink

_MOST_WAITING = 500


class Delivery:
    """The rows of one answer.

    Attributes:
        last: the record that was written last; None before the first.
    """

    def __init__(
        self, format_: Format, sink: Sink, keeper: Keeper | None = None
    ) -> None:
        """Write rows in a format into a sink.

        Args:
            format_: how.
            sink: where.
            keeper: is told how far the answer is out; None where it cannot go on.
        """
        self.last: Record | None = None
        self._format = format_
        self._sink = sink
        self._keeper = keeper
        self._position: Position | None = None if keeper is None else keeper.before
        self._written = 0
        self._waiting: list[Record] = []
        self._failure: ClosedPipe | OutputError | None = None

    @property
    def rows(self) -> int:
        """How many were taken."""
        return self._written + len(self._waiting)

    def take(self, records: Sequence[Record]) -> None:
        """Take records; called by a task of a running loop.

        Raises:
            ClosedPipe: nobody reads the answer any more.
            OutputError: it cannot be written.
        """
        self.check()
        if not self._waiting:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(self._hand_on, task)
        for place in range(0, len(records), _MOST_WAITING):
            self._waiting += records[place : place + _MOST_WAITING]
            if len(self._waiting) >= _MOST_WAITING:
                self._write()

    def drain(self) -> None:
        """Write all rows that wait.

        Raises:
            ClosedPipe: nobody reads the answer any more.
            OutputError: it cannot be written.
        """
        self._write()
        self._sink.flush()

    def finish(self) -> None:
        """Write what closes the answer; raises as `drain`."""
        self._sink.write(self._format.end())
        self._sink.flush()

    def check(self) -> None:
        """Raise what went wrong while the task was waiting, if anything did."""
        if self._failure is not None:
            raise self._failure

    def _hand_on(self, task: "asyncio.Task[object]") -> None:
        """Write what waits, in the loop's turn; a failure ends the task."""
        if self._failure is not None:
            return
        try:
            self.drain()
            if self._keeper is not None:
                self._keeper.flushed()
        except (ClosedPipe, OutputError) as error:
            self._failure = error
            task.cancel()

    def _write(self) -> None:
        records = self._waiting
        if not records:
            return
        with INTERRUPTS:
            self._sink.write(self._format.rows([record.raw for record in records]))
            self._waiting = []
            self._written += len(records)
            self.last = records[-1]
            if self._keeper is not None:
                self._position = advanced(self._position, records)
                self._keeper.wrote(self._position, self._format.begun())

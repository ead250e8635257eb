"""Rows on their way out: formatted, written, and handed on while others are awaited.

In: records, or rows that stages made of them, batch by batch, inside an event
loop. Out: text in a sink. Rows are written when the loop gets its turn, which is
when the next page is waited for: no row waits for a page, and no row is written
by itself. What is written and how far the answer is out change in one step,
which no signal divides.
"""

import asyncio
from collections.abc import Callable, Sequence

from auditql.catalog.record import Record
from auditql.errors import OutputError
from auditql.results.formats import Format, Row
from auditql.results.position import Position, advanced
from auditql.shell.exits import ClosedPipe
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.keeping import Keeper
from auditql.shell.sinks import Sink

_MOST_WAITING = 500


def _is_match(_row: Row) -> bool:
    """Say that something matched, as every record says."""
    return True


class Delivery:
    """The rows of one answer.

    Attributes:
        last: the record that was written last; None before the first, and where
            rows are no records.
        matched: whether a row was written that says that something matched.
    """

    def __init__(
        self,
        format_: Format,
        sink: Sink,
        keeper: Keeper | None = None,
        is_match: Callable[[Row], bool] = _is_match,
    ) -> None:
        """Write rows in a format into a sink.

        Args:
            format_: how.
            sink: where.
            keeper: is told how far the answer is out; None where it cannot go on,
                as one of rows that are no records never can.
            is_match: whether a row says that something matched.
        """
        self.last: Record | None = None
        self.matched = False
        self._is_match = is_match
        self._format = format_
        self._sink = sink
        self._keeper = keeper
        self._position: Position | None = None if keeper is None else keeper.before
        self._written = 0
        self._waiting: list[Record | Row] = []
        self._failure: ClosedPipe | OutputError | None = None

    @property
    def rows(self) -> int:
        """How many were taken."""
        return self._written + len(self._waiting)

    def take(self, rows: Sequence[Record] | Sequence[Row]) -> None:
        """Take rows; called by a task of a running loop.

        Raises:
            ClosedPipe: nobody reads the answer any more.
            OutputError: it cannot be written.
        """
        self.check()
        if not self._waiting:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(self._hand_on, task)
        for place in range(0, len(rows), _MOST_WAITING):
            self._waiting += rows[place : place + _MOST_WAITING]
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
        waiting = self._waiting
        if not waiting:
            return
        rows = [row.raw if isinstance(row, Record) else row for row in waiting]
        records = [row for row in waiting if isinstance(row, Record)]
        with INTERRUPTS:
            self._sink.write(self._format.rows(rows))
            self._waiting = []
            self._written += len(rows)
            self.matched = self.matched or any(map(self._is_match, rows))
            self.last = records[-1] if records else None
            if self._keeper is not None:
                self._position = advanced(self._position, records)
                self._keeper.wrote(self._position, self._format.begun())

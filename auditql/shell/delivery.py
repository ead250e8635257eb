"""Rows on their way out: formatted, written, and handed on while others are awaited.

In: rows, one by one, inside an event loop. Out: text in a sink. Rows are written
when the loop gets its turn, which is when the next page is waited for: no row
waits for a page, and no row is written by itself.
"""

import asyncio

from auditql.errors import OutputError
from auditql.results.formats import Format, Row
from auditql.shell.exits import ClosedPipe
from auditql.shell.sinks import Sink

_MOST_WAITING = 500


class Delivery:
    """The rows of one answer.

    Attributes:
        rows: how many were taken.
        last: the row that was taken last; None before the first.
    """

    def __init__(self, format_: Format, sink: Sink) -> None:
        """Write rows in a format into a sink."""
        self.rows = 0
        self.last: Row | None = None
        self._format = format_
        self._sink = sink
        self._waiting: list[Row] = []
        self._failure: ClosedPipe | OutputError | None = None

    def take(self, row: Row) -> None:
        """Take a row; called by a task of a running loop.

        Raises:
            ClosedPipe: nobody reads the answer any more.
            OutputError: it cannot be written.
        """
        self.check()
        self.rows += 1
        self.last = row
        if not self._waiting:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(self._hand_on, task)
        self._waiting.append(row)
        if len(self._waiting) >= _MOST_WAITING:
            self._write()

    def finish(self) -> None:
        """Write all that is left.

        Raises:
            ClosedPipe: nobody reads the answer any more.
            OutputError: it cannot be written.
        """
        self._write()
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
            self._write()
            self._sink.flush()
        except (ClosedPipe, OutputError) as error:
            self._failure = error
            task.cancel()

    def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        if rows:
            self._sink.write(self._format.rows(rows))

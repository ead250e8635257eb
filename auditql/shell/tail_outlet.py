"""Where the rows of a followed query go, and the state that says which are out.

In: rows, and the mark behind them. Out: text, then the state. What is written and
what is counted change in one step, which no signal divides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.results.formats import FORMATS, Begun, Format, Layout, Row
from auditql.runtime.tail_state import Standing
from auditql.shell.columns import chosen_columns
from auditql.shell.commands.tail import APPENDED
from auditql.shell.interrupts import INTERRUPTS
from auditql.shell.staged import staged

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.runtime.appending import AppendedFile
    from auditql.runtime.following import Mark
    from auditql.runtime.tail_state import StateFile
    from auditql.shell.commands.tail import Options
    from auditql.shell.output import Output


class Outlet:
    """Where rows go, and the state that says which are out."""

    def __init__(
        self,
        plan: Plan,
        options: Options,
        output: Output,
        command: str,
        state: StateFile,
        file: AppendedFile | None,
    ) -> None:
        """Write nothing yet.

        Raises:
            UsageError: `--columns` names what is none.
        """
        answer, standing = staged(plan).columns, state.standing
        self.state = state
        self.rows = 0
        self._options = options
        self._output = output
        self._file = file
        self._now_s = plan.query.now_s
        self._kept = standing
        is_anew = file is not None and (file.is_new or file.bytes == 0)
        self._layout = Layout(
            chosen_columns(options.columns, command, answer),
            None if file is not None else output.width,
            guarded=not options.csv_exact,
            answer=answer,
            zone=plan.query.zone,
            begun=None if standing is None or is_anew else standing.begun,
        )
        self._format = FORMATS[options.format](self._layout)

    def put(self, rows: Sequence[Row], mark: Mark) -> None:
        """Write rows, and then say that they are out.

        Raises:
            ClosedPipe: nobody reads them any more.
            OutputError: they cannot be written.
        """
        with INTERRUPTS:
            if self._file is not None:
                self._file.append(self._format.rows(rows), self._foretell)
            else:
                self._output.data(self._text(rows))
                self._output.flush()
            self.rows += len(rows)
            self.keep(mark)

    def check_reader(self) -> None:
        """See that somebody still reads.

        Raises:
            ClosedPipe: nobody does any more.
        """
        if self._file is None:
            self._output.check_reader()

    def keep(self, mark: Mark) -> None:
        """Say in the state how far rows are out.

        Raises:
            OutputError: it cannot be written.
        """
        size = None if self._file is None else self._file.bytes
        # The mark goes on with what is read, this one with what is out.
        self._kept = Standing(self._now_s, mark.copy(), size, self._begun())
        self.state.save(self._kept)

    def _foretell(self, length: int) -> None:
        """Say in the state how long the file may be, should this run be killed now.

        Raises:
            OutputError: it cannot be written.
        """
        assert self._kept is not None, "kept before the first row"
        self.state.save(replace(self._kept, most_bytes=length))

    def _begun(self) -> Begun | None:
        """What is begun; nothing is before the first row: a heading comes with it."""
        is_out = self.rows or self._layout.begun is not None
        if self._options.format not in APPENDED or not is_out:
            return None
        return self._format.begun() or self._layout.begun

    def _text(self, rows: Sequence[Row]) -> str:
        """The text of rows; a table is one of its own each time."""
        if self._options.format in APPENDED:
            return self._format.rows(rows)
        made: Format = FORMATS[self._options.format](self._layout)
        return made.rows(rows) + made.end()

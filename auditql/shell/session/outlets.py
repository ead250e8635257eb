"""Where the rows of an answer go: the screen, or the file of `o`.

In: rows as they come. Out: events; text in the file. What cannot be written gives
the file up, and the session goes on with the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditql.errors import OutputError
from auditql.shell.session.events import Note, Rows, rows_are
from auditql.shell.session.showing import (
    PEOPLE,
    format_name,
    in_shell_words,
    made_for_answer,
    made_for_file,
)

if TYPE_CHECKING:
    from auditql.results.formats import Format, Row
    from auditql.shell.session.answer import Answer
    from auditql.shell.session.session import Session


class Screen:
    """Rows on their way to the screen."""

    def __init__(self, session: Session, answer: Answer) -> None:
        """Show none yet.

        Raises:
            ConfigurationError: a chosen column is none.
        """
        self._session = session
        self._answer = answer
        self._name = format_name(session.state)
        self._is_data = self._name not in PEOPLE
        self._made = self._new()
        self._before = self._told = len(answer.rows)
        self._has_rows = False
        self._is_at_work = False
        self._held: list[Row] = []

    def take(self, rows: Sequence[Row]) -> None:
        """Show rows, or hold them back until it is known how wide they are.

        Whatever ends this halfway leaves it unknown what the format holds.
        """
        self._is_at_work = True
        if not self._has_rows:
            self._made = self._new()  # what is drawn depends on all that was found
        self._has_rows = True
        self._held += rows
        self._show(self._made.rows(rows))
        self._is_at_work = False

    def end(self, *, is_whole: bool) -> None:
        """Show what was held back; of nothing, only what a program must see.

        Args:
            is_whole: all rows that were wanted came; else nothing is made up.
        """
        if self._is_at_work or self._told + len(self._held) < len(self._answer.rows):
            self._begin_anew()
        if self._has_rows or (is_whole and self._is_data and not self._before):
            self._show(self._made.end())
        if self._held:  # a format that shows nothing is shown whole
            self._tell("")
        for words in self._made.notes():
            self._session.tell(Note(in_shell_words(words)))

    def _new(self) -> Format:
        return made_for_answer(self._session.state, self._answer, self._name)

    def _begin_anew(self) -> None:
        """Lay out again the rows that are kept and that an interrupt held up.

        A program reads no second heading: there they are not shown.
        """
        self._held = []
        if self._is_data and self._told > self._before:
            return
        self._made = self._new()
        rest = self._answer.rows[self._told :]
        self._has_rows = False
        if rest:
            self.take(rest)

    def _show(self, text: str) -> None:
        if text:
            self._tell(text)

    def _tell(self, text: str) -> None:
        rows, self._held = tuple(self._held), []
        self._told += len(rows)
        self._session.tell(Rows(rows, text, self._is_data))


class File:
    """Rows on their way to the file of `o`."""

    def __init__(self, session: Session, answer: Answer) -> None:
        """Begin an answer in the file that is open, or go on with it.

        Raises:
            ConfigurationError: it cannot stand behind those before.
            OutputError: it cannot be written; the file is given up.
        """
        state = session.state
        assert state.output is not None
        self._session = session
        self._output = state.output
        self._before = self._output.rows
        name = self._output.format or format_name(state)
        with self._guarded():
            self._output.begin(
                answer, name, lambda: made_for_file(state, answer.plan, name)
            )

    def take(self, rows: Sequence[Row]) -> None:
        """Write rows.

        Raises:
            OutputError: they cannot be written; the file is given up.
        """
        with self._guarded():
            self._output.take(rows)

    def end(self, *, is_whole: bool) -> None:
        """Let what was written be safe; raises as `take`.

        Args:
            is_whole: all rows of the answer came.
        """
        if self._session.state.output is not self._output:
            return
        with self._guarded():
            self._output.pause(is_whole=is_whole)
        number = self._output.rows - self._before
        said = f"{rows_are(number)} written to {self._output.path}"
        self._session.tell(Note(said))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Give the file up where it cannot be written."""
        try:
            yield
        except OutputError as error:
            self._session.state.output = None
            place = self._output.abandon()
            stays = f"; what was written is in {place}" if place else ""
            raise OutputError(
                f"{error}{stays}; answers go to the screen again"
            ) from error

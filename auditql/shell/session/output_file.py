r"""The file that answers go to after `\o FILE`.

In: rows of one answer after another. Out: the file, there under its name once it
is closed, complete; until then FILE.part. What cannot be written is an error, and
then the file is closed as it is: the session goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError, OutputError
from auditql.runtime.writer import FileWriter
from auditql.shell.saved import FOLLOWING

if TYPE_CHECKING:
    from auditql.results.formats import Format, Row


class OutputFile:
    """One file while answers go to it.

    Attributes:
        path: what it is called.
        answers: how many it holds.
        rows: how many they have.
    """

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            OutputError: it cannot be written there.
        """
        self.path = path
        self.answers = 0
        self.rows = 0
        self._file = FileWriter(path)
        self._formats: set[str] = set()

    def begin(self, format_: str) -> None:
        """An answer is about to be written.

        Raises:
            ConfigurationError: it cannot stand behind those before.
        """
        if self.answers and (format_ not in FOLLOWING or {format_} != self._formats):
            written = ", ".join(sorted(self._formats))
            raise ConfigurationError(
                f"{self.path} holds {written} already, and {format_} cannot follow it;"
                " close it with \\o"
            )
        if self.answers and format_ not in ("jsonl", "none"):
            self._write("\n")
        self.answers += 1
        self._formats.add(format_)

    def take(self, rows: list[Row], made: Format) -> None:
        """Write rows.

        Raises:
            OutputError: they cannot be written.
        """
        self.rows += len(rows)
        self._write(made.rows(rows))

    def end(self, made: Format) -> None:
        """Write what ends an answer, and see that all of it can be written.

        Raises:
            OutputError: it cannot.
        """
        self._write(made.end())
        self._file.sync()

    def close(self) -> None:
        """Let the file be there.

        Raises:
            OutputError: it cannot be; what was written stays beside it.
        """
        try:
            self._file.commit()
        finally:
            self._file.abandon()

    def abandon(self) -> str | None:
        """Stop writing; gives where what was written stays, None for nowhere."""
        place = self._file.place()
        self._file.abandon()
        return place

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
        except AssertionError:  # it was given up before
            raise OutputError(f"{self.path} is closed") from None

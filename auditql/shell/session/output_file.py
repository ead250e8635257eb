r"""The file that answers go to after `\o FILE`.

In: rows of one answer after another. Out: the file, there under its name once it
is closed and every answer in it is whole; until then, and for good where one is
not, FILE.part. What cannot be written is an error, and then the file is given up:
the session goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.runtime.writer import FileWriter
from auditql.shell.saved import FOLLOWING
from auditql.shell.session.events import Note, Warned

if TYPE_CHECKING:
    from auditql.results.formats import Format, Row
    from auditql.shell.session.answer import Answer


_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "csv",
        ".json": "json",
        ".jsonl": "jsonl",
        ".md": "markdown",
        ".ndjson": "jsonl",
        ".tsv": "tsv",
    }
)
"""The formats that names of files end in."""


def format_of(path: str) -> str | None:
    """The format that the name of a file asks for; None where it says nothing."""
    return _FORMATS.get(Path(path).suffix.lower())


def path_of(text: str) -> str:
    """The path of a file as it was typed: `~` is the home folder.

    Raises:
        ConfigurationError: there is no such home folder.
    """
    try:
        return os.fspath(Path(text).expanduser()) if text.startswith("~") else text
    except RuntimeError:
        raise ConfigurationError(f"`{text[:40]}` is in no known home") from None


class OutputFile:
    """One file while answers go to it.

    Attributes:
        path: what it is called.
        rows: how many were written.
        format: that its name asks for; None where the session's holds.
    """

    def __init__(self, path: str, *, may_replace: bool = True) -> None:
        """Open it.

        Args:
            path: where it is to be.
            may_replace: a file that is there already is no matter.

        Raises:
            ConfigurationError: it is there already.
            OutputError: it cannot be written there.
        """
        if not may_replace and Path(path).is_file():
            raise ConfigurationError(
                f"{path} is there already; \\o! {path} takes its place"
            )
        self.path = path
        self.rows = 0
        self.format: str | None = None
        self._file = FileWriter(path)
        self._format: str | None = None
        self._answer: Answer | None = None
        self._made: Format | None = None
        self._is_whole = True
        self._has_partial = False

    @property
    def is_partial(self) -> bool:
        """Whether an answer in it is not whole."""
        return self._has_partial or not self._is_whole

    def begin(self, answer: Answer, format_: str, make: Callable[[], Format]) -> None:
        """An answer is about to be written, or goes on where it stopped.

        Raises:
            ConfigurationError: it cannot stand behind those before.
            OutputError: it cannot be written.
        """
        if answer is self._answer and format_ == self._format:
            return
        before = self._format
        if before is not None and (before != format_ or format_ not in FOLLOWING):
            raise ConfigurationError(
                f"{self.path} holds {before} already, and {format_} cannot follow it;"
                " close it with \\o"
            )
        made = make()
        self._finish()
        if before is not None and format_ not in ("jsonl", "none"):
            self._file.write("\n")
        self._answer, self._format, self._made = answer, format_, made
        self._has_partial = self._has_partial or not self._is_whole
        self._is_whole = False

    def take(self, rows: Sequence[Row]) -> None:
        """Write rows of the answer that was begun.

        Raises:
            OutputError: they cannot be written.
        """
        assert self._made is not None
        self._file.write(self._made.rows(rows))
        self.rows += len(rows)

    def pause(self, *, is_whole: bool) -> None:
        """Put on the disk what came of the answer so far.

        Args:
            is_whole: all of its rows came.

        Raises:
            OutputError: it cannot be written.
        """
        self._is_whole = is_whole
        self._file.sync()

    def closed(self) -> Note | Warned:
        """Let the file be there if it is whole, and say so.

        Raises:
            OutputError: it cannot be; what was written stays beside it.
        """
        try:
            self._finish()
            self._file.flush()
            if self.is_partial:
                part = self._file.place()
                where = f"the rows so far are in {part}" if part else "there is no row"
                return Warned(
                    f"{self.path} is not made, for an answer is not whole: {where}"
                )
            self._file.commit()
        finally:
            self._file.abandon()
        return Note(
            f"{self.path} is written: {self.rows:,} row{'' if self.rows == 1 else 's'}"
        )

    def abandon(self) -> str | None:
        """Stop writing; gives where what was written stays, None for nowhere."""
        place = self._file.place()
        self._file.abandon()
        return place

    def _finish(self) -> None:
        """Write what ends the answer that was begun last."""
        made, self._made = self._made, None
        self._answer = None
        if made is not None:
            self._file.write(made.end())

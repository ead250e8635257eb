"""Where lines of matches are read again: in their file, or in one of our own.

In: places of lines, lines. Out: the lines. What comes through a pipe, or is packed,
or is no line of a file, is written into a temporary file that has no name, for
nobody else to read, gone with the process; little of it stays in memory.
"""

import os
import tempfile
from collections.abc import Sequence
from typing import Protocol

from auditql.errors import OutputError
from auditql.providers.files.batch import Place
from auditql.providers.files.inputs import Input, changed

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of our own lines that are held in memory before there is a file."""

_WINDOW = 128 * 1024


class Tape(Protocol):
    """Gives lines."""

    def line(self, start: int, length: int) -> bytes:
        """The bytes of a line.

        Raises:
            RunError: they are gone.
        """
        ...


class FileTape:
    """The lines of a file that can be read again.

    Attributes:
        name: of the file.
    """

    def __init__(self, input_: Input) -> None:
        """Read from an open file."""
        self._input = input_
        self.name = input_.name
        self._window = b""
        self._start = 0

    def line(self, start: int, length: int) -> bytes:
        """The bytes of a line; those around it are read with it."""
        place = start - self._start
        if place < 0 or place + length > len(self._window):
            goes_back = place < 0
            size = max(length, _WINDOW)
            self._start = max(0, start + length - size) if goes_back else start
            self._window = os.pread(self._input.descriptor, size, self._start)
            place = start - self._start
        found = self._window[place : place + length]
        if len(found) < length:
            raise changed(self._input.name)
        return found


class Spool:
    """Lines of our own."""

    def __init__(self) -> None:
        """Hold none; no file is made before there are many."""
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed below
        self._end = 0
        self._is_at_end = True

    def add(self, lines: Sequence[bytes]) -> list[Place]:
        """Write lines; gives their places.

        Raises:
            OutputError: there is no room for them.
        """
        places = []
        try:
            if not self._is_at_end:
                self._file.seek(self._end)
                self._is_at_end = True
            self._file.write(b"".join(lines))
        except OSError as error:
            raise OutputError(
                f"a temporary file cannot be written: {error.strerror}"
            ) from error
        for line in lines:
            places.append((self._end, len(line)))
            self._end += len(line)
        return places

    def line(self, start: int, length: int) -> bytes:
        """The bytes of a line."""
        self._is_at_end = False
        self._file.seek(start)
        found = self._file.read(length)
        assert len(found) == length, "nobody else knows the file"
        return found

    def close(self) -> None:
        """Let it go."""
        self._file.close()

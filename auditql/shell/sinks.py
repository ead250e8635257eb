"""Where the text of an answer goes: standard output, or a file.

In: pieces of text. Out: nothing; they are written. A file is there under its
name only after `commit`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from auditql.shell.output import Output

STANDARD_OUTPUT = "-"


class Sink(Protocol):
    """Takes the text of one answer."""

    def write(self, text: str) -> None:
        """Take a piece.

        Raises:
            ClosedPipe: nobody reads it any more.
            OutputError: it could not be written.
        """
        ...

    def flush(self) -> None:
        """Hand on what was taken; raises as `write`."""
        ...

    def commit(self) -> None:
        """The answer is complete; raises as `write`."""
        ...

    def place(self) -> str | None:
        """The file that holds what was written if the run ends now; None for none."""
        ...


class _Standard:
    """Standard output."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self.write = output.data
        self.flush = output.flush

    def commit(self) -> None:
        self._output.flush()

    def place(self) -> str | None:
        return None


@contextmanager
def opened(path: str | None, output: Output) -> Iterator[Sink]:
    """The place for an answer, closed in the end however it ends.

    Args:
        path: a file; None or `-` is standard output.
        output: the output of the run.

    Raises:
        OutputError: the file cannot be written.
    """
    if path is None or path == STANDARD_OUTPUT:
        yield _Standard(output)
        return
    from auditql.runtime.writer import FileWriter

    with FileWriter(path) as file:
        yield file

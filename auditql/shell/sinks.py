"""Where the text of an answer goes: standard output, or a file.

In: pieces of text. Out: nothing; they are written. A file is there under its
name only after `commit`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from auditql.shell.output import Output

if TYPE_CHECKING:
    from auditql.runtime.parts import Written
    from auditql.runtime.writer import FileWriter

STANDARD_OUTPUT = "-"


class Sink(Protocol):
    """Takes the text of one answer."""

    @property
    def file(self) -> "FileWriter | None":
        """The file that it goes to; None for standard output."""
        ...

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

    file: "FileWriter | None" = None

    def __init__(self, output: Output) -> None:
        self._output = output
        self.write = output.data
        self.flush = output.flush

    def commit(self) -> None:
        self._output.flush()

    def place(self) -> str | None:
        return None


class _File:
    """A file."""

    def __init__(self, file: "FileWriter") -> None:
        self.file: FileWriter | None = file
        self.write = file.write
        self.flush = file.flush
        self.commit = file.commit
        self.place = file.place


@contextmanager
def opened(
    path: str | None, output: Output, kept: "Written | None" = None
) -> Iterator[Sink]:
    """The place for an answer, closed in the end however it ends.

    Args:
        path: a file; None or `-` is standard output.
        output: the output of the run.
        kept: what of the file's part is gone on with; None where it begins.

    Raises:
        OutputError: the file cannot be written.
        ConfigurationError: the part is not as it was left.
    """
    if path is None or path == STANDARD_OUTPUT:
        yield _Standard(output)
        return
    from auditql.runtime.writer import FileWriter

    with FileWriter(path, kept) as file:
        yield _File(file)

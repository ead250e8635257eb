"""Files that are there whole or not at all.

In: a path, pieces of text. Out: `FILE.part` while it is written, FILE once all
of it is on the disk; whatever ends the writing before leaves FILE untouched and
the part where it is. A symbolic link is followed: its target is replaced. A part
may be gone on with, from a place up to which its content is known.
"""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from auditql.errors import OutputError
from auditql.runtime.parts import Written, opened, reopened, sync_directory

SUFFIX = ".part"
RESUME = ".resume"
"""Ends the name of the file that says how a part is gone on with."""


class FileWriter:
    """Writes one file; used as `with FileWriter(path) as file:`.

    Attributes:
        path: what the file is called in the end.
        part: what it is called until then.
        resume: the file that may say how the part is gone on with; it never
            outlives the part that it speaks of.
    """

    def __init__(self, path: str, kept: Written | None = None) -> None:
        """Open the part, for nobody else to read, and for nobody else to write.

        Args:
            path: of the file.
            kept: go on behind this beginning of the part, and cut off what
                follows it; None writes over a part that an earlier run left.

        Raises:
            OutputError: the file cannot be written there, or another run is at it.
            ConfigurationError: the part does not begin as it should.
        """
        self.path = path
        self._is_empty = kept is None
        self._bytes = 0 if kept is None else kept.bytes
        self._hash = hashlib.sha256()
        self._file: IO[bytes] | None = None
        try:
            self._target = Path(os.path.realpath(path))
            self._mode = _mode_of(path, self._target)
            self.part = self._target.with_name(self._target.name + SUFFIX)
            self.resume = self.part.with_name(self.part.name + RESUME)
            if kept is None:
                descriptor = opened(self.part, self.resume)
            else:
                descriptor = reopened(self.part, kept, self._hash)
        except (OSError, ValueError) as error:  # ValueError: NUL in the name
            raise _failure(path, error) from error
        self._file = os.fdopen(descriptor, "wb")

    def __enter__(self) -> "FileWriter":
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the part where it has not become the file."""
        self.abandon()

    def write(self, text: str) -> None:
        """Write a piece.

        Raises:
            OutputError: it could not be written.
        """
        assert self._file is not None, "the file is finished"
        if not text:
            return
        self._is_empty = False
        # What UTF-8 cannot encode is written as an escape, as on standard output.
        content = text.encode("utf-8", "backslashreplace")
        try:
            self._file.write(content)
        except OSError as error:
            raise _failure(self.path, error) from error
        self._bytes += len(content)
        self._hash.update(content)

    def flush(self) -> None:
        """Hand what was written over to the system, so that a kill loses none.

        Raises:
            OutputError: it could not be written.
        """
        assert self._file is not None, "the file is finished"
        try:
            self._file.flush()
        except OSError as error:
            raise _failure(self.path, error) from error

    def sync(self) -> None:
        """Put what was written on the disk, so that a power cut loses none.

        Raises:
            OutputError: it could not be written.
        """
        self.flush()
        assert self._file is not None, "the file is finished"
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _failure(self.path, error) from error

    @property
    def written(self) -> Written:
        """What was written so far, the beginning that was gone on with included."""
        return Written(self._bytes, self._hash.hexdigest())

    def commit(self) -> None:
        """Let the part become the file, once it is on the disk.

        A file that is replaced hands its permissions on.

        Raises:
            OutputError: it could not be; the file is as it was.
        """
        assert self._file is not None, "the file is finished"
        try:
            self._file.flush()
            descriptor = self._file.fileno()
            if self._mode is not None:
                os.fchmod(descriptor, self._mode)
            os.fsync(descriptor)
            # Renamed while it is locked: no other run can take it for its own part.
            self.part.replace(self._target)
            self._file.close()
            self._file = None
            self.resume.unlink(missing_ok=True)
            sync_directory(self._target.parent)
        except OSError as error:
            raise _failure(self.path, error) from error

    def abandon(self) -> None:
        """Stop writing; the part stays, unless nothing was written into it."""
        file, self._file = self._file, None
        if file is None:
            return
        if self._is_empty:
            with suppress(OSError):
                self.part.unlink()
        with suppress(OSError):  # what cannot be flushed is lost with the run
            file.close()

    def place(self) -> str | None:
        """The part, where one stays if the writing ends now; else None."""
        if self._file is None or self._is_empty:
            return None
        return str(self.part)


def replace_text(path: str, text: str) -> None:
    """Write a whole file in one step.

    Raises:
        OutputError: it could not be; the file is as it was.
    """
    with FileWriter(path) as file:
        file.write(text)
        file.commit()


def _mode_of(path: str, target: Path) -> int | None:
    """The permissions of the file that is replaced; None where there is none.

    Raises:
        OutputError: what is there is no regular file.
    """
    if not path or path.endswith(os.sep):
        raise OutputError(f"`{path}` is no name of a file")
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found):
        raise OutputError(f"{path} is a directory")
    if not stat.S_ISREG(found):
        raise OutputError(f"{path} is no regular file; write to it with >")
    return stat.S_IMODE(found)


def _failure(path: str, error: OSError | ValueError) -> OutputError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return OutputError(f"{path} cannot be written: {why}")

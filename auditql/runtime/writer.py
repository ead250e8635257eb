"""Files that are there whole or not at all.

In: a path, pieces of text. Out: `FILE.part` while it is written, FILE once all
of it is on the disk; whatever ends the writing before leaves FILE untouched and
the part where it is. A symbolic link is followed: its target is replaced.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from auditql.errors import OutputError

SUFFIX = ".part"
_PRIVATE = 0o600
_TRIES = 5
_BUSY = "another run is writing it"


class FileWriter:
    """Writes one file; used as `with FileWriter(path) as file:`.

    Attributes:
        path: what the file is called in the end.
        part: what it is called until then.
    """

    def __init__(self, path: str) -> None:
        """Open the part, for nobody else to read, and for nobody else to write.

        A part that an earlier run left is written over.

        Raises:
            OutputError: the file cannot be written there, or another run is at it.
        """
        self.path = path
        self._is_empty = True
        self._file: IO[str] | None = None
        try:
            self._target = Path(os.path.realpath(path))
            self._mode = _mode_of(path, self._target)
            self.part = self._target.with_name(self._target.name + SUFFIX)
            descriptor = _opened(self.part)
        except (OSError, ValueError) as error:  # ValueError: NUL in the name
            raise _failure(path, error) from error
        # What UTF-8 cannot encode is written as an escape, as on standard output.
        self._file = os.fdopen(
            descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        )

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
        try:
            self._file.write(text)
        except OSError as error:
            raise _failure(self.path, error) from error

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
            _sync_directory(self._target.parent)
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


def _opened(part: Path) -> int:
    """A descriptor of the part, empty and locked.

    Raises:
        OSError: it cannot be had.
    """
    flags = os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(_TRIES):
        with suppress(FileExistsError):
            made = os.open(part, flags | os.O_CREAT | os.O_EXCL, _PRIVATE)
            if _is_ours(made, part):
                return made
            continue
        with suppress(FileNotFoundError):
            left = os.open(part, flags)
            if _is_ours(left, part):
                os.fchmod(left, _PRIVATE)
                os.ftruncate(left, 0)
                return left
    raise OSError(errno.EBUSY, _BUSY)


def _is_ours(descriptor: int, part: Path) -> bool:
    """Lock an open part; whether it still stands under its name, else it is closed.

    Raises:
        OSError: it is no file to write over, or another run is writing it.
    """
    import fcntl

    ours = False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        opened = os.fstat(descriptor)
        with suppress(FileNotFoundError):
            ours = os.path.samestat(opened, part.lstat())
        if ours and (not stat.S_ISREG(opened.st_mode) or opened.st_nlink > 1):
            ours = False
            raise _no_part(part)
    except BlockingIOError:
        raise OSError(errno.EBUSY, _BUSY) from None
    finally:
        if not ours:
            os.close(descriptor)
    return ours


def _no_part(part: Path) -> OSError:
    return OSError(errno.EPERM, f"{part.name} is there and is no plain file")


def _sync_directory(directory: Path) -> None:
    """Put a rename on the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(path: str, error: OSError | ValueError) -> OutputError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return OutputError(f"{path} cannot be written: {why}")

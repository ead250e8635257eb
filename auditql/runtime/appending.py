"""A file that whole lines are added to, and that a killed run leaves no half of.

In: a path, and how long its known beginning is. Out: text behind it, on the disk
before `append` returns. Whoever keeps the length cuts off, when it goes on, what
was written and not counted; what somebody else wrote is left alone.
"""

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from auditql.errors import ConfigurationError, OutputError
from auditql.runtime.parts import sync_directory


class AppendedFile:
    """One file, for this run alone; used with `with`.

    Attributes:
        path: as it was named.
        is_new: there was none of that name: a log that was rotated begins anew.
        bytes: how long it is.
    """

    def __init__(
        self,
        path: str,
        kept: int | None,
        most: int | None = None,
        anew: Callable[[], None] = lambda: None,
    ) -> None:
        """Open it, or make it for nobody else to read.

        Args:
            path: of the file; a symbolic link is followed.
            kept: bytes that an earlier run counted: what follows them is cut off;
                None adds to whatever is there.
            most: bytes that it may have by what that run wrote; None is `kept`.
            anew: is told before a new one is made: whoever keeps the length says that
                no byte counts, or a run that is killed now would leave one too short.

        Raises:
            ConfigurationError: it is shorter than what was counted, or longer than
                what was written, or ends within a line, or is no plain file.
            OutputError: it cannot be written, or another run does.
        """
        self.path = path
        self.bytes = 0
        target = Path(os.path.realpath(path))
        try:
            self.is_new = not target.exists()
            if self.is_new and os.access(target.parent, os.W_OK | os.X_OK):
                anew()
            self._handle = os.open(
                target,
                os.O_RDWR | os.O_APPEND | os.O_CREAT | _FLAGS,
                0o600,
            )
        except (OSError, ValueError) as error:  # ValueError: NUL in the name
            raise _failure(path, error) from error
        try:
            self._lock()
            self.bytes = self._begin(kept, most)
            if self.is_new:
                sync_directory(target.parent)
        except OSError as error:
            os.close(self._handle)
            raise _failure(path, error) from error
        except ConfigurationError:
            os.close(self._handle)
            raise

    def __enter__(self) -> "AppendedFile":
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        os.close(self._handle)

    def append(
        self, text: str, before: Callable[[int], None] = lambda _length: None
    ) -> None:
        """Add a text and put it on the disk.

        Args:
            text: of whole lines.
            before: is told how long the file will be, before any of it is written.

        The lock keeps other runs away, and nobody else: what another program adds is
        never written over, since each write goes to the end as it is then.

        Raises:
            OutputError: not all of it could be written, or somebody else wrote to the
                file; `bytes` is as before.
        """
        # What UTF-8 cannot encode is written as an escape, as on standard output.
        content = memoryview(text.encode("utf-8", "backslashreplace"))
        self._check_length(self.bytes)
        length = self.bytes + len(content)
        before(length)
        at = self.bytes
        try:
            while content:
                written = os.write(self._handle, content)
                at += written
                content = content[written:]
            os.fsync(self._handle)
        except OSError as error:
            with suppress(OSError):  # else the next run does
                if os.fstat(self._handle).st_size == at:
                    os.ftruncate(self._handle, self.bytes)
            raise _failure(self.path, error) from error
        self._check_length(length)
        self.bytes = length

    def _check_length(self, expected: int) -> None:
        """See that the file is as long as what this run knows of.

        Raises:
            OutputError: somebody else wrote to it.
        """
        try:
            size = os.fstat(self._handle).st_size
        except OSError as error:
            raise _failure(self.path, error) from error
        if size != expected:
            raise OutputError(
                f"{self.path} cannot be added to: somebody else wrote to it: it has"
                f" {size:,} bytes where {expected:,} were written; end what writes"
                " there, and move it away to begin a new one"
            )

    def _lock(self) -> None:
        import fcntl

        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(errno.EBUSY, "another run is writing it") from None

    def _begin(self, kept: int | None, most: int | None) -> int:
        """Cut off what does not count; gives what is left.

        Raises:
            ConfigurationError: it is not as it was left.
        """
        status = os.fstat(self._handle)
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"{self.path} is no plain file")
        if kept is None or self.is_new:
            kept = status.st_size
        elif status.st_size < kept:
            raise ConfigurationError(
                f"{self.path} has {status.st_size:,} bytes where {kept:,} were"
                " written; put it back, or move the state away to begin anew"
            )
        elif status.st_size > max(kept, most or 0):
            raise ConfigurationError(
                f"{self.path} has {status.st_size:,} bytes where at most"
                f" {max(kept, most or 0):,} were written: what else was added to it"
                " would be lost; move it away to begin a new one"
            )
        if kept and os.pread(self._handle, 1, kept - 1) != b"\n":
            raise ConfigurationError(
                f"{self.path} ends within a line, so nothing is added to it"
            )
        os.ftruncate(self._handle, kept)
        return kept


def _failure(path: str, error: OSError | ValueError) -> OutputError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return OutputError(f"{path} cannot be written: {why}")


_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

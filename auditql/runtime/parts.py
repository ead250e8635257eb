"""Parts of files: opened for one run alone, and for nobody else to read.

In: the name of a part. Out: a descriptor of it, locked, empty or behind a
beginning whose content is known. Nothing is written here.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError

if TYPE_CHECKING:
    from hashlib import _Hash

_PRIVATE = 0o600
_TRIES = 5
_BUSY = "another run is writing it"
_PIECE = 1024 * 1024


@form
class Written:
    """The beginning of a file whose content is known.

    Attributes:
        bytes: how long it is.
        sha256: of it, in hexadecimal digits.
    """

    bytes: int
    sha256: str


def opened(part: Path, resume: Path) -> int:
    """A descriptor of the part, empty and locked; how to go on with it is forgotten.

    Raises:
        OSError: it cannot be had.
    """
    flags = os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(_TRIES):
        with suppress(FileExistsError):
            made = os.open(part, flags | os.O_CREAT | os.O_EXCL, _PRIVATE)
            if _is_ours(made, part):
                resume.unlink(missing_ok=True)
                return made
            continue
        with suppress(FileNotFoundError):
            left = os.open(part, flags)
            if _is_ours(left, part):
                os.fchmod(left, _PRIVATE)
                resume.unlink(missing_ok=True)
                os.ftruncate(left, 0)
                return left
    raise OSError(errno.EBUSY, _BUSY)


def reopened(part: Path, kept: Written, hash_: "_Hash") -> int:
    """A descriptor of the part, locked, at the end of what is kept.

    Args:
        part: its name.
        kept: how it must begin.
        hash_: takes in what is kept.

    Raises:
        ConfigurationError: there is none, or it begins otherwise.
        OSError: it cannot be had.
    """
    try:
        left = os.open(part, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise ConfigurationError(
            f"{part} is gone, so there is nothing to go on with: the file was "
            "finished, or else the query is to be run again from the beginning"
        ) from None
    if not _is_ours(left, part):
        raise OSError(errno.EBUSY, _BUSY)
    try:
        _check_beginning(left, part, kept, hash_)
        os.ftruncate(left, kept.bytes)
    except BaseException:
        os.close(left)
        raise
    return left


def _check_beginning(left: int, part: Path, kept: Written, hash_: "_Hash") -> None:
    """Read what is kept of an open part.

    Raises:
        ConfigurationError: it is not what was written.
    """
    missing = kept.bytes
    while missing and (piece := os.read(left, min(missing, _PIECE))):
        hash_.update(piece)
        missing -= len(piece)
    if missing or hash_.hexdigest() != kept.sha256:
        raise ConfigurationError(
            f"{part} is not as it was left, so nothing is added to it; "
            "run the query again from the beginning"
        )


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


def sync_directory(directory: Path) -> None:
    """Put a rename on the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

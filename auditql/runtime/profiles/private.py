"""Files that hold what others may not see: how they are read and replaced.

In: a path. Out: its bytes, if nobody else can read or change them. A file is
replaced whole or not at all, and is never readable by others, not for a moment.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from auditql.errors import ConfigurationError

MOST_BYTES = 64 * 1024
"""Largest file that is read: a thousand profiles."""

_OTHERS = 0o077
_OTHERS_WRITE = 0o022


def read(
    path: Path,
    *,
    may_be_link: bool = False,
    most_bytes: int = MOST_BYTES,
    is_secret: Callable[[bytes], bool] | None = None,
) -> bytes | None:
    """The content of a file; None where there is none.

    Args:
        path: the file.
        most_bytes: a longer one is refused.
        may_be_link: follow a symbolic link to a file that is itself as it must be.
        is_secret: tells of a content whether others may not read it; None: none may
            be read. What others can change is refused, whatever it is.

    Raises:
        ConfigurationError: others can read it, it is another user's, a link, no
            regular file, too long, or cannot be read; each with what to do.
    """
    # Without O_NONBLOCK a pipe in its place would be waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    if not may_be_link:
        if path.is_symlink():
            raise ConfigurationError(
                f"{path} is a symbolic link, which is not followed; "
                "put the file itself there"
            )
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    status = os.fstat(handle)
    try:
        closed = _OTHERS if is_secret is None else _OTHERS_WRITE
        _refuse_open_to_others(path, status, closed)
    except ConfigurationError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        try:
            content = file.read(most_bytes + 1)
        except OSError as error:
            raise _unreadable(path, error) from error
    if len(content) > most_bytes:
        del content
        raise ConfigurationError(f"{path} is longer than {most_bytes:,} bytes")
    if is_secret is not None and status.st_mode & _OTHERS and is_secret(content):
        _refuse_open_to_others(path, status, _OTHERS)
    return content


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, at once and for good, mode 0600.

    Call it under `locked`.

    Raises:
        ConfigurationError: it cannot be written; what was there is still there.
    """
    new = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        # Left by a run that was killed; the lock says that no other writes it.
        new.unlink(missing_ok=True)
        handle = os.open(new, flags, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
            new.replace(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        del content
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}"
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder where there is none, and those above it, for us alone.

    `mkdir` gives the mode to the last of them, and what the umask lets to the rest.

    Raises:
        OSError: it cannot be.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A folder that only we can write, made where there is none, ours for a while.

    Whoever else wants it waits. On a system without file locks nobody waits.

    Raises:
        ConfigurationError: it cannot be made, or others can write in it.
    """
    try:
        make_folder(folder)
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be used: {error.strerror}"
        ) from error
    try:
        status = os.fstat(handle)
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            raise ConfigurationError(
                f"the folder {folder} belongs to another user; "
                f"move it away, a new one is made"
            )
        if os.name == "posix" and status.st_mode & _OTHERS_WRITE:
            raise ConfigurationError(
                f"others can write in {folder}; run `chmod 700 {folder}`"
            )
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _refuse_open_to_others(path: Path, status: os.stat_result, closed: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"{path} is no regular file; move it away")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise ConfigurationError(
            f"{path} belongs to another user; move it away and make your own"
        )
    if os.name == "posix" and status.st_mode & closed:
        mode = stat.S_IMODE(status.st_mode)
        raise ConfigurationError(
            f"others can read {path} (mode {mode:04o}); run `chmod 600 {path}`"
        )


def _unreadable(path: Path, error: OSError | ValueError) -> ConfigurationError:
    why = getattr(error, "strerror", None) or "the name cannot be used"
    return ConfigurationError(f"{path} cannot be read: {why}")


def _lock(handle: int) -> None:
    """Hold the open folder until it is closed."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows
        return
    try:
        flock(handle, LOCK_EX)
    except OSError:  # a file system without locks
        return


def _sync(folder: Path) -> None:
    """Let a rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

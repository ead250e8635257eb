"""One writer at a time: a file beside the mirror that names who holds it."""

import os
from pathlib import Path

from auditql.errors import ConfigurationError
from auditql.providers.mirror.place import make_file, unusable

_LONGEST_PID = 20


class Lock:
    """Held from the moment it is made until `close`, or until the process ends.

    On a system without file locks nobody is kept out here; a writer then finds at
    its next page that another one wrote.
    """

    def __init__(self, path: Path) -> None:
        """Take it.

        Raises:
            ConfigurationError: another one holds it, and the message says which
                process; or the file cannot be made.
        """
        make_file(path)
        try:
            self._handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise unusable(path, error) from error
        try:
            self._take(path)
        except OSError as error:
            os.close(self._handle)
            raise unusable(path, error) from error
        except ConfigurationError:
            os.close(self._handle)
            raise

    def close(self) -> None:
        """Let it go; the file stays, for whoever waits may have it open."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _take(self, path: Path) -> None:
        """Hold it, and say in it who does."""
        if not _hold(self._handle):
            raise ConfigurationError(_held(os.read(self._handle, _LONGEST_PID), path))
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, f"{os.getpid()}\n".encode("ascii"))


def _hold(handle: int) -> bool:
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows
        return True
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _held(content: bytes, path: Path) -> str:
    pid = content.decode("ascii", "replace").strip()
    who = f"process {pid}" if pid.isascii() and pid.isdigit() else "another process"
    mirror = path.with_suffix("")
    return f"the mirror {mirror} is being written by {who}; wait for it, or stop it"

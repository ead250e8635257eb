"""What SQLite says, as an exception of auditql's own, with the file it is about."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditql.errors import (
    AuditQLError,
    ConfigurationError,
    MirrorDamaged,
    OutputError,
    RunError,
)

REBUILD = "`auditql mirror rebuild` makes it anew and keeps what is whole"

FUNCTION = "user-defined function raised"
"""What SQLite says where a function of Python failed, or could not be asked."""

_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_SCHEMA,
    }
)
_REFUSED = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)
_NO_ROOM_BESIDE = frozenset({sqlite3.SQLITE_IOERR_SHMSIZE})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


@contextmanager
def mapped(path: Path, *, is_writing: bool = False) -> Iterator[None]:
    """Whatever SQLite raises within, as an error that names the file.

    An interrupt, which a caller asked for, passes as it is, and so does what a
    function of ours raised.

    Raises:
        MirrorDamaged: the file does not hold what was put into it.
        ConfigurationError: it may not be read, or not be written.
        OutputError: it could not be written: the disk is full or fails.
        RunError: it could not be read, or another program holds it.
    """
    try:
        yield
    except sqlite3.Error as error:
        if _primary(error) == sqlite3.SQLITE_INTERRUPT or FUNCTION in str(error):
            raise
        raise _as_ours(error, path, is_writing=is_writing) from error
    except UnicodeDecodeError as error:  # SQLite quotes the damage
        raise damaged(path, "it holds what no mirror does") from error


def damaged(path: Path, why: str) -> MirrorDamaged:
    """The error of a mirror that does not hold what was put into it."""
    return MirrorDamaged(f"the mirror {path} is damaged: {why}; {REBUILD}")


def is_passing(error: sqlite3.Error) -> bool:
    """Whether it says nothing of the file: a full disk, or the lock of another."""
    code = _primary(error)
    return code is not None and (
        code == sqlite3.SQLITE_FULL
        or code in _BUSY
        or error.sqlite_errorcode in _NO_ROOM_BESIDE
    )


def held(path: Path) -> RunError:
    """The error of a mirror that another program keeps locked."""
    return RunError(f"the mirror {path} is held by another program; try again")


def _primary(error: sqlite3.Error) -> int | None:
    """The code without its extension; None where Python itself raised it."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _as_ours(error: sqlite3.Error, path: Path, *, is_writing: bool) -> AuditQLError:
    code = _primary(error)
    done = "written" if is_writing else "read"
    if code is None or code in _DAMAGE:
        return damaged(path, str(error))
    kind = OutputError if is_writing else RunError
    if code == sqlite3.SQLITE_FULL or error.sqlite_errorcode in _NO_ROOM_BESIDE:
        kept = "; what was written before is kept" if is_writing else ""
        return kind(f"the mirror {path} could not be {done}: the disk is full{kept}")
    if code in _REFUSED:
        return ConfigurationError(f"the mirror {path} cannot be {done}: {error}")
    if code in _BUSY:
        return held(path)
    return kind(f"the mirror {path} could not be {done}: {error}")

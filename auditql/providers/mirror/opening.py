"""A mirror opened for reading: what time it covers, and its rows as records.

In: a place. Out: a Mirror, or an error that says what is there instead. Nothing is
written; many may read at once, also while one writes, and each sees what was whole
when its snapshot began.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from auditql.catalog.record import Record
from auditql.errors import ConfigurationError
from auditql.plan.model import Interval
from auditql.providers.mirror.faults import damaged, mapped
from auditql.providers.mirror.mark import has_mark
from auditql.providers.mirror.place import Place, beside, check
from auditql.providers.mirror.rows import NoRecord, Row, Unpacker
from auditql.providers.mirror.schema import APPLICATION_ID, COLUMNS, FORMAT, ORDER
from auditql.providers.mirror.texts import Texts

__all__ = ["COLUMNS", "ORDER", "Mirror", "Place"]

BUSY_S = 5.0
"""How long a lock of SQLite's own is waited for."""

READING_KIB, WRITING_KIB = 2_048, 32_768
"""What a connection may remember of the file. Who reads goes through it in its order
and has no use for more; who writes puts texts anywhere."""

_CLOSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


class Mirror:
    """The mirror of one account, for one thread at a time.

    Attributes:
        place: where it is.
    """

    def __init__(self, place: Place) -> None:
        """Open it.

        Raises:
            ConfigurationError: none is there, or another account's, or one of a
                newer auditql, or no mirror at all, or others can read it.
            MirrorDamaged: it does not hold what was put into it.
        """
        if not check(place):
            raise absent(place)
        self.place = place
        with mapped(place.path):
            self._connection = connect_to_read(place.path)
            try:
                require(self._connection, place)
                self._connection.execute("PRAGMA query_only = ON")
            except BaseException:
                self._connection.close()
                raise
        self._texts = Texts(self._connection)
        self._unpacker = Unpacker(self._texts)
        self._depth = 0
        self._epoch: object = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for what reads in SQL; use it within a `snapshot`."""
        return self._connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it everything is read as of one moment; one may hold another.

        Errors of SQLite within it come out as auditql's own.

        Raises:
            MirrorDamaged: the file does not hold what was put into it.
            RunError: it could not be read.
        """
        with mapped(self.place.path):
            if self._depth == 0:
                self._connection.execute("BEGIN")
                self._begin()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def covered(self) -> tuple[Interval, ...]:
        """The time that was read whole: disjoint, ascending, nothing that touches.

        Raises:
            MirrorDamaged: it cannot be said.
        """
        with mapped(self.place.path):
            return covered(self._connection, self.place.path)

    def restored(self, rows: Iterable[Row]) -> list[Record]:
        """The records of rows, as they were received; call it within a `snapshot`.

        Args:
            rows: of `SELECT {COLUMNS}`, read in the same snapshot: a code may stand
                for another text in the next.

        Raises:
            MirrorDamaged: one of them holds no record.
        """
        assert self._depth, "codes have a meaning within a snapshot"
        try:
            return list(map(self._unpacker.record, rows))
        except NoRecord as error:
            raise damaged(self.place.path, str(error)) from error

    def text(self, table: str, code: int) -> str:
        """The text of a code of a dictionary; call it within a `snapshot`.

        Raises:
            NoText: the code stands for nothing.
        """
        assert self._depth, "codes have a meaning within a snapshot"
        return self._texts.of(table, code)

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def _begin(self) -> None:
        """Fix the snapshot by a first read; codes of another epoch are forgotten."""
        epoch = meta(self._connection).get("epoch")
        if epoch != self._epoch:
            self._texts.forget()
            self._epoch = epoch


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a file that is there; transactions are begun by hand.

    Args:
        path: the file.
        mode: what follows `?` in the address of a file of SQLite.

    Raises:
        ConfigurationError: it is no database.
        sqlite3.Error: whatever else is wrong.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        cache_kib = READING_KIB if mode.startswith("mode=ro") else WRITING_KIB
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        _number_of_tables(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        is_database = error.sqlite_errorcode != sqlite3.SQLITE_NOTADB
        if is_database or has_mark(path):
            raise
        raise no_mirror(path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that reads; see `connect`.

    SQLite shares memory with who writes by a file beside; where none can be made and
    nothing is left to be read from the log, nobody can be writing.

    Raises:
        ConfigurationError: it is no database, or what is in its log has to be read
            where something can be written.
        sqlite3.Error: whatever else is wrong.
    """
    try:
        return connect(path, "mode=ro")
    except sqlite3.OperationalError as error:
        log, shared = beside(path)
        if error.sqlite_errorcode & 0xFF not in _CLOSED or shared.exists():
            raise
        if log.exists() and log.stat().st_size:
            raise ConfigurationError(
                f"the mirror {path} was not closed: its log {log.name} has to be read"
                " first, where its folder can be written"
            ) from error
    return connect(path, "mode=ro&immutable=1")


def identify(connection: sqlite3.Connection, place: Place) -> bool:
    """Whether the file holds the mirror of the place; False if it is not made yet.

    Raises:
        ConfigurationError: it is something else.
    """
    mark = _number(connection, "application_id")
    version = _number(connection, "user_version")
    tables = _number_of_tables(connection)
    if not tables and not mark and not version:
        return False
    if mark != APPLICATION_ID:
        raise no_mirror(place.path)
    if version > FORMAT:
        raise ConfigurationError(
            f"the mirror {place.path} was made by a newer auditql (format {version}, "
            f"this one knows {FORMAT}); update auditql, or name another file"
        )
    if version != FORMAT:
        raise damaged(place.path, f"there is no format {version}")
    origin = meta(connection).get("origin")
    if origin != place.origin:
        raise ConfigurationError(
            f"{place.path} is the mirror of {origin}, not of {place.origin}"
        )
    return True


def require(connection: sqlite3.Connection, place: Place) -> None:
    """The file holds the mirror of the place.

    Raises:
        ConfigurationError: it is something else, or not made yet.
    """
    if not identify(connection, place):
        raise absent(place)


def meta(connection: sqlite3.Connection) -> dict[str, object]:
    """What the mirror says of itself."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def covered(connection: sqlite3.Connection, path: Path) -> tuple[Interval, ...]:
    """The union of the slices, ascending, nothing that touches.

    Raises:
        MirrorDamaged: slices overlap, or one is none.
    """
    found: list[Interval] = []
    for start, end in connection.execute(
        "SELECT start_s, end_s FROM slice ORDER BY start_s"
    ):
        last = found[-1].end if found else None
        if type(end) is not int or end <= start or (last is not None and last > start):
            raise damaged(path, "its slices do not follow one another")
        if last == start:
            found[-1] = Interval(found[-1].start, end)
        else:
            found.append(Interval(start, end))
    return tuple(found)


def absent(place: Place) -> ConfigurationError:
    """The error of a mirror that nobody has made."""
    return ConfigurationError(
        f"there is no mirror of {place.origin} ({place.path}); `auditql sync` makes it"
    )


def no_mirror(path: Path) -> ConfigurationError:
    """The error of a file that is something else."""
    return ConfigurationError(
        f"{path} is no mirror of auditql; name another file, or move it away"
    )


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (value,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(value)


def _number_of_tables(connection: sqlite3.Connection) -> int:
    (value,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return int(value)

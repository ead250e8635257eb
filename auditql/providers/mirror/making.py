"""The file of a mirror made, or opened to be written."""

import sqlite3

from auditql.errors import ConfigurationError
from auditql.providers.mirror.ledger import SEAL, seal
from auditql.providers.mirror.opening import connect, identify
from auditql.providers.mirror.place import Place, check, make_file, make_folder
from auditql.providers.mirror.schema import APPLICATION_ID, FORMAT, TABLES

PAGE_BYTES = 4096


def opened(place: Place, now_s: int) -> sqlite3.Connection:
    """A connection that may write; the tables are made where there are none.

    Raises:
        ConfigurationError: it cannot be made, or something else is there.
        MirrorDamaged: there is no such format.
        sqlite3.Error: whatever else is wrong.
    """
    make_folder(place.path.parent)
    make_file(place.path)
    check(place)
    connection = connect(place.path, "mode=rw")
    try:
        is_made = identify(connection, place)
        if not is_made:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        _be_durable(connection, place)
        if not is_made:
            _make(connection, place, now_s)
    except BaseException:
        connection.close()
        raise
    return connection


def _be_durable(connection: sqlite3.Connection, place: Place) -> None:
    """Write a log first, and wait for the disk at the end of each transaction.

    Raises:
        ConfigurationError: there can be no such log there.
    """
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise ConfigurationError(
            f"{place.path} cannot be a mirror: its file system shares no memory "
            "between processes; name a file on a local disk"
        )
    connection.execute("PRAGMA synchronous = FULL")


def _make(connection: sqlite3.Connection, place: Place, now_s: int) -> None:
    """Make the tables, all or none."""
    said: dict[str, object] = {"origin": place.origin, "made_s": now_s, "epoch": 1}
    said[SEAL] = seal(said, 0, 0)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for table in TABLES:
            connection.execute(table)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", said.items())
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

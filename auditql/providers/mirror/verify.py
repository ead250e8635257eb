"""Whether a mirror holds what was put into it, bit for bit.

In: an open mirror. Out: what is wrong, and which time has to be read again. Looked at
are the records of every slice, by their SHA-256; the slices and what the mirror says
of itself, by the seal; indexes and pages, by SQLite's own check; the dictionaries, by
the hash of each text. What is found by none of these is in unused parts of the file:
the mirror says the same without it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from auditql.catalog.forms import form
from auditql.catalog.record import BadRecord, Record
from auditql.errors import MirrorDamaged
from auditql.plan.model import Interval
from auditql.providers.mirror.digests import Digest, Kept, Slice
from auditql.providers.mirror.faults import damaged
from auditql.providers.mirror.ledger import SEAL, mixed, seal
from auditql.providers.mirror.opening import Mirror, meta
from auditql.providers.mirror.schema import BETWEEN, DICTIONARIES, TABLES
from auditql.providers.mirror.texts import NoText, hashed, read, stored

# ruff: noqa: S608 - the names of tables and columns are our own, of `schema.py`
_MOST_SAID = 20
_AT_ONCE = 500
_NEVER = "records lie outside of all slices"


@form
class Verified:
    """What was found.

    Attributes:
        slices: how many were looked at.
        records: how many of them hold what was put into them.
        damaged: time whose records are not what was put in; it has to be read again.
        faults: what is wrong beside, in words; the file has to be made anew.
    """

    slices: int
    records: int
    damaged: tuple[Interval, ...]
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damaged and not self.faults


def verify(
    mirror: Mirror, on_slice: Callable[[Interval, int], object] | None = None
) -> Verified:
    """Look at all of a mirror, as of one moment.

    Args:
        mirror: is read to its end, in bounded memory.
        on_slice: is told of each slice that was looked at, and of its records.

    Raises:
        RunError: the disk cannot be read.
    """
    faults: list[str] = []
    with _noted(faults), mirror.snapshot():
        return _verified(mirror, faults, on_slice)
    return Verified(0, 0, (), tuple(faults))


def _verified(
    mirror: Mirror,
    faults: list[str],
    on_slice: Callable[[Interval, int], object] | None,
) -> Verified:
    for check in (_tables, _pages, _dictionaries, _said):
        with _noted(faults):
            faults.extend(check(mirror.connection))
    damaged: list[Interval] = []
    count = records = 0
    with _noted(faults):
        for one in slices(mirror.connection):
            count += 1
            time = Interval(one.start_s, one.end_s)
            if is_whole(mirror, one):
                records += one.count
            else:
                damaged.append(time)
            if on_slice is not None:
                on_slice(time, one.count)
    if not damaged:
        with _noted(faults):
            faults.extend(_outside(mirror.connection, records))
    return Verified(count, records, tuple(damaged), tuple(dict.fromkeys(faults)))


def is_whole(mirror: Mirror, one: Slice) -> bool:
    """Whether the records of a slice are what was put into it; within a snapshot."""
    digest = Digest()
    try:
        digest.add(kept(mirror, one))
    except (MirrorDamaged, sqlite3.DatabaseError):
        return False
    return digest.slice(one.start_s, one.end_s, one.read_s) == one


def kept(mirror: Mirror, one: Slice) -> Iterator[Kept]:
    """The records of a slice, each with its own time and id; within a snapshot.

    Raises:
        MirrorDamaged: a row is not what was put in.
    """
    rows = mirror.connection.execute(BETWEEN, (one.start_s, one.end_s))
    while batch := rows.fetchmany(_AT_ONCE):
        for row, record in zip(batch, mirror.restored(batch), strict=True):
            if not _is_at_its_place(record):
                raise damaged(mirror.place.path, "a record is not at its place")
            yield record, row[2]


def _is_at_its_place(record: Record) -> bool:
    try:
        again = Record.from_json(record.raw)
    except BadRecord:
        return False
    return (again.id, again.created_s) == (record.id, record.created_s)


def slices(connection: sqlite3.Connection) -> Iterator[Slice]:
    """The slices, ascending."""
    for row in connection.execute(
        "SELECT start_s, end_s, count, sha256, read_s FROM slice ORDER BY start_s"
    ):
        yield Slice(*row)


def _tables(connection: sqlite3.Connection) -> Iterable[str]:
    """Every table and index is there, as it was made."""
    there = {
        sql
        for (sql,) in connection.execute("SELECT sql FROM sqlite_schema")
        if sql is not None
    }
    if there != set(TABLES):
        yield "its tables are not those of a mirror"


def _pages(connection: sqlite3.Connection) -> Iterable[str]:
    """Pages and indexes, as SQLite itself sees them."""
    for (said,) in connection.execute(f"PRAGMA integrity_check({_MOST_SAID})"):
        if said != "ok":
            yield f"SQLite says: {said}".splitlines()[0]


def _dictionaries(connection: sqlite3.Connection) -> Iterable[str]:
    """Every text can be found, and is there once."""
    for table in DICTIONARIES:
        last: object = None
        same: set[object] = set()
        for key, value in connection.execute(
            f"SELECT hash, value FROM {table} ORDER BY hash"
        ):
            same = same if key == last else set()
            last = key
            if value in same or not _is_found(key, value):
                yield f"{table} holds what was not put into it"
                break
            same.add(value)


def _is_found(key: object, value: object) -> bool:
    try:
        text = read(value)
    except NoText:
        return False
    return hashed(text) == key and stored(text) == value


def _said(connection: sqlite3.Connection) -> Iterable[str]:
    """What the mirror says of itself, and which slices there are."""
    said = meta(connection)
    if said.get(SEAL) != seal(said, *mixed(connection)):
        yield "its seal is broken: a slice is gone, or what it says of itself changed"


def _outside(connection: sqlite3.Connection, records: int) -> Iterable[str]:
    (count,) = connection.execute("SELECT count(*) FROM record NOT INDEXED").fetchone()
    if count != records:
        yield _NEVER


@contextmanager
def _noted(faults: list[str]) -> Iterator[None]:
    """Damage within is noted, and what comes behind is looked at."""
    try:
        yield
    except MirrorDamaged as error:
        faults.append(str(error))
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        faults.append(f"SQLite says: {error}")

"""A mirror made anew of what is whole in the old one.

In: the place of a mirror that is damaged. Out: a file that holds every slice whose
records are what was put in, and nothing else; what is missing is to be read again.
Until it is whole, the old file stays as it is.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from auditql.catalog.forms import form
from auditql.errors import MirrorDamaged
from auditql.plan.model import Interval
from auditql.providers.mirror.digests import Digest, Kept, Slice
from auditql.providers.mirror.faults import damaged, held, is_passing, mapped
from auditql.providers.mirror.lock import Lock
from auditql.providers.mirror.mark import has_mark
from auditql.providers.mirror.opening import (
    Mirror,
    connect,
    meta,
    no_mirror,
)
from auditql.providers.mirror.place import (
    Place,
    check,
    make_folder,
    sync_folder,
    unusable,
)
from auditql.providers.mirror.schema import AIM
from auditql.providers.mirror.store import Store
from auditql.providers.mirror.verify import kept, slices

_AT_ONCE = 1_000


@form
class Rebuilt:
    """What came of it.

    Attributes:
        records: how many were kept.
        lost: time that was covered and is not any more, as far as it could be read.
    """

    records: int
    lost: tuple[Interval, ...]


def rebuild(place: Place, *, clock: Callable[[], float] = time.time) -> Rebuilt:
    """Make a mirror anew of what is whole; where there is none, an empty one.

    Raises:
        ConfigurationError: another process writes it, or it is another account's, or
            a newer auditql's, or no mirror: none of these is touched.
        OutputError: the disk is full; the old file stays.
    """
    make_folder(place.path.parent)
    lock = Lock(place.lock)
    try:
        new = Place(place.path.with_name(f".{place.path.name}.new"), place.origin)
        _remove(new)
        try:
            made = _made(place, new, clock)
            _put(new.path, place)
        finally:
            _remove(new)
    finally:
        lock.close()
    return made


def _made(place: Place, new: Place, clock: Callable[[], float]) -> Rebuilt:
    """Write the new file."""
    store = Store(new, clock)
    try:
        if not check(place):
            return Rebuilt(0, ())
        try:
            mirror = Mirror(place)
        except MirrorDamaged:
            if not has_mark(place.path):
                raise no_mirror(place.path) from None
            return Rebuilt(0, ())
        with closing(mirror):
            return _salvaged(mirror, store, int(clock()))
    finally:
        store.close()


def _salvaged(mirror: Mirror, store: Store, now_s: int) -> Rebuilt:
    records = 0
    lost: list[Interval] = []
    last_s: int | None = None
    epoch: object = None
    aim_s: object = None
    with suppress(MirrorDamaged), mirror.snapshot():
        said = meta(mirror.connection)
        epoch, aim_s = said.get("epoch"), said.get(AIM)
        for one in slices(mirror.connection):
            try:
                _copy(mirror, store, one)
            except MirrorDamaged:
                lost.append(Interval(one.start_s, one.end_s))
            else:
                records += one.count
                last_s = one.read_s if last_s is None else max(last_s, one.read_s)
    with store.transaction():
        # Readers that have the file open must not take new codes for old ones.
        store.ledger.meta["epoch"] = epoch + 1 if isinstance(epoch, int) else now_s
        if isinstance(aim_s, int):
            store.ledger.meta[AIM] = aim_s
        if last_s is not None:
            store.ledger.meta["last_sync_s"] = last_s
    return Rebuilt(records, tuple(lost))


def _copy(mirror: Mirror, store: Store, one: Slice) -> None:
    """Keep a slice; nothing of it, if it is not whole.

    Raises:
        MirrorDamaged: its records are not what was put into it.
    """
    with store.transaction():
        digest = Digest()
        batch: list[Kept] = []
        for record in kept(mirror, one):
            batch.append(record)
            if len(batch) == _AT_ONCE:
                _add(store, digest, batch)
        _add(store, digest, batch)
        if digest.slice(one.start_s, one.end_s, one.read_s) != one:
            raise damaged(mirror.place.path, "a slice does not hold what was read")
        store.ledger.put(one)


def _add(store: Store, digest: Digest, batch: list[Kept]) -> None:
    store.add(batch)
    digest.add(batch)
    batch.clear()


def _put(new: Path, place: Place) -> None:
    """Let the new file be the mirror, at once.

    Where the old one can still be opened it is written over in one transaction, so
    that who reads it goes on; else the new one takes its place.

    Raises:
        OutputError: the disk is full.
        RunError: another program holds the old one.
        ConfigurationError: it may not be put there.
    """
    if check(place) and _write_over(new, place.path):
        return
    try:
        for path in place.beside:  # its log is not the new one's
            path.unlink(missing_ok=True)
        new.replace(place.path)
        sync_folder(place.path.parent)
    except OSError as error:
        raise unusable(place.path, error) from error


def _write_over(new: Path, path: Path) -> bool:
    """Copy the new file into the old one; False where that one is too damaged.

    Raises:
        OutputError: the disk is full.
        RunError: another program holds the old one.
    """
    with mapped(path, is_writing=True):
        try:
            with (
                closing(connect(new, "mode=ro")) as source,
                closing(connect(path, "mode=rw")) as target,
            ):
                source.backup(target, progress=_not_held(path))
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except UnicodeDecodeError:  # SQLite quotes the damage
            return False
        except sqlite3.DatabaseError as error:
            if is_passing(error):
                raise
            return False
    return True


def _not_held(path: Path) -> Callable[[int, int, int], None]:
    """Ends a copy that a lock is in the way of; else it is tried for ever.

    Raises:
        RunError: another program holds the file.
    """

    def step(code: int, _left: int, _whole: int) -> None:
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise held(path)

    return step


def _remove(new: Place) -> None:
    """Remove what a run that was killed left, or this one leaves."""
    for path in (new.path, *new.beside):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise unusable(path, error) from error

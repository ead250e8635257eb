"""The open file of the one who writes: transactions, rows and slices.

In: records, in transactions. Out: rows, each record once, and the digests of what is
there. Either all of a transaction is kept, its rows and what they cover, or nothing.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from auditql.catalog.forms import form
from auditql.catalog.record import Record
from auditql.errors import OutputError
from auditql.providers.mirror.digests import Digest, Kept, Slice
from auditql.providers.mirror.faults import damaged, mapped
from auditql.providers.mirror.ledger import Ledger
from auditql.providers.mirror.making import opened
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.rows import NoRecord, Packer, Unpacker
from auditql.providers.mirror.schema import BETWEEN, COLUMNS, NAMES
from auditql.providers.mirror.texts import Codes, Texts

# ruff: noqa: S608 - the names of tables and columns are our own, of `schema.py`
_HELD = (
    f"SELECT {COLUMNS} FROM record WHERE id IN (SELECT value FROM json_each(?)) "
    "ORDER BY record.variant"
)
_ADD = f"INSERT INTO record ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})"


@form
class Sorted:
    """Records told apart by what the mirror holds.

    Attributes:
        new: to be put in, in the order of answers.
        known: how many are held already, just so.
        conflicts: ids of those among the new that are held with other content.
    """

    new: tuple[Kept, ...]
    known: int
    conflicts: tuple[int, ...]


class Store:
    """The file, opened for writing.

    Attributes:
        place: where it is.
        ledger: what is covered.
        connection: for what is done within a transaction.
    """

    def __init__(self, place: Place, now_s: Callable[[], float]) -> None:
        """Open it; make it where there is none.

        Raises:
            ConfigurationError: it cannot be made, or something else is there.
            MirrorDamaged: it does not hold what was put into it.
            OutputError: the disk is full.
        """
        self.place = place
        with mapped(place.path, is_writing=True):
            self.connection = opened(place, int(now_s()))
            try:
                self.ledger = Ledger(self.connection, place.path)
            except BaseException:
                self.connection.close()
                raise
        self._codes = Codes(self.connection)
        self._texts = Texts(self.connection)
        self._packer = Packer(self._codes)
        self._unpacker = Unpacker(self._texts)
        self._version = self._data_version()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done within, durable when it ends.

        Raises:
            OutputError: the disk is full or fails, or another one wrote meanwhile.
            MirrorDamaged: the file does not hold what was put into it.
        """
        with mapped(self.place.path, is_writing=True):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_alone()
                yield
                self.ledger.seal()
                self.connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def sort(self, records: Sequence[Record]) -> Sorted:
        """Tell the records apart by what the mirror holds; nothing is written."""
        held: dict[int, list[Kept]] = {}
        ids = json.dumps([record.id for record in records])
        for row in self.connection.execute(_HELD, (ids,)):
            record, variant = self._unpacked(row)
            held.setdefault(record.id, []).append((record, variant))
        new: list[Kept] = []
        known = 0
        conflicts = []
        for record in records:
            others = held.setdefault(record.id, [])
            if any(record.is_same(other) for other, _ in others):
                known += 1
                continue
            variant = others[-1][1] + 1 if others else 0
            if variant:
                conflicts.append(record.id)
            others.append((record, variant))
            new.append((record, variant))
        new.sort(key=lambda kept: (-kept[0].created_s, kept[0].id, kept[1]))
        return Sorted(tuple(new), known, tuple(conflicts))

    def add(self, new: Sequence[Kept]) -> None:
        """Put in records, within a transaction."""
        row = self._packer.row
        self.connection.executemany(_ADD, [row(*kept) for kept in new])

    def between(self, start_s: int, end_s: int) -> Iterator[Kept]:
        """The records of an interval, in the order of answers.

        Raises:
            MirrorDamaged: a row holds no record.
        """
        for row in self.connection.execute(BETWEEN, (start_s, end_s)):
            yield self._unpacked(row)

    def digest(self, start_s: int, end_s: int) -> Digest:
        """The digest of what is there.

        Raises:
            MirrorDamaged: a row holds no record.
        """
        made = Digest()
        made.add(self.between(start_s, end_s))
        return made

    def check(self, one: Slice) -> Digest:
        """The digest of a slice, which holds what was put into it.

        What is changed is looked at before: a new digest would hide what was lost.

        Raises:
            MirrorDamaged: it does not.
        """
        found = self.digest(one.start_s, one.end_s)
        if found.slice(one.start_s, one.end_s, one.read_s) != one:
            raise damaged(self.place.path, "a slice does not hold what was read")
        return found

    def forget(self) -> None:
        """Codes may stand for other texts from now on; readers are told."""
        epoch = self.ledger.meta.get("epoch")
        self.ledger.meta["epoch"] = epoch + 1 if isinstance(epoch, int) else 1
        self._codes.forget()
        self._texts.forget()

    def close(self) -> None:
        """Close the file; the log is put into it where no reader is in the way."""
        with suppress(sqlite3.Error):
            self.connection.close()

    def _unpacked(self, row: tuple[object, ...]) -> Kept:
        try:
            record = self._unpacker.record(row)
        except NoRecord as error:
            raise damaged(self.place.path, str(error)) from error
        variant = row[2]
        if not isinstance(variant, int):
            raise damaged(self.place.path, f"record {record.id} has no variant")
        return record, variant

    def _check_alone(self) -> None:
        """Nobody else wrote since: what is remembered here still holds.

        Raises:
            OutputError: another one did, on a system without file locks.
        """
        if self._data_version() != self._version:
            raise OutputError(
                f"another process wrote {self.place.path} at the same time; "
                "stop one of them"
            )

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        self._codes.forget()
        self._texts.forget()
        with suppress(sqlite3.Error):
            self.ledger.read()

    def _data_version(self) -> int:
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        return int(version)

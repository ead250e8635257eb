"""The slices of a mirror as the one who writes sees them, under one seal.

In: slices to put in, take out or replace, within a transaction. Out: the tables
`slice` and `meta`. The seal, written with every transaction, is the SHA-256 of what
the mirror says of itself and of all digests together, so that a slice that is gone,
or a time of the last sync that nobody wrote, is found.
"""

import json
import sqlite3
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from auditql.providers.mirror.digests import Slice
from auditql.providers.mirror.faults import damaged
from auditql.providers.mirror.opening import meta

SEAL = "seal"

_WITHIN = (
    "SELECT start_s, end_s, count, sha256, read_s FROM slice WHERE start_s < ? "
    "AND start_s >= coalesce((SELECT max(start_s) FROM slice WHERE start_s <= ?), ?) "
    "ORDER BY start_s"
)
"""They do not overlap, so only the last that begins before may reach into it."""


class Ledger:
    """What is covered, for the one who writes.

    Attributes:
        meta: what the mirror says of itself; set a key within a transaction.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Read it.

        Raises:
            MirrorDamaged: the seal is not that of what is there.
        """
        self._connection = connection
        self._path = path
        self.meta: dict[str, object] = {}
        self._written: Mapping[str, object] = {}
        self._count = 0
        self._mixed = 0
        self.read()

    def read(self) -> None:
        """Read it again: a transaction was rolled back.

        Raises:
            MirrorDamaged: the seal is not that of what is there.
        """
        self.meta = meta(self._connection)
        self._written = dict(self.meta)
        self._count, self._mixed = mixed(self._connection)
        if self.meta and self.meta.get(SEAL) != self._seal():
            raise damaged(self._path, "its seal is broken")

    def within(self, start_s: int, end_s: int) -> list[Slice]:
        """The slices that share time with an interval, ascending."""
        rows = self._connection.execute(_WITHIN, (end_s, start_s, start_s))
        return [
            found for found in (Slice(*row) for row in rows) if found.end_s > start_s
        ]

    def holds(self, one: Slice) -> bool:
        """Whether just this slice is there."""
        return one in self.within(one.start_s, one.end_s)

    def put(self, new: Slice) -> None:
        """Put in a slice."""
        self._connection.execute(
            "INSERT INTO slice (start_s, end_s, count, sha256, read_s) "
            "VALUES (?, ?, ?, ?, ?)",
            (new.start_s, new.end_s, new.count, new.sha256, new.read_s),
        )
        self._count += 1
        self._mix(new)

    def take(self, old: Slice) -> None:
        """Take out a slice."""
        gone = self._connection.execute(
            "DELETE FROM slice WHERE start_s = ? AND sha256 = ?",
            (old.start_s, old.sha256),
        )
        assert gone.rowcount == 1, "it was read in the same transaction"
        self._count -= 1
        self._mix(old)

    def replace(self, old: Slice, new: Slice) -> None:
        """Put a slice in the place of another."""
        changed = self._connection.execute(
            "UPDATE slice SET start_s = ?, end_s = ?, count = ?, sha256 = ?, read_s = ?"
            " WHERE start_s = ? AND sha256 = ?",
            (
                *(new.start_s, new.end_s, new.count, new.sha256, new.read_s),
                *(old.start_s, old.sha256),
            ),
        )
        assert changed.rowcount == 1, "it was read in the same transaction"
        self._mix(old)
        self._mix(new)

    def seal(self) -> None:
        """Write what the mirror says of itself, and the seal."""
        self.meta[SEAL] = self._seal()
        changed = [
            (key, value)
            for key, value in self.meta.items()
            if self._written.get(key) != value
        ]
        self._connection.executemany(
            "INSERT INTO meta (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            changed,
        )
        self._written = dict(self.meta)

    def _mix(self, one: Slice) -> None:
        self._mixed ^= _number(one.sha256)

    def _seal(self) -> str:
        return seal(self.meta, self._count, self._mixed)


def mixed(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many slices there are, and all their digests mixed in no order."""
    count = together = 0
    for (digest,) in connection.execute("SELECT sha256 FROM slice"):
        count += 1
        together ^= _number(digest)
    return count, together


def seal(said: Mapping[str, object], count: int, together: int) -> str:
    """The seal of what a mirror says of itself, and of its slices."""
    pairs = sorted((key, str(value)) for key, value in said.items() if key != SEAL)
    text = json.dumps([pairs, count, f"{together:064x}"])
    return sha256(text.encode("ascii")).hexdigest()


def _number(digest: object) -> int:
    return int.from_bytes(digest, "big") if isinstance(digest, bytes) else -1

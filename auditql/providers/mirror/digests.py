"""The SHA-256 of a slice: of its records, and of what it claims.

In: records in the order of answers. Out: 32 bytes. The end of the text is the slice
itself, so that a slice that claims other time than it was read for is found as well.
"""

from collections.abc import Iterable
from hashlib import sha256
from json import JSONEncoder
from typing import TypeAlias

from auditql.catalog.forms import form
from auditql.catalog.numbers import Exact, written
from auditql.catalog.record import Record

Kept: TypeAlias = tuple[Record, int]
"""A record and its variant."""

_AT_ONCE = 100
_encode = JSONEncoder(separators=(",", ":")).encode


@form
class Slice:
    """Time that was read whole: start_s <= t < end_s.

    Attributes:
        count: records within.
        sha256: of them and of the rest of this, see `Digest`.
        read_s: the server's time when it was read.
    """

    start_s: int
    end_s: int
    count: int
    sha256: bytes
    read_s: int


class Digest:
    """The digest of the records of a slice, one after the other.

    Attributes:
        count: records so far.
    """

    def __init__(self) -> None:
        """Of no records yet."""
        self.count = 0
        self._sum = sha256()

    def add(self, kept: Iterable[Kept]) -> None:
        """Take the next records: each as its JSON in ASCII and a comma."""
        plain: list[object] = []
        for record, variant in kept:
            raw = record.raw
            if not variant and type(raw) is not Exact:
                plain.append(raw)
                if len(plain) < _AT_ONCE:
                    continue
            self._add(plain)
            plain.clear()
            if variant or type(raw) is Exact:
                self.count += 1
                mark = f"{variant} " if variant else ""
                text = f"{mark}{written(raw, is_ascii=True)},"
                self._sum.update(text.encode("ascii"))
        self._add(plain)

    def _add(self, plain: list[object]) -> None:
        """Take records that Python's own encoder writes, many in one go."""
        if plain:
            self.count += len(plain)
            self._sum.update(f"{_encode(plain)[1:-1]},".encode("ascii"))

    def copy(self) -> "Digest":
        """The same so far, to go on with on its own."""
        made = Digest()
        made.count, made._sum = self.count, self._sum.copy()
        return made

    def slice(self, start_s: int, end_s: int, read_s: int) -> Slice:
        """The slice of these records."""
        whole = self._sum.copy()
        whole.update(f"{start_s} {end_s} {self.count} {read_s}".encode("ascii"))
        return Slice(start_s, end_s, self.count, whole.digest(), read_s)

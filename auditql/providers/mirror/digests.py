"""The SHA-256 of a slice: of its records, line by line, and of what it claims.

In: records in the order of answers. Out: 32 bytes. The end of the text is the slice
itself, so that a slice that claims other time than it was read for is found as well.
"""

from hashlib import sha256
from json import JSONEncoder

from auditql.catalog.forms import form
from auditql.catalog.numbers import Exact, written
from auditql.catalog.record import Record

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

    def add(self, record: Record, variant: int) -> None:
        """Take the next record, as its JSON in ASCII on a line."""
        self.count += 1
        raw = record.raw
        text = written(raw, is_ascii=True) if type(raw) is Exact else _encode(raw)
        line = f"{variant} {text}\n" if variant else f"{text}\n"
        self._sum.update(line.encode("ascii"))

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

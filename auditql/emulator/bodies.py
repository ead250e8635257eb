"""The JSON of the records, made when needed or beforehand.

In: records in their final order. Out: the bytes of any of them. Nothing here
knows of time or filters.
"""

import json
from collections.abc import Iterable
from typing import Protocol

from auditql.emulator.answers import encode
from auditql.emulator.records import Record


class Bodies(Protocol):
    """Records by place, as JSON and as objects."""

    def pick(self, places: Iterable[int]) -> list[bytes]:
        """The JSON of each record at these places, in this order."""

    def record(self, place: int) -> Record:
        """The record at a place, equal as JSON to the one handed in."""


class LazyBodies:
    """Keeps the records; each becomes JSON when a page first needs it."""

    def __init__(self, records: list[Record]) -> None:
        """Hold `records`."""
        self._records = records
        self._encoded = [b""] * len(records)

    def pick(self, places: Iterable[int]) -> list[bytes]:
        """The JSON of each record at these places, in this order."""
        encoded = self._encoded
        return [encoded[place] or self._encode(place) for place in places]

    def record(self, place: int) -> Record:
        """The very record handed in."""
        return self._records[place]

    def _encode(self, place: int) -> bytes:
        body = encode(self._records[place])
        self._encoded[place] = body
        return body


class EncodedBodies:
    """Keeps nothing but JSON."""

    def __init__(self, encoded: list[bytes]) -> None:
        """Hold records that are JSON already."""
        self._encoded = encoded

    def pick(self, places: Iterable[int]) -> list[bytes]:
        """The JSON of each record at these places, in this order."""
        return list(map(self._encoded.__getitem__, places))

    def record(self, place: int) -> Record:
        """The record read back from its JSON."""
        record = json.loads(self._encoded[place])
        assert isinstance(record, dict)
        return record

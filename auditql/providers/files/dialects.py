"""Which dialects a file speaks: learned from lines that no known one proves.

In: a line that was read strictly, and its record. Out: a dialect that proves it,
and others like it: with a field that the API did not have, or in another order.
"""

import re

from auditql.catalog.record import Record
from auditql.providers.files.proof import (
    API_ORDER,
    DIALECTS,
    NEEDED,
    Dialect,
    proven,
)

MOST = 6
"""Dialects of one file; each costs some hundred kilobytes."""

_MOST_TRIED = 32
_MOST_FIELDS = 64
_NAME = re.compile("[A-Za-z0-9_.-]{1,64}")


class Dialects:
    """The dialects of one file.

    Attributes:
        known: the likeliest first.
    """

    def __init__(self) -> None:
        """Know how auditql and Python write."""
        self.known: tuple[Dialect, ...] = DIALECTS
        self._tried: set[tuple[str, ...]] = set()

    def met(self, dialect: Dialect) -> None:
        """Expect next what was met now."""
        if dialect is not self.known[0]:
            others = (other for other in self.known if other is not dialect)
            self.known = (dialect, *others)

    def learn(self, line: bytes, record: Record) -> None:
        """Learn a dialect from a line that none proves, if it is of a plain kind."""
        names = tuple(record.raw)
        if len(self.known) >= MOST or names in self._tried:
            return
        if len(self._tried) >= _MOST_TRIED or len(names) > _MOST_FIELDS:
            return
        self._tried.add(names)
        if not all(map(_NAME.fullmatch, names)) or not set(NEEDED) <= set(names):
            return
        fields = _merged(API_ORDER, names)
        for usual in DIALECTS:
            made = Dialect(usual.comma, usual.colon, fields)
            if made not in self.known and proven(line + b"\n", 0, (made,))[0]:
                self.known = (made, *self.known)
                return


def _merged(order: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """An order that has both; the names alone where they turn the order about."""
    merged = list(order)
    place = 0
    for name in names:
        if name not in order:
            merged.insert(place, name)
        elif name in merged[:place]:
            return names
        place = merged.index(name) + 1
    return tuple(merged)

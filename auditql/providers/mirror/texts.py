"""The dictionaries of a mirror: texts to codes, and codes to texts.

In: a connection. Out: codes of texts, made where there are none yet, and texts of
codes. What is remembered is bounded; a code that was never given out is damage. A
text that SQL could not hold whole, with NUL or half a pair of surrogates in it, is
kept as bytes.
"""

import sqlite3
from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeVar

from auditql.providers.mirror.schema import DICTIONARIES

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 10_000
"""Most texts of a dictionary that are remembered."""

LONGEST_REMEMBERED = 500
"""Longest text that is remembered, in characters."""

# ruff: noqa: S608 - the names of tables are our own, of `schema.py`
_VALUE: Mapping[str, str] = {
    table: f"SELECT value FROM {table} WHERE code = ?" for table in DICTIONARIES
}
_CODES: Mapping[str, str] = {
    table: f"SELECT code, value FROM {table} WHERE hash = ?" for table in DICTIONARIES
}
_ADD: Mapping[str, str] = {
    table: f"INSERT INTO {table} (hash, value) VALUES (?, ?)" for table in DICTIONARIES
}


class NoText(ValueError):
    """A code that stands for nothing, or a value that is no text."""


NO_TEXT = "a dictionary holds what is no text"
"""What is said of such a value."""

NOT_PLAIN = 1 << 48
"""A hash is at least this where the text is not ASCII, or is kept as bytes."""


def hashed(text: str) -> int:
    """48 bits of a text, by which a dictionary finds it, and whether it is plain."""
    data = text.encode("utf-8", "surrogatepass")
    found = int.from_bytes(blake2b(data, digest_size=6).digest(), "big")
    return found if text.isascii() and "\0" not in text else found + NOT_PLAIN


def stored(text: str) -> str | bytes:
    """A text as a dictionary holds it."""
    if "\0" in text:
        return text.encode("utf-8", "surrogatepass")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def read(value: object) -> str:
    """The text that a dictionary holds.

    Raises:
        NoText: it holds no text.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            pass
    raise NoText(NO_TEXT)


class Texts:
    """Codes to texts.

    Attributes:
        known: per dictionary the codes that are remembered.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Remember nothing yet."""
        self._connection = connection
        self.known: dict[str, dict[int, str]] = {name: {} for name in DICTIONARIES}

    def of(self, table: str, code: int) -> str:
        """The text of a code.

        Raises:
            NoText: the code stands for nothing.
        """
        known = self.known[table]
        found = known.get(code)
        if found is not None:
            return found
        row = self._connection.execute(_VALUE[table], (code,)).fetchone()
        if row is None:
            raise NoText(f"{table} lacks an entry")
        text = read(row[0])
        _remember(known, code, text, text)
        return text

    def forget(self) -> None:
        """Codes may stand for other texts from now on."""
        for known in self.known.values():
            known.clear()


class Codes:
    """Texts to codes, for the one who writes.

    Attributes:
        known: per dictionary the texts that are remembered.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Remember nothing yet."""
        self._connection = connection
        self.known: dict[str, dict[str, int]] = {name: {} for name in DICTIONARIES}

    def of(self, table: str, text: str) -> int:
        """The code of a text, which is put into the dictionary where it is new."""
        known = self.known[table]
        code = known.get(text)
        if code is not None:
            return code
        key, value = hashed(text), stored(text)
        execute = self._connection.execute
        for found, other in execute(_CODES[table], (key,)):
            if other == value:
                code = int(found)
                break
        else:
            code = execute(_ADD[table], (key, value)).lastrowid
            assert code is not None, "an inserted row has its number"
        _remember(known, text, code, text)
        return code

    def forget(self) -> None:
        """What was added may not be there any more: it was rolled back, or pruned."""
        for known in self.known.values():
            known.clear()


def _remember(known: dict[K, V], key: K, value: V, text: str) -> None:
    if len(text) > LONGEST_REMEMBERED:
        return
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = value

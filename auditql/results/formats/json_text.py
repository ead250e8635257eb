"""A record as one line of JSON, equal to what was received.

In: a record. Out: JSON in the API's order, null where null was received and
nothing where nothing was, numbers as they were received. Characters that could act
on a terminal, and lone surrogates, are written as JSON's own escapes: the value
stays the same.
"""

import json
import re
from collections.abc import Callable, Sequence

from auditql.catalog.numbers import Exact, written
from auditql.catalog.received import Received
from auditql.diagnostics.safe_text import is_harmless
from auditql.results.formats import Row

_DOUBTFUL = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u03ff]")
"""Every character that is not known to be harmless without a look."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def writer(columns: tuple[str, ...] | None) -> Callable[[Row], str]:
    """What writes a record; with columns, only those of them that it has."""
    if columns is None:
        return line
    return lambda row: line(_chosen(row, columns))


def line(row: Row) -> str:
    """The record on one line, without a line break."""
    if type(row) is Received:
        return row.line  # it came as what would be written
    text = written(row) if type(row) is Exact else _encode(row)
    return _DOUBTFUL.sub(_looked_at, text)


def _looked_at(found: "re.Match[str]") -> str:
    """A character as it is where it is harmless, else its escape."""
    character = found[0]
    return character if is_harmless(character) else _escape(character)


def _chosen(row: Row, columns: Sequence[str]) -> Row:
    """The chosen fields of a record, those it lacks left out."""
    chosen = {name: row[name] for name in columns if name in row}
    return Exact(chosen) if type(row) is Exact else chosen


def _escape(character: str) -> str:
    """The JSON escape of a character; a pair of them beyond U+FFFF."""
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 | code >> 10:04x}\\u{0xDC00 | code & 0x3FF:04x}"

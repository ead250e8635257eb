"""The table that a lake is: its columns, and a record as a row of it.

In: records. Out: lines of JSON, one a row, that DuckDB reads with these columns.
Engines that know nothing of auditql find plain types: 64-bit ids, a timestamp
without a zone that is in UTC, text. `record` holds the record itself as JSON, equal
to what was received, so that nothing of it is lost.
"""

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from auditql.catalog.fields import STORED
from auditql.catalog.kinds import Kind
from auditql.catalog.numbers import Exact, written
from auditql.catalog.received import Received
from auditql.catalog.record import Record

RECORD = "record"
"""The column of the record itself, as JSON."""

ALTERED = "altered"
"""The column that is true where a text could not be stored as it is: it held half
of a surrogate pair, for which UTF-8 has no bytes. `record` has it escaped."""

TIME = "created_at"

_TIMESTAMP = "TIMESTAMP"
_TYPES = {Kind.INTEGER: "BIGINT", Kind.TIME: _TIMESTAMP}

COLUMNS: Mapping[str, str] = MappingProxyType(
    {f.name: _TYPES.get(f.kind, "VARCHAR") for f in STORED}
    | {RECORD: "VARCHAR", ALTERED: "BOOLEAN"}
)
"""The columns of the table in their order, and their types in DuckDB."""

TEXTS = tuple(n for n, t in COLUMNS.items() if t == "VARCHAR" and n != RECORD)
_INTEGERS = tuple(n for n, t in COLUMNS.items() if t == "BIGINT")

_HALVES = re.compile("[\ud800-\udfff]")
INSTEAD = "\ufffd"
"""What stands in the place of half of a pair."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_line = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def lines(records: Iterable[Record]) -> list[str]:
    """The rows of records, a line of ASCII each; `created_at` in seconds since 1970."""
    return list(map(_row, records))


def record_text(raw: Mapping[str, object]) -> str:
    """JSON of a record on one line, equal to what was received, and plain UTF-8."""
    if type(raw) is Received:
        return raw.line
    text = written(raw) if type(raw) is Exact else _encode(raw)
    return written(raw, is_ascii=True) if _HALVES.search(text) else text


def _row(record: Record) -> str:
    raw = record.raw
    row: dict[str, object] = {name: raw.get(name) for name in _INTEGERS}
    is_altered = False
    for name in TEXTS:
        value = raw.get(name)
        if isinstance(value, str) and _HALVES.search(value):
            value, is_altered = _HALVES.sub(INSTEAD, value), True
        row[name] = value
    row[TIME] = record.created_s
    row[RECORD] = record_text(raw)
    row[ALTERED] = is_altered
    return _line(row) + "\n"


def selected(file: str, longest: int) -> str:
    """SQL that selects the table out of such lines.

    Args:
        file: SQL of the name of the file that holds them.
        longest: bytes of the longest line.
    """
    read = ", ".join(f"{name}: '{_read(type_)}'" for name, type_ in COLUMNS.items())
    taken = ", ".join(
        f"make_timestamp({name} * 1000000) AS {name}" if type_ == _TIMESTAMP else name
        for name, type_ in COLUMNS.items()
    )
    return (
        f"SELECT {taken} FROM read_json({file}, format = 'newline_delimited',"  # noqa: S608 - names of our own
        f" columns = {{{read}}}, maximum_object_size = {longest})"
    )


def columns_altered() -> str:
    """SQL of the names of the columns of which a text was altered, by commas."""
    each = ", ".join(
        f"CASE WHEN bool_or({ALTERED} AND contains({name}, '{INSTEAD}'))"
        f" THEN '{name}' END"
        for name in TEXTS
    )
    return f"concat_ws(',', {each})"


def _read(type_: str) -> str:
    return "BIGINT" if type_ == _TIMESTAMP else type_

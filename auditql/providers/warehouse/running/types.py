"""What a column holds, told from the name of its type.

In: the name of a type, as an engine or its driver writes it. Out: what a statement
takes the column for; None for what no field of a record can be.
"""

import re

from auditql.providers.warehouse.columns import Stored
from auditql.providers.warehouse.statement import Dialect

_WRAPPED = re.compile(r"(?:NULLABLE|LOWCARDINALITY)\((.*)\)")
_INTEGER = re.compile(
    r"(?:U?INT\d*|(?:BIG|SMALL|TINY|MEDIUM)?(?:INT|INTEGER)|INT(?:8|16|32|64)|LONG|"
    r"SHORT|BYTE|BYTEINT|BIGSERIAL|SERIAL|(?:NUMBER|NUMERIC|DECIMAL)\(\d+, ?0\))"
    r"(?:TYPE\(\))?"
)
_TEXT = re.compile(
    r"(?:N?VARCHAR|N?CHAR|CHARACTER(?: VARYING)?|TEXT|STRING|CLOB|FIXEDSTRING)"
    r"(?:\(.*\))?(?: COLLATE (?P<collation>.*))?"
)
_PADDED = re.compile(r"(?:N?CHAR|CHARACTER|FIXEDSTRING)(?:\(.*\))?")
_TIME = re.compile(r"(?:TIMESTAMP|DATETIME|DATETIME64)(?:_NTZ|_LTZ|_TZ|NTZ|LTZ)?\b.*")
_ZONED = re.compile(r".*(?:WITH (?:LOCAL )?TIME ZONE|_LTZ|_TZ|TIMESTAMPTZ).*")

_ZONED_BY_ITSELF = {
    (Dialect.SPARK, "TIMESTAMP"),
    (Dialect.BIGQUERY, "TIMESTAMP"),
    (Dialect.POSTGRES, "TIMESTAMPTZ"),
}
"""Types that have a zone though their name does not say so."""

_MADE_PLAIN = (Dialect.POSTGRES, Dialect.DUCKDB, Dialect.SQLITE)
"""Engines whose columns of text a statement compares letter by letter, however they
are declared; see `Functions.plain` and `Functions.exact`."""
_PADS = (Dialect.SPARK, Dialect.TRINO, Dialect.CLICKHOUSE)
"""Engines that give a text of a fixed length with what fills it up."""


def holds(type_: str, dialect: Dialect) -> Stored | None:
    """What a column of that type holds.

    Args:
        type_: its name.
        dialect: of the engine: one calls a time with a zone as another one without.
    """
    name = " ".join(type_.upper().split())
    while wrapped := _WRAPPED.fullmatch(name):
        name = wrapped[1]
    if _INTEGER.fullmatch(name):
        return Stored.INTEGER
    if text := _TEXT.fullmatch(name):
        is_odd = text["collation"] not in (None, "UTF8_BINARY")
        is_odd = is_odd or (dialect in _PADS and bool(_PADDED.fullmatch(name)))
        return None if is_odd and dialect not in _MADE_PLAIN else Stored.TEXT
    if name == "TIMESTAMPTZ" or _TIME.fullmatch(name):
        if dialect is Dialect.SQLITE:
            return Stored.TEXT  # it has no type for times
        is_zoned = _ZONED.fullmatch(name) or (dialect, name) in _ZONED_BY_ITSELF
        return Stored.INSTANT if is_zoned else Stored.TIMESTAMP
    return None

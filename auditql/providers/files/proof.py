"""Proof that lines are records, without reading them one by one.

In: bytes of whole lines. Out: how far they are, line by line, records as this
program and jq -c write them: the fields of a dialect in its order, each at most
once and of its own type, nothing else. A regular expression of RE2 goes over all
of them at once; what it does not match is no fault, but is looked at alone.

What is proven: a line is one JSON object in UTF-8; no key is twice; ids are
integers of at most 18 digits; `created_at` is a time as the API writes it; `action`
and `source_type` stand there in plain characters, so that bytes can be looked for.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from auditql.catalog.fields import BY_NAME, STORED
from auditql.catalog.forms import form
from auditql.catalog.kinds import Kind

if TYPE_CHECKING:
    from re2 import _Regexp


API_ORDER = tuple(stored.name for stored in STORED)


@form
class Dialect:
    """How a writer writes records.

    Attributes:
        comma: between two fields.
        colon: between a name and its value.
        fields: the names that may stand in a line, in this order, each once.
    """

    comma: str
    colon: str
    fields: tuple[str, ...] = API_ORDER

    @property
    def is_compact(self) -> bool:
        """Nothing stands between the signs that could be left out."""
        return self.comma == COMPACT.comma


COMPACT = Dialect(",", ":")
SPACED = Dialect(", ", ": ")
"""As Python writes JSON unless told otherwise."""

DIALECTS = (COMPACT, SPACED)

PLAIN_WORD = r"[ !#-@\[\]-~]*"
"""Text that is found as its bytes: printable ASCII, no capital, no quote."""

PLAIN_TEXT = r"[ !#-\[\]-~]*"
"""The same with capitals."""

# RE2 takes bytes that would encode half of a surrogate pair, which is no UTF-8.
_CHARACTER = r"[^\"\\\x00-\x1f\x{d800}-\x{dfff}]"
_TEXT = rf'"(?:{_CHARACTER}|\\["\\/bfnrt]|\\u[0-9a-fA-F]{{4}})*"'
_INTEGER = r"(?:0|-?[1-9][0-9]{0,17})"
_DAY = (
    r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[1-9][0-9]00)-"  # no year 0
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME = f'"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"'
_VALUES = {
    "action": f'"{PLAIN_WORD}"',
    "source_type": f'"{PLAIN_TEXT}"',
    "created_at": _TIME,
}


_MOST_MEMORY = 64 * 1024 * 1024  # of RE2's states; some hundred kilobytes are used


_REMEMBERED = 16


@lru_cache(_REMEMBERED)
def lines_of(dialect: Dialect) -> "_Regexp[bytes]":
    """The expression of as many proven lines as follow one another."""
    import re2

    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    return re2.compile(f"(?:{_line(dialect)}\\n)*".encode(), options)


def _line(dialect: Dialect) -> str:
    """The expression of one line."""
    parts = []
    is_open = True  # no field stands before for certain
    for name in dialect.fields:
        member = f'"{name}"{dialect.colon}{_value(name)}'
        if name in NEEDED:
            parts.append(member if is_open else f"{dialect.comma}{member}")
            is_open = False
        elif is_open:
            parts.append(f"(?:{member}{dialect.comma})?")
        else:
            parts.append(f"(?:{dialect.comma}{member})?")
    return rf"\{{{''.join(parts)}\}}"


def _value(name: str) -> str:
    """The expression of a field's value."""
    known = BY_NAME.get(name)
    if known is None or known.derived_from is not None:
        return f"(?:{_TEXT}|{_INTEGER}|true|false|null)"
    value = _VALUES.get(name, _INTEGER if known.kind is Kind.INTEGER else _TEXT)
    return value if name in NEEDED else f"(?:{value}|null)"


NEEDED = ("id", "created_at")
"""The fields that every record has."""

Proven = tuple[int, Dialect]
"""Where proven lines end, and their dialect."""


def proven(content: bytes, start: int, dialects: Sequence[Dialect]) -> Proven:
    """Where the lines end that are proven from a place on.

    Args:
        content: whole lines.
        start: the beginning of one of them.
        dialects: at least one, the likeliest first.

    Returns:
        `start` itself where the line there is not proven.
    """
    for dialect in dialects:
        found = lines_of(dialect).match(content, start)
        if found is not None and found.end() > start:
            return found.end(), dialect
    return start, dialects[0]

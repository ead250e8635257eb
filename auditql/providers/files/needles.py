"""What a line must hold to pass a filter, as bytes to look for.

In: a filter. Out: for some of the tests that every match passes, the bytes of
which one must stand in a proven line. Looking for bytes is far quicker than
reading the line; what is found is still read and checked whole.
"""

import json
from collections.abc import Iterator, Sequence
from re import compile as pattern

from auditql.language.query import And, Column, Filter, OneOf
from auditql.providers.files.proof import PLAIN_TEXT, PLAIN_WORD, Dialect

MOST_VALUES = 4
"""Values that are looked for one by one; with more, lines are read."""

_INTEGERS = ("id", "actor_id", "source_id")
_TEXTS = {"action": pattern(PLAIN_WORD), "source_type": pattern(PLAIN_TEXT)}


def needles(filter_: Filter, dialect: Dialect) -> Sequence[tuple[bytes, ...]]:
    """Groups of bytes: each match holds one of each group; none for no bound."""
    terms = filter_.terms if isinstance(filter_, And) else (filter_,)
    return tuple(group for term in terms for group in _of_test(term, dialect))


def _of_test(test: Filter, dialect: Dialect) -> Iterator[tuple[bytes, ...]]:
    match test:
        case OneOf(Column(name), values) if len(values) <= MOST_VALUES:
            texts = [_text(name, value, dialect) for value in values]
            found = tuple(t.encode() for t in texts if t is not None)
            if len(found) == len(texts):
                yield found
        case _:
            return


def _text(name: str, value: object, dialect: Dialect) -> str | None:
    """The member of a proven line that has this value; None for several spellings."""
    start = f'"{name}"{dialect.colon}'
    if name in _INTEGERS and type(value) is int:
        return f"{start}{value}{dialect.comma}"  # `created_at` follows in any case
    plain = _TEXTS.get(name)
    if plain is not None and isinstance(value, str) and plain.fullmatch(value):
        return start + json.dumps(value)
    return None


def created_at(dialect: Dialect) -> bytes:
    """What stands in each proven line exactly once."""
    return f'"created_at"{dialect.colon}"'.encode()


def spans(
    content: bytes, start: int, end: int, group: Sequence[bytes]
) -> list[tuple[int, int]]:
    """The lines between two places that hold one of a group, in order."""
    found: list[tuple[int, int]] = []
    for needle in group:
        place = content.find(needle, start, end)
        while place >= 0:
            before = content.rfind(b"\n", start, place) + 1
            behind = content.find(b"\n", place, end)
            found.append((before or start, behind))
            place = content.find(needle, behind, end)
    if len(group) > 1:
        found.sort()
    return found


def rarest(
    groups: Sequence[tuple[bytes, ...]], content: bytes
) -> tuple[bytes, ...] | None:
    """The group that stands in the fewest places of a sample; None without any."""
    if not groups:
        return None
    return min(groups, key=lambda group: sum(map(content.count, group)))

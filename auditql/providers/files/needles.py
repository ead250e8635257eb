"""What a line must hold to pass a filter, as bytes to look for.

In: a filter. Out: for some of the tests that every match passes, the bytes of
which one must stand in a proven line. Looking for bytes is far quicker than
reading the line; what is found is still read and checked whole.
"""

import json
from re import compile as pattern

from auditql.catalog.forms import form
from auditql.language.clock import text_of
from auditql.language.query import And, Column, Filter, InRange, OneOf
from auditql.providers.files.proof import NEEDED, PLAIN_TEXT, PLAIN_WORD, Dialect

_TIME = len("2026-03-01T08:00:00Z")
_LATEST_S = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that has 20 characters

_NEVER = b"~"  # behind every time

MOST_VALUES = 4
"""Values that are looked for one by one; with more, lines are read."""

_INTEGERS = ("id", "actor_id", "source_id")
_TEXTS = {"action": pattern(PLAIN_WORD), "source_type": pattern(PLAIN_TEXT)}


def needles(filter_: Filter, dialect: Dialect) -> dict[str, tuple[bytes, ...]]:
    """Bytes by field: of each, a match holds one; none for no bound."""
    terms = filter_.terms if isinstance(filter_, And) else (filter_,)
    found: dict[str, tuple[bytes, ...]] = {}
    for term in terms:
        match term:
            case OneOf(Column(name), values) if len(values) <= MOST_VALUES:
                texts = [_text(name, value, dialect) for value in values]
                known = tuple(t.encode() for t in texts if t is not None)
                if len(known) == len(texts):
                    found[name] = known
            case _:
                pass
    return found


def _text(name: str, value: object, dialect: Dialect) -> str | None:
    """The member of a proven line that has this value; None for several spellings."""
    start = f'"{name}"{dialect.colon}'
    if name in _INTEGERS and type(value) is int:
        # Where a field follows in any case, so does a comma.
        is_inside = any(_stands_before(name, needed, dialect) for needed in NEEDED)
        return f"{start}{value}{dialect.comma}" if is_inside else None
    plain = _TEXTS.get(name)
    if plain is not None and isinstance(value, str) and plain.fullmatch(value):
        return start + json.dumps(value)
    return None


def _stands_before(name: str, other: str, dialect: Dialect) -> bool:
    """Whether a field stands before another in every line that has both."""
    fields = dialect.fields
    return name in fields and fields.index(name) < fields.index(other)


def created_at(dialect: Dialect) -> bytes:
    """What stands in each proven line exactly once, before its time."""
    return f'"created_at"{dialect.colon}"'.encode()


@form
class Search:
    """What is looked for in proven lines.

    Attributes:
        group: a match holds one of these.
        time: what stands before the time of a record, behind all of the group.
        first: the earliest time of a match, as its bytes; empty for no bound.
        end: the first time behind the last of a match; None for no bound.
    """

    group: tuple[bytes, ...]
    time: bytes
    first: bytes = b""
    end: bytes | None = None

    def spans(self, content: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """The lines between two places that may match, in order."""
        is_bounded = self.first or self.end is not None
        find = self._find_in_time if is_bounded else self._find
        found: list[tuple[int, int]] = []
        for needle in self.group:
            find(needle, content, start, end, found)
        if len(self.group) > 1:
            found.sort()
        return found

    def _find(
        self,
        needle: bytes,
        content: bytes,
        start: int,
        end: int,
        found: list[tuple[int, int]],
    ) -> None:
        find, rfind = content.find, content.rfind
        place = find(needle, start, end)
        while place >= 0:
            before = rfind(b"\n", start, place) + 1
            behind = find(b"\n", place, end)
            found.append((before or start, behind))
            place = find(needle, behind, end)

    def _find_in_time(
        self,
        needle: bytes,
        content: bytes,
        start: int,
        end: int,
        found: list[tuple[int, int]],
    ) -> None:
        find, rfind = content.find, content.rfind
        time, first, last = self.time, self.first, self.end or _NEVER
        length = len(time)
        place = find(needle, start, end)
        while place >= 0:
            begin = find(time, place) + length
            place = begin + _TIME
            if first <= content[begin:place] < last:
                before = rfind(b"\n", start, begin) + 1
                place = find(b"\n", place)
                found.append((before or start, place))
            place = find(needle, place, end)


def search_for(filter_: Filter, dialect: Dialect, sample: bytes) -> Search | None:
    """What to look for; None where every line must be read.

    Args:
        filter_: what matches pass.
        dialect: of the lines.
        sample: some of them: what is rare there is looked for.
    """
    groups = needles(filter_, dialect)
    time = created_at(dialect)
    first, end = _bounds(filter_)
    if groups:
        name = min(groups, key=lambda name: sum(map(sample.count, groups[name])))
        if _stands_before(name, "created_at", dialect):
            return Search(groups[name], time, first, end)
        return Search(groups[name], time)
    return Search((time,), time, first, end) if first or end is not None else None


def _bounds(filter_: Filter) -> tuple[bytes, bytes | None]:
    """The earliest time of a match and the first behind the last, as bytes."""
    first, end = b"", None
    for term in filter_.terms if isinstance(filter_, And) else (filter_,):
        match term:
            case InRange(Column("created_at"), low, high):
                if low is not None and 0 <= low <= _LATEST_S:
                    first = max(first, text_of(low).encode())
                if high is not None and 0 <= high <= _LATEST_S:
                    text = text_of(high).encode()
                    end = text if end is None else min(end, text)
            case _:
                pass
    return first, end

"""A record of the audit log as received, and the check that it is one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from auditql.catalog.fields import STORED
from auditql.catalog.kinds import Kind
from auditql.catalog.limits import INT64_MAX, INT64_MIN, NESTING

_TEXTS = tuple(
    f.name for f in STORED if f.kind is not Kind.INTEGER and f.name != "created_at"
)
_INTEGERS = tuple(f.name for f in STORED if f.kind is Kind.INTEGER and f.name != "id")
_FLAT = frozenset({str, int, float, bool, type(None)})
_ALIKE = frozenset({str, int, type(None)})
"""Types of which no two hold values that are equal to Python."""


class BadRecord(ValueError):
    """What was received is no record of the audit log."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One record of the audit log.

    Attributes:
        raw: the record exactly as received, unknown fields and order included.
        id: its id, a 64-bit integer.
        created_s: its time in whole seconds since 1970 UTC, rounded down.
    """

    raw: Mapping[str, object]
    id: int
    created_s: int

    @classmethod
    def from_json(cls, raw: object) -> "Record":
        """The record that a decoded JSON value is.

            >>> import json
            >>> line = '{"id": 7, "created_at": "2026-03-01T08:00:00Z", "x": [1]}'
            >>> record = auditql.Record.from_json(json.loads(line))
            >>> record.id, record.created_s, record.raw["x"]
            (7, 1772352000, [1])

        Known fields must be of their own JSON type or null (texts are
        strings, ids are 64-bit integers); `id` and `created_at` must be there.
        Unknown fields are kept, whatever they hold, down to `NESTING` levels:
        deeper ones could be read here and not be written again.

        Raises:
            BadRecord: it is no record; the message, a ValueError's, names the field.
        """
        if not isinstance(raw, dict):
            raise BadRecord("a record is not an object")
        number = raw.get("id")
        if type(number) is not int or not INT64_MIN <= number <= INT64_MAX:
            raise BadRecord("a record's id is not a 64-bit integer")
        for name in _TEXTS:
            value = raw.get(name)
            if value is not None and not isinstance(value, str):
                raise BadRecord(f"record {number}: {name} is not text")
        for name in _INTEGERS:
            value = raw.get(name)
            if value is not None and (
                type(value) is not int or not INT64_MIN <= value <= INT64_MAX
            ):
                raise BadRecord(f"record {number}: {name} is not a 64-bit integer")
        if not _FLAT.issuperset(map(type, raw.values())):
            _check_nesting(number, raw)
        return cls(raw, number, _seconds(number, raw.get("created_at")))

    def is_same(self, other: "Record") -> bool:
        """Whether both were received alike, but for the order of their fields.

        Python takes `1`, `true` and `1.0` for equal; here they are three values,
        and so are `1.1` and `1.10`: what was told apart there is not dropped here.
        """
        if self.raw != other.raw:
            return False
        types = map(type, chain(self.raw.values(), other.raw.values()))
        return _ALIKE.issuperset(types) or _is_same(self.raw, other.raw)


def _is_same(one: object, other: object) -> bool:
    """Whether two values, which are equal to Python, are the same JSON."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return all(map(_is_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return str(one) == str(other)
    return type(one) is type(other)


def _check_nesting(number: int, raw: object) -> None:
    """Walk down level by level.

    Raises:
        BadRecord: there are more than `NESTING` levels below the record.
    """
    level: list[object] = [raw]
    for _ in range(NESTING + 2):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise BadRecord(f"record {number}: a field is nested too deeply")


def _inside(value: object) -> Iterable[object]:
    """What an object or a list holds; nothing for all else."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _seconds(number: int, value: object) -> int:
    """The time of a record in whole seconds; times as the API writes them.

    Raises:
        BadRecord: the value is no time with an offset or `Z`.
    """
    if isinstance(value, str):
        try:
            time = datetime.fromisoformat(value)
            if time.tzinfo is not None:
                return int((time - _EPOCH).total_seconds() // 1)
        except (ValueError, OverflowError):
            pass
    raise BadRecord(f"record {number}: created_at is not a time")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

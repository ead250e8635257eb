"""Records as rows of a mirror, and rows as the records that they were.

In: a record. Out: a row of `schema.NAMES`. And back: the same record, its keys in
their order, null told from absent, numbers as they were written.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from auditql.catalog.forms import form
from auditql.catalog.numbers import Exact, holds_numbers, written
from auditql.catalog.record import Record
from auditql.catalog.strict_json import BadJson, loads
from auditql.providers.mirror.schema import FIELDS, INTEGERS, NAMES, TEXTS
from auditql.providers.mirror.texts import Codes, NoText, Texts

Row: TypeAlias = tuple[object, ...]
"""Values of the columns of `schema.NAMES`."""

_PREFIX = re.compile(r"https?://[!-.0-~]{1,260}/api/v2/audit_logs/")
_SUFFIX = ".json"
_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_LAST = date.max.toordinal()
_TWO = tuple(f"{number:02d}" for number in range(60))

_HELD = ("id", *FIELDS, "url", "created_at")
"""What a row says of itself; the rest is in `extra`."""

_TABLES = tuple(f"text_{name}" for name in TEXTS)
_FIRST_INTEGER = NAMES.index(INTEGERS[0])
_FIRST_TEXT = NAMES.index(TEXTS[0])
_SHAPE = NAMES.index("shape")


class NoRecord(ValueError):
    """A row that no record was put into."""


@form
class Shape:
    """What the records of one shape have in common.

    Attributes:
        text: all of it as its dictionary holds it, of ASCII alone.
        keys: in the order of the record.
        prefix: what their `url` begins with; None where it is absent or in `extra`.
        is_usual_time: `created_at` is spelt as the API spells it.
        values: takes what is held and what `extra` holds; gives the values of keys.
        extra: the keys that are in `extra`.
    """

    text: str
    keys: tuple[str, ...]
    prefix: str | None
    is_usual_time: bool
    values: Callable[[Sequence[object]], Sequence[object]]
    extra: tuple[str, ...]


@lru_cache(4096)
def shape_of(keys: tuple[str, ...], prefix: str | None, is_usual_time: bool) -> Shape:
    """The shape of records with these keys."""
    held = set(_HELD)
    if prefix is None:
        held.discard("url")
    if not is_usual_time:
        held.discard("created_at")
    extra = tuple(key for key in keys if key not in held)
    names = (*_HELD, *extra)
    # The last place of a name: `url` and `created_at` may be in both.
    places = {name: place for place, name in enumerate(names)}
    pick = itemgetter(*(places[key] for key in keys))
    assert len(keys) > 1, "a record has an id and a time"
    text = json.dumps([list(keys), prefix, is_usual_time], separators=(",", ":"))
    return Shape(text, keys, prefix, is_usual_time, pick, extra)


@lru_cache(4096)
def _shape_read(text: str) -> Shape:
    """The shape that a dictionary holds.

    Raises:
        NoRecord: it holds none.
    """
    try:
        keys, prefix, is_usual_time = json.loads(text)
        return shape_of(tuple(keys), prefix, bool(is_usual_time))
    except (ValueError, TypeError, KeyError, AssertionError, RecursionError):
        raise NoRecord("a shape is none") from None


@lru_cache(4096)
def _day(day: int) -> str | None:
    ordinal = day + _EPOCH
    return date.fromordinal(ordinal).isoformat() if 0 < ordinal <= _LAST else None


def usual_time(second: int) -> str | None:
    """A time as the API spells it; None outside of the years 1 to 9999."""
    day, rest = divmod(second, _DAY_S)
    name = _day(day)
    if name is None:
        return None
    hour, rest = divmod(rest, 3600)
    minute, rest = divmod(rest, 60)
    return f"{name}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[rest]}Z"


class Packer:
    """Records to rows, for the one who writes."""

    def __init__(self, codes: Codes) -> None:
        """Remember nothing yet."""
        self._codes = codes
        self._known = [codes.known[table] for table in _TABLES]
        self._shapes = codes.known["shape"]

    def row(self, record: Record, variant: int) -> Row:
        """The row of a record; its texts get codes."""
        raw = record.raw
        get, second = raw.get, record.created_s
        is_usual = raw["created_at"] == usual_time(second)
        shape = shape_of(tuple(raw), _prefix(get("url"), record.id), is_usual)
        texts = list(map(get, TEXTS))
        row: list[object] = [second, record.id, variant, *map(get, INTEGERS)]
        for known, text in zip(self._known, texts, strict=True):
            row.append(known.get(text))  # type: ignore[call-overload] # None has no code
        if None in row:
            for place, text in enumerate(texts, _FIRST_TEXT):
                if row[place] is None and isinstance(text, str):
                    row[place] = self._codes.of(f"text_{NAMES[place]}", text)
        row.append(self._shapes.get(shape.text) or self._codes.of("shape", shape.text))
        extra = {key: raw[key] for key in shape.extra}
        row.append(written(extra, is_ascii=True) if extra else None)
        return tuple(row)


def _prefix(url: object, number: int) -> str | None:
    """What stands before the id in an address that can be made of the id again."""
    end = f"{number}{_SUFFIX}"
    if not isinstance(url, str) or not url.endswith(end):
        return None
    prefix = url[: -len(end)]
    return prefix if _is_prefix(prefix) else None


@lru_cache(4096)
def _is_prefix(text: str) -> bool:
    return _PREFIX.fullmatch(text) is not None


class Unpacker:
    """Rows to records."""

    def __init__(self, texts: Texts) -> None:
        """Remember nothing yet."""
        self._texts = texts
        self._known = [texts.known[table] for table in _TABLES]
        self._shapes = texts.known["shape"]

    def record(self, row: Row) -> Record:
        """The record that was put into a row.

        Raises:
            NoRecord: the row holds none.
        """
        second, number, code = row[0], row[1], row[_SHAPE]
        if type(second) is not int or type(number) is not int:
            raise NoRecord("a record has no id or no time")
        try:
            text = self._shapes.get(code) or self._text("shape", code)  # type: ignore[call-overload] # a code that is no number is not known
            shape = _shape_read(text)
            held = [number, *row[_FIRST_INTEGER:_FIRST_TEXT], *self._read(row)]
            prefix = shape.prefix
            held.append(None if prefix is None else f"{prefix}{number}{_SUFFIX}")
            held.append(usual_time(second) if shape.is_usual_time else None)
            if not shape.extra:
                return Record(
                    dict(zip(shape.keys, shape.values(held))),  # noqa: B905 - as many
                    number,
                    second,
                )
            extra = _extra(row[-1])
            held += [extra[key] for key in shape.extra]
        except (NoText, KeyError, TypeError) as error:
            raise NoRecord(f"record {number}: {error}") from None
        raw = dict(zip(shape.keys, shape.values(held), strict=True))
        is_exact = any(map(holds_numbers, extra.values()))
        return Record(Exact(raw) if is_exact else raw, number, second)

    def _read(self, row: Row) -> list[object]:
        """The texts of a row."""
        codes = row[_FIRST_TEXT:_SHAPE]
        found = [
            known.get(code)  # type: ignore[call-overload] # as above
            for known, code in zip(self._known, codes, strict=True)
        ]
        if None in found:
            for place, code in enumerate(codes):
                if found[place] is None and code is not None:
                    found[place] = self._text(_TABLES[place], code)
        return found

    def _text(self, table: str, code: object) -> str:
        if type(code) is not int:
            raise NoText("a code is no number")
        return self._texts.of(table, code)


def _extra(text: object) -> Mapping[str, object]:
    try:
        found = loads(text) if isinstance(text, str) else None
    except BadJson as error:
        raise NoText(f"its further fields cannot be read: it {error}") from None
    if not isinstance(found, dict):
        raise NoText("its further fields are missing")
    return found

"""Proven lines to their values, and their times to seconds.

In: lines that `proof` vouches for, in UTF-8. Out: what the standard library's
JSON reads out of them. orjson, where it is installed, reads the same faster; what
it refuses (half of a surrogate pair) is read by the standard library.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter

from auditql.catalog.record import Record

Raw = dict[str, object]
_EPOCH = date(1970, 1, 1).toordinal()
_created_at: Callable[[Raw], str] = itemgetter("created_at")
_id: Callable[[Raw], int] = itemgetter("id")


class _Days(dict[str, int]):
    """The first second of a day by its text, `2026-03-10T`."""

    def __missing__(self, text: str) -> int:
        second = (date.fromisoformat(text[:-1]).toordinal() - _EPOCH) * 86_400
        self[text] = second
        return second


_MINUTES = {f"{n // 60:02}:{n % 60:02}": 60 * n for n in range(24 * 60)}
_SECONDS = {f"{n:02}": n for n in range(60)}


class Decoder:
    """Reads proven lines; the times of days that were met are remembered."""

    def __init__(self, *, is_fast: bool = True) -> None:
        """Read with orjson where it is there.

        Args:
            is_fast: False reads with the standard library in any case.
        """
        self._loads = _orjson() if is_fast else None
        self._days = _Days()

    def records(self, lines: Sequence[bytes]) -> list[Record]:
        """The records of lines, without their line feeds."""
        raws = self.values(lines)
        return list(map(Record, raws, map(_id, raws), self.seconds(raws)))

    def values(self, lines: Sequence[bytes]) -> list[Raw]:
        """The values of lines, without their line feeds."""
        if self._loads is not None:
            try:
                return list(map(self._loads, lines))
            except ValueError:
                return [raw for line in lines for raw in _standard(line)]
        return _standard(b",".join(lines))

    def seconds(self, raws: Sequence[Raw]) -> list[int]:
        """The times of records in whole seconds since 1970 UTC."""
        days, minutes, seconds = self._days, _MINUTES, _SECONDS
        return [
            days[t[:11]] + minutes[t[11:16]] + seconds[t[17:19]]
            for t in map(_created_at, raws)
        ]


def _standard(members: bytes) -> list[Raw]:
    """The values of lines between commas."""
    values: list[Raw] = json.loads(b"[" + members + b"]")
    return values


def _orjson() -> Callable[[bytes], Raw] | None:
    """The reader of orjson; None where it is not installed."""
    try:
        import orjson
    except ImportError:
        return None
    loads: Callable[[bytes], Raw] = orjson.loads
    return loads

"""Audit-log records and their times, as the emulator holds them.

In: records as JSON objects, times as text. Out: times as seconds, the fields
that filters read. A record is never changed; unknown and absent fields pass.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

Record: TypeAlias = Mapping[str, object]
"""One record: the JSON object of the API, in its key order."""

INTEGER_FIELDS = ("actor_id", "source_id")
TEXT_FIELDS = ("action", "ip_address", "source_type")
FILTER_FIELDS = INTEGER_FIELDS + TEXT_FIELDS
"""Fields that a filter may name, `created_at` aside."""

DAY_S = 86_400

# Looked up, neither formatted nor parsed: every record needs it both ways.
_TWO = tuple(f"{number:02d}" for number in range(60))
_NUMBER = {text: number for number, text in enumerate(_TWO)}
_HOURS = frozenset(_TWO[:24])
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_time(text: str) -> int:
    """Epoch seconds of `YYYY-MM-DDTHH:MM:SSZ`, the only form that is known.

    Raises:
        ValueError: on any other form, and on a day or hour that is none.
    """
    hour, minute, second = text[11:13], text[14:16], text[17:19]
    marks = (text[10:11], text[13:14], text[16:17], text[19:])
    if marks != ("T", ":", ":", "Z") or hour not in _HOURS:
        raise ValueError(f"not YYYY-MM-DDTHH:MM:SSZ: {text!r}")
    try:
        past_s = _NUMBER[hour] * 3600 + _NUMBER[minute] * 60 + _NUMBER[second]
    except KeyError as error:
        raise ValueError(f"no time of day: {text!r}") from error
    return _day_start(text[:10]) + past_s


@lru_cache(maxsize=4096)
def _day_start(date: str) -> int:
    if not _DATE.fullmatch(date):
        raise ValueError(f"not YYYY-MM-DD: {date!r}")
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())


def write_time(second: int) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ` of epoch seconds."""
    day, rest = divmod(second, DAY_S)
    hour, rest = divmod(rest, 3600)
    minute, second = divmod(rest, 60)
    return f"{_day_name(day)}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}Z"


@lru_cache(maxsize=4096)
def _day_name(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).strftime("%Y-%m-%d")


def key_of(record: Record) -> tuple[int, int]:
    """Where a record stands in time: its second, then its id.

    Raises:
        ValueError: if it has no integer `id` or no readable `created_at`.
    """
    number, created_at = record.get("id"), record.get("created_at")
    if not isinstance(number, int) or not isinstance(created_at, str):
        raise ValueError(  # noqa: TRY004 - the value of a record, not its type
            f"a record needs an id and a created_at: {record!r}"
        )
    return read_time(created_at), number

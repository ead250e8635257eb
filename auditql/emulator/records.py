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

# Looked up, not formatted: a generated record needs it at every turn.
_TWO = tuple(f"{number:02d}" for number in range(60))
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})Z", re.ASCII)


def read_time(text: str) -> int:
    """Epoch seconds of `YYYY-MM-DDTHH:MM:SSZ`, the only form that is known.

    Raises:
        ValueError: on any other form, and on a day or hour that is none.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not YYYY-MM-DDTHH:MM:SSZ: {text!r}")
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"no time of day: {text!r}")
    return _day_start(match[1]) + hour * 3600 + minute * 60 + second


@lru_cache(maxsize=4096)
def _day_start(date: str) -> int:
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

"""Rows written out: from values to what JSON holds.

In: the last shape and its items. Out: rows of the answer, by name of column. A
record is given as it was received; a time is written as the API writes it, a day
and a month in the query's zone.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import assert_never

from auditql.catalog.civil import Clock, clock_of, day_number, year_month
from auditql.catalog.kinds import WEEKDAYS
from auditql.plan.codegen import Source
from auditql.plan.codegen_tests import Writer
from auditql.plan.matcher import defined
from auditql.plan.shown import Shown
from auditql.results.stages.rows import Cell, Item, Shape

Row = Mapping[str, object]
"""A row of an answer: name of column to JSON value, None for missing."""

REMEMBERED = 4_096
"""Most days that a column is quick to write, and months."""

_DAY_S = 86_400


def shower(shape: Shape, zone: str) -> Callable[[Sequence[Item]], list[Row]]:
    """A function that writes items of the shape out."""
    if shape.cells is None:
        return _raw
    writer = Writer(zone, shape.columns)
    pairs = [
        f"{writer.constant(cell.column.name)}: {_text(cell, f'r[{place}]', writer)}"
        for place, cell in enumerate(shape.cells)
    ]
    text = f"def run(rows):\n return [{{{', '.join(pairs)}}} for r in rows]\n"
    return defined(Source(text, writer.names))


def _raw(items: Sequence[Item]) -> list[Row]:
    return [item.raw for item in items]  # type: ignore[union-attr] # by its shape


def _text(cell: Cell, value: str, writer: Writer) -> str:
    """The expression of a value written out."""
    write: Callable[..., object] | None = _writes(cell.shown, writer.zone)
    if write is None:
        if not cell.column.many:
            return value
        write = list
    return f"(None if {value} is None else {writer.constant(write)}({value}))"


def _writes(shown: Shown, zone: str) -> Callable[[int], str] | None:
    """What writes a value; None where it is written as it is."""
    match shown:
        case Shown.PLAIN:
            return None
        case Shown.TIME:
            return time_text
        case Shown.DATE:
            return lru_cache(REMEMBERED)(partial(_date, clock_of(zone)))
        case Shown.MONTH:
            return lru_cache(REMEMBERED)(partial(_month, clock_of(zone)))
        case Shown.WEEKDAY:
            return WEEKDAYS.__getitem__
        case _:
            assert_never(shown)


def time_text(second: int) -> str:
    """An instant as the API writes it, `2026-02-01T08:00:30Z`."""
    day, left = divmod(second, _DAY_S)
    return _day(day) + _clock_face(left // 60) + _SECONDS[left % 60]


def _date(clock: Clock, second: int) -> str:
    return _day(clock.day(second))


def _month(clock: Clock, second: int) -> str:
    return _day(clock.day(second))[:-3]


_SECONDS = tuple(f"{second:02}Z" for second in range(60))


@lru_cache(1440)
def _clock_face(minute: int) -> str:
    """A minute of the day, `T08:00:`."""
    return f"T{minute // 60:02}:{minute % 60:02}:"


@lru_cache(REMEMBERED)
def _day(day: int) -> str:
    """A day counted from 1970-01-01, `2026-02-01`."""
    year, month = year_month(day)
    return f"{year:04}-{month:02}-{day - day_number(year, month) + 1:02}"

"""The months of a lake: which one a record belongs to, and where its file stands.

In: seconds since 1970 UTC. Out: `2026-03`, and paths as Hive lays them out, so that
engines leave out the months that nobody asks for.
"""

from pathlib import Path

from auditql.catalog.civil import DAY_S, clock_of, day_number, year_month

KEY = "month"
FILE = "auditql.parquet"
"""The one file of a month: written again, it takes the place of what it was."""

_UTC = clock_of("UTC")


def month_of(second: int) -> tuple[str, int, int]:
    """The month that a moment lies in: its name, its first second, its end."""
    year, month = year_month(_UTC.day(second))
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    start, end = day_number(year, month) * DAY_S, day_number(*following) * DAY_S
    return f"{year:04}-{month:02}", start, end


def folder_of(lake: Path, month: str) -> Path:
    """The folder of a month."""
    return lake / f"{KEY}={month}"

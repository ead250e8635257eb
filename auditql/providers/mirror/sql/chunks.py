"""Which rows are looked at together: chunks of them, the newest first.

In: a condition on the action. Out: a table of SQL, `chunk (low_s, high_s)`, of the
times of chunks of some ten thousand rows; the last may have none. `?1` is the first
second that is read, `?2` the end, `?3` what the condition asks for.
"""

from auditql.providers.mirror.sql.numbers import TIME

# ruff: noqa: S608 - nothing that a person wrote is in the text

CHUNK = 20_000
"""Rows that are looked at together, or a few more."""


def by_number(condition: str) -> str:
    """Chunks of so many rows; `low_s` is NULL in the last."""
    return _recursive(nth(condition, "?1", "{}", CHUNK))


def nth(condition: str, start: str, end: str, number: int) -> str:
    """The time of a row of a time, counted from the newest."""
    return (
        f"(SELECT {TIME} FROM record WHERE {condition} AND {TIME} >= {start} "
        f"AND {TIME} < {end} ORDER BY {TIME} DESC LIMIT 1 OFFSET {number})"
    )


def _recursive(low: str) -> str:
    return (
        "WITH RECURSIVE chunk (low_s, high_s) AS ("
        f"SELECT {low.format(*['?2'] * 9)}, ?2 UNION ALL "
        f"SELECT {low.format(*['chunk.low_s'] * 9)}, chunk.low_s FROM chunk "
        "WHERE chunk.low_s IS NOT NULL)"
    )

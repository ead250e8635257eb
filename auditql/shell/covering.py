"""What a mirror covers, once a sync has ended, in words and as plain values.

In: its times; None where the mirror is damaged, so that nobody knows. Out: text, or
what JSON takes.
"""

from collections.abc import Sequence

from auditql.language.clock import text_of
from auditql.plan.lines import counted
from auditql.plan.model import Interval


def pairs_of(covered: Sequence[Interval] | None) -> list[list[str]] | None:
    """Start and end of each time; None for what nobody knows."""
    if covered is None:
        return None
    return [[text_of(time.start or 0), text_of(time.end or 0)] for time in covered]


def reach_of(covered: Sequence[Interval] | None) -> str:
    """From where to where it holds records, and how many gaps are between."""
    if covered is None:
        return "nobody knows what"
    if not covered:
        return "nothing"
    start, end = covered[0].start or 0, covered[-1].end or 0
    since = text_of(start) if start else "the beginning"
    gaps = f", {counted(len(covered) - 1, 'gap')}" if len(covered) > 1 else ""
    return f"from {since} to {text_of(end)}{gaps}"

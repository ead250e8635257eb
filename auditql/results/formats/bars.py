"""Bars: numbers of a column drawn beside the rows of a table.

In: the rows of a whole answer. Out: for each the text of a bar, from nothing for
0 to the full width for the largest number. What is no number above 0 has none,
and every other one shows at least its smallest part.
"""

from collections.abc import Sequence

from auditql.results.formats import Bars, Row

LEAST = 10
"""Columns of a screen below which no bar is drawn."""

MOST = 40
"""Columns of the longest bar."""

_FULL = "█"
_PARTS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")  # in eighths, from the left
_PLAIN = "#"


def drawn(bars: Bars, rows: Sequence[Row], wide: int) -> list[str]:
    """The bar of each row.

    Args:
        bars: what is drawn.
        rows: all that are drawn on one scale.
        wide: columns of the longest.
    """
    numbers = [number_of(row, bars.column) for row in rows]
    most = max([bars.most or 1, *numbers])
    return [_bar(number, most, wide, blocks=bars.blocks) for number in numbers]


def number_of(row: Row, column: str) -> int:
    """What is drawn of a row; nothing but a whole number above 0 is."""
    value = row.get(column)
    return value if type(value) is int and value > 0 else 0


def _bar(number: int, most: int, wide: int, *, blocks: bool) -> str:
    """A bar; whole numbers all the way, so the same on every machine."""
    if not number:
        return ""
    if not blocks:
        return _PLAIN * max(1, (2 * number * wide + most) // (2 * most))
    eighths = max(1, (2 * number * wide * 8 + most) // (2 * most))
    return _FULL * (eighths // 8) + _PARTS[eighths % 8]

"""The times that a zone's clock is written out for.

In: the range that a query's filter leaves. Out: a range of whole seconds, and at
which of its ends a row may lie outside: there the statement has to look.
"""

from auditql.catalog.civil import DAY_S
from auditql.catalog.forms import form
from auditql.plan.model import Interval

FIRST_S, LAST_S = 1_167_609_600, 2_208_988_800
"""The times that a statement in a zone is written for where its query bounds none:
no record is older than 2007, and behind 2039 it has to be made anew."""

_FAR_S = 4_102_444_800
"""2100: a bound that lies beyond, or before 1970, is taken for an open end."""
_LONG_S = 2 * 366 * DAY_S
"""A day, month or year that a record lies in begins within so much before it."""


@form
class Range:
    """The seconds that an operand can be, both ends included.

    Attributes:
        low: the first.
        high: the last.
        open_low: rows may lie before; the statement has to look.
        open_high: rows may lie behind.
    """

    low: int
    high: int
    open_low: bool = True
    open_high: bool = True

    @property
    def is_known(self) -> bool:
        """Whether all rows lie within."""
        return not (self.open_low or self.open_high)

    @property
    def is_positive(self) -> bool:
        """Whether no row is of a time near 1970 or before it."""
        return not self.open_low and self.low >= _LONG_S

    def holds(self, span: Interval) -> bool:
        """Whether the ends of a span lie within, as far as it has any."""
        starts = span.start is None or self.low <= span.start <= self.high
        return starts and (span.end is None or self.low < span.end <= self.high + 1)

    def of_parts(self) -> "Range":
        """The range of what is computed of such times: the starts of their days."""
        return Range(min(FIRST_S, self.low) - _LONG_S, max(LAST_S, self.high))


def range_of(span: Interval) -> Range:
    """The range of a query's time, by what its filter leaves."""
    if span.is_empty:
        return Range(FIRST_S, FIRST_S)
    low = FIRST_S if span.start is None else _near(span.start)
    high = LAST_S if span.end is None else _near(span.end - 1)
    return Range(
        min(low, high),
        max(low, high),
        span.start is None or low != span.start,
        span.end is None or high != span.end - 1,
    )


def _near(second: int) -> int:
    return min(max(second, 0), _FAR_S)

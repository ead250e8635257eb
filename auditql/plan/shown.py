"""How the values that a stage gives are written, whoever computes them.

In: an operand. Out: the form that its values have in an answer. A time, a day, a
month and a weekday are numbers while stages work on them.
"""

from enum import Enum

from auditql.catalog.kinds import Kind
from auditql.language.query import Apply, Operand


class Shown(Enum):
    """How the values of a column are written."""

    PLAIN = "as it is"
    TIME = "2026-03-01T08:00:00Z"
    DATE = "2026-03-01"
    MONTH = "2026-03"
    WEEKDAY = "mon"


_BY_FUNCTION = {"date": Shown.DATE, "month": Shown.MONTH}
_BY_KIND = {Kind.TIME: Shown.TIME, Kind.WEEKDAY: Shown.WEEKDAY}


def shown_as(operand: Operand) -> Shown:
    """How the values of a record's field, or of a function of a column, are written."""
    by_kind = _BY_KIND.get(operand.kind, Shown.PLAIN)
    if isinstance(operand, Apply):
        return _BY_FUNCTION.get(operand.function, by_kind)
    return by_kind

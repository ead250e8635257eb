"""Single tests that hold for no record, whatever the records are.

In: a single test. Out: why it never holds, or None where it may. Only what is
certain is told: what a function can give, what is read out of text, the ends of
a range. The opposite of such a test holds for every record.
"""

from auditql.catalog.changes import NO_VALUE
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.language.query import (
    Apply,
    Between,
    Column,
    Compare,
    Filter,
    InRange,
    OneOf,
    Order,
    Scalar,
)
from auditql.language.wrong_kind import operand_text

_READ_VALUES = frozenset({"changed_from", "changed_to"})


def is_reversed(test: Filter) -> bool:
    """Whether a test is a range whose end lies before its start: nothing passes."""
    match test:
        case InRange(_, int(start), int(end)):
            return start >= end
        case Between(_, int(low), int(high)):
            return low > high
        case Between(_, str(first), str(last)):
            return first > last
        case _:
            return False


def why_never(test: Filter) -> str | None:
    """Why no record can pass a test, a few words; None where one may."""
    match test:
        case OneOf(Column(name), values) if name in _READ_VALUES:
            never = all(value in NO_VALUE for value in values)
            return "read as no value at all" if never else None
        case OneOf(Apply() as operand, values):
            reasons = [_outside_of(operand, value) for value in values]
            return reasons[0] if all(reasons) else None
        case Between(Apply() as operand, int(low), int(high)):
            return _outside(operand, low, high)
        case Compare(Apply() as operand, order, int(bound)):
            return _outside(operand, *_span(order, bound))
        case _:
            return None


def _outside_of(operand: Apply, value: Scalar) -> str | None:
    return _outside(operand, value, value) if isinstance(value, int) else None


def _span(order: Order, bound: int) -> tuple[int | None, int | None]:
    """The smallest and the largest number that pass a comparison."""
    match order:
        case Order.LT:
            return None, bound - 1
        case Order.LE:
            return None, bound
        case Order.GT:
            return bound + 1, None
        case Order.GE:
            return bound, None


def _outside(operand: Apply, low: int | None, high: int | None) -> str | None:
    """What the function gives, if nothing of that lies between two numbers."""
    function = FUNCTIONS_BY_NAME[operand.function]
    least, most = function.least, function.most
    below = least is not None and high is not None and high < least
    above = most is not None and low is not None and low > most
    if not below and not above:
        return None
    shown = operand_text(operand)
    if most is None:
        return f"`{shown}` is never below {least}"
    return f"`{shown}` is {least} to {most}"

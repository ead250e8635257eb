"""Values of an engine's answer as values of JSON, and the rows that they make.

In: rows as a driver gives them. Out: text, whole numbers and None. What is anything
else is an error, by the name of its column: it is never written as it happens to be.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from auditql.errors import RunError
from auditql.providers.warehouse.statement import Statement

_PLAIN = frozenset({str, int, type(None)})


def rows_of(
    statement: Statement, found: Sequence[Sequence[object]]
) -> list[Mapping[str, object]]:
    """The rows by the names of their columns.

    Raises:
        RunError: a value is of a type that no answer has, or a row is of another
            width.
    """
    names = statement.columns
    made: list[Mapping[str, object]] = []
    for values in found:
        if len(values) != len(names):
            raise RunError("the engine gave rows of another width than it was asked")
        if not _PLAIN.issuperset(map(type, values)):
            values = [_value(*pair) for pair in zip(names, values, strict=True)]
        made.append(dict(zip(names, values, strict=True)))
    return made


def _value(name: str, value: object) -> object:
    """One value.

    Raises:
        RunError: it is of a type that no answer has.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return str(value)
    raise RunError(
        f"the engine gave a {type(value).__name__} for `{name}`, which no answer has"
    )

"""Values for parameters: from Python, from the command line, to syntax.

In: a value as a caller has it. Out: the syntax it stands for, bound as a value
and never pasted as text. What kind it must be is decided where it is used.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from auditql.catalog.forms import form
from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.scope import Binding

_NOWHERE = Span(0, 0)
_MOST_BITS = 8_192  # nobody could be told: Python writes at most 4,300 digits
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ADDRESSES = (IPv4Address, IPv6Address, IPv4Network, IPv6Network)


class BadParameter(ValueError):
    """A value that no parameter can stand for."""


@form
class Written:
    """A value of the command line.

    Attributes:
        text: as it was written; it is that text where one is needed.
        value: what it says, for any other place.
    """

    text: str
    value: Binding


def written(text: str) -> Written:
    """A value as a person wrote it, its kind left to the place where it is used."""
    return Written(text.strip(), from_text(text))


def texts(parameters: Mapping[str, object]) -> dict[str, str]:
    """Of the parameters that somebody wrote: as they were written."""
    return {n: v.text for n, v in parameters.items() if isinstance(v, Written)}


def from_text(text: str) -> Binding:
    """What a value on the command line stands for: a value, a list, else text."""
    from auditql.language.parser import parse_value

    found = parse_value(text)
    if found is None or _holds_parameter(found):
        return syntax.Text(text, _NOWHERE)
    return found


def _holds_parameter(found: Binding) -> bool:
    items = found if isinstance(found, tuple) else (found,)
    return any(isinstance(item, syntax.Parameter) for item in items)


def from_python(value: object) -> Binding:
    """What a Python value stands for.

    int, str (always text, or what it says where a time or address is needed),
    aware datetime, date, the addresses and networks of `ipaddress`, and lists,
    tuples and sets of these. Syntax goes through as it is.

    Raises:
        BadParameter: no value, such as None, a bool, a float, a naive datetime.
    """
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return _joined(
            item if isinstance(item, syntax.IntegerRun) else _one(item)
            for item in items
        )
    return _one(value)


def _one(value: object) -> syntax.Value:
    match value:
        case bool():
            raise BadParameter("a parameter is never true or false")
        case int() if value.bit_length() > _MOST_BITS:
            raise BadParameter("a number of thousands of digits is no parameter")
        case int():
            return syntax.Integer(int(value), _NOWHERE)
        case str():
            return syntax.Text(_paired(value), _NOWHERE)
        case datetime():
            return _instant(value)
        case date():
            return syntax.TimeLiteral(value.isoformat(), _NOWHERE)
        case _ if isinstance(value, _ADDRESSES):
            return syntax.Address(str(value), _NOWHERE)
        case syntax.Parameter():
            raise BadParameter("a parameter stands for a value, not for another")
        case _ if isinstance(value, syntax.Value):
            return value
        case _:
            raise BadParameter(f"a parameter is no {type(value).__name__}")


def _instant(value: datetime) -> syntax.TimeLiteral:
    """A moment in UTC to the second; what a record lies after in it is cut off."""
    if value.utcoffset() is None:
        raise BadParameter("a datetime needs a zone; give it a tzinfo")
    try:
        utc = value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise BadParameter("a datetime lies within the years 1 to 9999") from None
    return syntax.TimeLiteral(utc.isoformat(timespec="seconds") + "Z", _NOWHERE)


def _joined(
    values: Iterable[syntax.Value | syntax.IntegerRun],
) -> tuple[syntax.Item, ...]:
    """A list with its integers side by side, as the parser gives it."""
    items: list[syntax.Item] = []
    numbers: list[int] = []
    for value in (*values, None):
        if isinstance(value, syntax.Integer):
            numbers.append(value.value)
        elif isinstance(value, syntax.IntegerRun):
            numbers += value.values
        else:
            if numbers:
                run = syntax.IntegerRun(tuple(numbers), syntax.RunSpans(()), _NOWHERE)
                items.append(run)
                numbers = []
            if value is not None:
                items.append(value)
    return tuple(items)


def bind(parameters: Mapping[str, object]) -> dict[str, Binding]:
    """All parameters as syntax; what is syntax already stays.

    Raises:
        BadParameter: a value that no parameter can stand for; names it.
    """
    bound: dict[str, Binding] = {}
    for name, value in parameters.items():
        try:
            bound[name] = (
                value.value if isinstance(value, Written) else from_python(value)
            )
        except BadParameter as error:
            raise BadParameter(f"{name}: {error}") from None
    return bound


def _paired(text: str) -> str:
    """The text with each pair of surrogates as the character that they stand for.

    So JSON reads such a pair, and no record holds one in two halves.
    """
    if text.isascii() or not _PAIR.search(text):
        return str(text)
    halves = text.encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass")

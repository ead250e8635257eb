"""Values for parameters: from Python, from the command line, to syntax.

In: a value as a caller has it. Out: the syntax it stands for, bound as a value
and never pasted as text. What kind it must be is decided where it is used.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from auditql.diagnostics.model import Span
from auditql.language import syntax
from auditql.language.scope import Binding

_NOWHERE = Span(0, 0)
_ADDRESSES = (IPv4Address, IPv6Address, IPv4Network, IPv6Network)


class BadParameter(ValueError):
    """A value that no parameter can stand for."""


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
        return _joined(tuple(_one(item) for item in items))
    return _one(value)


def _one(value: object) -> syntax.Value:
    match value:
        case bool():
            raise BadParameter("a parameter is never true or false")
        case int():
            return syntax.Integer(int(value), _NOWHERE)
        case str():
            return syntax.Text(str(value), _NOWHERE)
        case datetime():
            if value.tzinfo is None:
                raise BadParameter("a datetime needs a zone; give it a tzinfo")
            utc = value.astimezone(UTC)
            return syntax.TimeLiteral(utc.strftime("%Y-%m-%dT%H:%M:%SZ"), _NOWHERE)
        case date():
            return syntax.TimeLiteral(value.isoformat(), _NOWHERE)
        case _ if isinstance(value, _ADDRESSES):
            return syntax.Address(str(value), _NOWHERE)
        case _ if isinstance(value, syntax.Value):
            return value
        case _:
            raise BadParameter(f"a parameter is no {type(value).__name__}")


def _joined(values: tuple[syntax.Value, ...]) -> tuple[syntax.Item, ...]:
    """A list with its integers side by side, as the parser gives it."""
    items: list[syntax.Item] = []
    for value in values:
        if not isinstance(value, syntax.Integer):
            items.append(value)
            continue
        number = value.value
        before = items[-1] if items else None
        if isinstance(before, syntax.IntegerRun):
            items[-1] = syntax.IntegerRun(
                (*before.values, number), before.spans, _NOWHERE
            )
        else:
            run = syntax.IntegerRun((number,), syntax.RunSpans(()), _NOWHERE)
            items.append(run)
    return tuple(items)


def bind(parameters: Mapping[str, object]) -> dict[str, Binding]:
    """All parameters as syntax; what is syntax already stays.

    Raises:
        BadParameter: a value that no parameter can stand for; names it.
    """
    bound: dict[str, Binding] = {}
    for name, value in parameters.items():
        try:
            if isinstance(value, tuple) and all(
                isinstance(item, syntax.Item) for item in value
            ):
                bound[name] = value
            else:
                bound[name] = from_python(value)
        except BadParameter as error:
            raise BadParameter(f"{name}: {error}") from None
    return bound

"""Values as written to values of a kind.

In: a value of the syntax tree and the kind that the operand has. Out: a typed
value, or None and a diagnostic in the scope. Times are not made here.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeVar

from auditql.catalog.fields import ACTIONS, BY_NAME
from auditql.catalog.kinds import WEEKDAYS, Kind
from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import syntax
from auditql.language.query import Apply, Column, Network, Operand, Scalar
from auditql.language.scope import Scope

V = TypeVar("V", bound=syntax.Value | syntax.IntegerRun)

KIND_WORDS = {
    Kind.INTEGER: "a whole number",
    Kind.WORD: "a word",
    Kind.TEXT: "text",
    Kind.ADDRESS: "an IP address",
    Kind.TIME: "a time",
    Kind.WEEKDAY: "a weekday",
}


def operand_text(operand: Operand) -> str:
    """The operand as a person writes it, for messages."""
    if isinstance(operand, Apply):
        inner = operand.column.name
        if operand.length is not None:
            inner += f", {operand.length.count}{operand.length.unit.value}"
        return f"{operand.function}({inner})"
    return operand.name


def plain_word(value: syntax.Value) -> syntax.Word | None:
    """The word that a value is on an operand that is not a time, else None."""
    match value:
        case syntax.Word():
            return value
        case syntax.Anchor(text, ()):
            return syntax.Word(text, value.span)
        case _:
            return None


def typed(value: syntax.Value, operand: Operand, scope: Scope) -> Scalar | None:
    """One typed value for an operand of any kind but TIME.

    A parameter gives what it stands for; a list there is an error.
    """
    if isinstance(value, syntax.Parameter):
        bound = scope.bound_value(value)
        if bound is None:
            return None
        return typed(at(bound, value.span), operand, scope)
    match operand.kind:
        case Kind.INTEGER:
            return _integer(value, operand, scope)
        case Kind.WORD | Kind.TEXT:
            return _text(value, operand, scope)
        case Kind.WEEKDAY:
            return _weekday(value, operand, scope)
        case Kind.ADDRESS:
            found = address(value, operand, scope)
            if found is None or isinstance(found, IPv4Address | IPv6Address):
                return found
            written = scope.written(value.span)
            scope.error(
                Code.WRONG_OPERATOR,
                "a network holds addresses and equals none",
                value.span,
                "a network",
                f"write `{operand_text(operand)} in {written}`",
            )
            return None
        case Kind.TIME:
            raise AssertionError("times are periods and are made elsewhere")


def at(value: V, span: Span) -> V:
    """The value as if it stood at that place, for what a parameter stands for."""
    return replace(value, span=span)


def in_range(number: int, span: Span, scope: Scope) -> int | None:
    """The number if 64 bits hold it, else None and a diagnostic."""
    if INT64_MIN <= number <= INT64_MAX:
        return number
    scope.error(
        Code.NUMBER_OUT_OF_RANGE,
        "ids and counts are 64-bit integers",
        span,
        f"not between {INT64_MIN} and {INT64_MAX}",
        "write a smaller number",
    )
    return None


def _integer(value: syntax.Value, operand: Operand, scope: Scope) -> int | None:
    if isinstance(value, syntax.Integer):
        return in_range(value.value, value.span, scope)
    fix = None
    if isinstance(value, syntax.Text) and value.value.strip().lstrip("-").isdecimal():
        number = value.value.strip()
        if number.isascii():
            fix = Fix(value.span, number)
    wrong_type(value, operand, scope, fix)
    return None


def _text(value: syntax.Value, operand: Operand, scope: Scope) -> str | None:
    word = plain_word(value)
    is_bare = word is not None
    text = word.value if word is not None else None
    if isinstance(value, syntax.Text):
        text = value.value
    if text is None:
        fix = Fix(value.span, "'" + scope.written(value.span).replace("'", "''") + "'")
        quotable = isinstance(
            value, syntax.Integer | syntax.Address | syntax.TimeLiteral
        )
        wrong_type(value, operand, scope, fix if quotable else None)
        return None
    is_action = (
        isinstance(operand, Column) and operand.folds_case and operand.name == "action"
    )
    if is_bare and not is_action and _is_no_value(text):
        _field_as_value(text, value.span, operand, scope)
    if isinstance(operand, Column) and operand.folds_case:
        text = text.casefold()
        if text not in ACTIONS and operand.name == "action":
            _unknown_action(text, value.span, scope, is_bare=is_bare)
            if is_bare:
                return None
    return text


def _is_no_value(word: str) -> bool:
    """Whether a bare word looks like a field, or like the absence of a value."""
    return word.lower() == "null" or word.lower() in BY_NAME


def _field_as_value(text: str, span: Span, operand: Operand, scope: Scope) -> None:
    name = operand_text(operand)
    if text.lower() == "null":
        scope.warn(
            Code.FIELD_AS_VALUE,
            f"`{text}` is read as the word '{text}'",
            span,
            "a word, not the absence of a value",
            f"use `{name} is null`",
        )
        return
    scope.warn(
        Code.FIELD_AS_VALUE,
        f"`{text}` is read as the word '{text}'",
        span,
        "a field is never on the right side",
        f"if the word is meant, quote it: '{text}'",
        fix=Fix(span, f"'{text}'"),
    )


def _unknown_action(text: str, span: Span, scope: Scope, *, is_bare: bool) -> None:
    meant = nearest(text, ACTIONS)
    help_ = f"did you mean `{meant[0]}`?" if meant else None
    label = "not one of " + ", ".join(ACTIONS)
    shown = scope.written(span) if is_bare else text
    if is_bare:
        scope.error(
            Code.UNKNOWN_VALUE,
            f"`action` is never `{shown}`",
            span,
            label,
            "for records without a value use `action is null`"
            if text == "null"
            else help_ or "quote it if Zendesk has a new action of that name",
            fix=Fix(span, meant[0]) if meant else None,
            expected=ACTIONS,
        )
    else:
        scope.warn(
            Code.UNKNOWN_VALUE,
            f"`action` is not known to be '{shown}'",
            span,
            label,
            help_,
            fix=Fix(span, meant[0]) if meant else None,
        )


def _weekday(value: syntax.Value, operand: Operand, scope: Scope) -> int | None:
    word = plain_word(value)
    text = (
        word.value if word else value.value if isinstance(value, syntax.Text) else None
    )
    if text is not None and text.lower() in WEEKDAYS:
        return WEEKDAYS.index(text.lower())
    if text is None:
        wrong_type(value, operand, scope)
        return None
    meant = [d for d in WEEKDAYS if text.lower().startswith(d)] or nearest(
        text, WEEKDAYS
    )
    scope.error(
        Code.UNKNOWN_VALUE,
        f"`{text}` is no weekday",
        value.span,
        "not one of " + ", ".join(WEEKDAYS),
        f"did you mean `{meant[0]}`?" if meant else None,
        fix=Fix(value.span, meant[0]) if meant else None,
        expected=WEEKDAYS,
    )
    return None


def address(
    value: syntax.Value, operand: Operand, scope: Scope
) -> IPv4Address | IPv6Address | Network | None:
    """The address or network of a value, else None and a diagnostic."""
    match value:
        case syntax.Address(text):
            pass
        case syntax.Text(text) | syntax.Word(text):
            text = text.strip()
        case _:
            wrong_type(value, operand, scope)
            return None
    found = _address(text)
    if found is not None:
        return found
    network = _network_around(text)
    if network is not None:
        written = str(network)
        quote = scope.written(value.span)[:1] if isinstance(value, syntax.Text) else ""
        scope.error(
            Code.HOST_BITS,
            f"`{text}` has bits set behind the network",
            value.span,
            f"the network is {written}",
            f"write `{written}`",
            fix=Fix(value.span, f"{quote}{written}{quote}"),
        )
        return None
    clock = text.count(":") in (1, 2) and text.replace(":", "").isdigit()
    scope.error(
        Code.BAD_NETWORK,
        f"`{text[:60]}` is no address and no network",
        value.span,
        "a time of day" if clock else "not IPv4, not IPv6",
        "write it like 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32",
    )
    return None


def _address(text: str) -> IPv4Address | IPv6Address | Network | None:
    """What a text says; the zone of a link-local address means nothing here."""
    if "%" in text:
        return None
    try:
        return ip_network(text) if "/" in text else ip_address(text)
    except ValueError:
        return None


def _network_around(text: str) -> Network | None:
    """The network that a text means if it forgets the bits behind it."""
    if "%" in text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def wrong_type(
    value: syntax.Value, operand: Operand, scope: Scope, fix: Fix | None = None
) -> None:
    """Say that a value is not of the operand's kind."""
    wanted = KIND_WORDS[operand.kind]
    help_ = f"write `{fix.text}`" if fix else None
    if isinstance(value, syntax.Word) and value.value.lower() == "null":
        help_ = f"for records without a value use `{operand_text(operand)} is null`"
    elif isinstance(value, syntax.Word) and value.value.lower() in BY_NAME:
        help_ = "a field is never on the right side; write the value itself"
    if isinstance(value, syntax.Duration) and operand.kind is Kind.TIME:
        code = Code.BARE_DURATION
    else:
        code = Code.WRONG_TYPE
    scope.error(
        code,
        f"`{operand_text(operand)}` is {wanted}",
        value.span,
        f"this is {_described(value)}",
        help_,
        fix=fix,
    )


def _described(value: syntax.Value) -> str:
    match value:
        case syntax.Text():
            return "quoted text"
        case syntax.Word():
            return "a word"
        case syntax.Integer():
            return "a number"
        case syntax.Address():
            return "an address or network"
        case syntax.Duration():
            return "a length of time"
        case syntax.Parameter():
            return "a parameter"
        case _:
            return "a time"

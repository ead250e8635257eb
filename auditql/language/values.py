"""Values as written to values of a kind.

In: a value of the syntax tree and the kind that the operand has. Out: a typed
value, or None and a diagnostic in the scope. Times are not made here.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from auditql.catalog.fields import ACTIONS, BY_NAME
from auditql.catalog.kinds import WEEKDAYS, Kind
from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import syntax
from auditql.language.addresses import address
from auditql.language.query import Column, Operand, Scalar
from auditql.language.scope import Scope
from auditql.language.wrong_kind import operand_text, wrong_type

V = TypeVar("V", bound=syntax.Value | syntax.IntegerRun)


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
        bound = scope.bound_value(value, operand.kind)
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
        case Kind.LIST:
            raise AssertionError("lists are compared with nothing")


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
        fix = Fix(value.span, "'" + scope.said(value).replace("'", "''") + "'")
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
    written = scope.written(span)
    shown = written if is_bare and not written.startswith(":") else text
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

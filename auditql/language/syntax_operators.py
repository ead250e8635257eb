"""Operators that are nearly there: `is not 'x'`, `not =`, `is empty`, no field.

In: the place where the parser stopped. Out: a Diagnostic where the operator is
recognised, else None.
"""

import re

from auditql.catalog.fields import BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.expected import OPERATOR_WORDS
from auditql.language.syntax_place import VALUES, Place
from auditql.language.syntax_words import spelled

_SIGN = re.compile(r"(?:[<>]=?|!?~\*?|!?=)(?![=<>!~*])")
_WORDS = frozenset(word for word in OPERATOR_WORDS if word.isalpha()) - {"not"}
_BEFORE_A_TEST = ("AND", "OR", "NOT", "LPAR", "SEMICOLON", "EQUAL", "WHERE")
_EXAMPLES = {
    "in": "action in (create, destroy)",
    "is": "ip_address is null",
    "between": "actor_id between 1 and 9",
    "contains": "actor_name contains 'Jane'",
    "starts": "actor_name starts with 'Jane'",
    "ends": "actor_name ends with 'Doe'",
    "like": "actor_name like 'Jane%'",
    "ilike": "actor_name ilike 'jane%'",
    "during": "created_at during 2026-02",
}


def is_empty(place: Place) -> Diagnostic | None:
    """`source_label is empty`: text may be there and hold nothing."""
    if (
        str(place.token).lower() not in ("empty", "blank")
        or "NULL" not in place.accepts
    ):
        return None
    negated = place.before_type == "NOT"
    operand, is_ = place.before[-3 if negated else -2 :][:2]
    field = BY_NAME.get(str(operand).lower())
    if field is None or field.kind not in (Kind.TEXT, Kind.WORD):
        return None
    start = (operand if negated else is_).start_pos or 0
    written = f"length({operand}) > 0" if negated else "= ''"
    span = Span(start, place.at.end)
    null = f"`is {'not ' if negated else ''}null`"
    return Diagnostic(
        Code.KEYWORD_TYPO,
        f"`{place.text[span.start : span.end]}` does not fit here",
        span,
        f"spelled `{written}`",
        f"write `{written}`; {null} asks whether there is a value at all",
        (written,),
        Fix(span, written),
    )


def is_for_equal(place: Place) -> Diagnostic | None:
    """`action is login` and `action is not login`: equality is `=`."""
    if place.token.type not in VALUES or str(place.token).lower() == "not":
        return None
    types = [token.type for token in place.before[-2:]]
    if types[-1:] == ["IS"]:
        return spelled(place.last_span, "=", place)
    if types == ["IS", "NOT"]:
        start = place.before[-2].start_pos or 0
        return spelled(Span(start, place.last_span.end), "!=", place)
    return None


def is_before_operator(place: Place) -> Diagnostic | None:
    """`action is in (login)`: only `null` follows `is`."""
    types = [token.type for token in place.before[-2:]]
    word = str(place.token).lower()
    if word not in _WORDS - {"null", "is"} or "IS" not in types:
        return None
    if types[-1] not in ("IS", "NOT"):
        return None
    token = place.before[-1 if types[-1] == "IS" else -2]
    start = token.start_pos or 0
    following = re.compile(r"\s*").match(place.text, start + len(token))
    assert following is not None
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`is` does not stand before `{word}`",
        Span(start, start + len(token)),
        "one too many",
        "leave it out",
        fix=Fix(Span(start, following.end()), ""),
    )


def equals_in_clause(place: Place) -> Diagnostic | None:
    """`limit=5`: the number of a clause stands right behind it."""
    if place.before_type not in ("LIMIT", "OFFSET") or str(place.token)[:1] != "=":
        return None
    sign = Span(place.at.start, place.at.start + 1)
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{str(place.last).lower()}` stands without `=`",
        sign,
        "one too many",
        "write `limit 5`" if place.before_type == "LIMIT" else "write `offset 5`",
        fix=Fix(sign, " "),
    )


def behind_a_field(place: Place) -> Diagnostic | None:
    """`ip_address exists`: whether a value is there is asked with `is null`."""
    written = {"exists": "is not null", "missing": "is null"}
    word = str(place.token).lower()
    if word not in written or place.before_type not in ("WORD", "RPAR"):
        return None
    if "COMPARATOR" not in place.accepts:
        return None
    return spelled(place.at, written[word], place)


def not_equal(place: Place) -> Diagnostic | None:
    """`actor_name not = 'bob'`: its opposite is `!=`."""
    if place.before_type != "NOT" or "IN" not in place.accepts:
        return None
    match = _SIGN.match(place.text, place.at.start)
    opposites = {"=": "!=", "~": "!~", "~*": "!~*"}
    if match is None or match[0] not in opposites:
        return None
    span = Span(place.last_span.start, match.end())
    return spelled(span, opposites[match[0]], place)


def no_field(place: Place) -> Diagnostic | None:
    """`not in (login)`, `= 'bob'`: an operator, and no field before it."""
    index = _called(place)
    if index is None and "COMPARATOR" in place.accepts:
        index = len(place.before) - 1  # the operator was taken for a name
        if index < 0 or str(place.before[index]).lower() not in _WORDS:
            return None
    if index is not None:
        found, start = str(place.before[index]), place.before[index].start_pos or 0
    else:
        match = _SIGN.match(place.text, place.at.start)
        if match is None or not {"WORD", "REFERENCE"} <= place.accepts:
            return None
        index = len(place.before)
        found, start = match[0], match.start()
    end = start + len(found)
    if index > 0 and place.before[index - 1].type == "NOT":
        start = place.before[index - 1].start_pos or 0
    example = _EXAMPLES.get(found.lower(), "actor_name = 'Jane Doe'")
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{place.text[start:end]}` has no field before it",
        Span(start, end),
        "which field?",
        f"write the field first, as in `{example}`",
    )


def _called(place: Place) -> int | None:
    """The place of an operator that was taken for a function; None for none."""
    before = place.before
    for index in range(len(before) - 2, -1, -1):
        token = before[index]
        if token.type == "SEMICOLON":
            return None
        if token.type == "WORD" and before[index + 1].type == "LPAR":
            opens = index == 0 or before[index - 1].type in _BEFORE_A_TEST
            if opens and str(token).lower() in _WORDS:
                return index
    return None

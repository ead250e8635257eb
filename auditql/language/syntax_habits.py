"""Habits of other languages, and what to write instead.

In: the place where the parser stopped. Out: a Diagnostic where the habit is
recognised, else None. Each function knows one family of habits.
"""

import re

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.mending import apart
from auditql.language.syntax_place import CLAUSE_WORDS, Place

_SIGNS = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "==": "=",
    "===": "=",
    "<>": "!=",
    "!==": "!=",
    "=!": "!=",
    "=<": "<=",
    "=>": ">=",
    "=~": "~",
}
_BRACKETS = re.compile(
    r"\[([^\[\]()'\"]*+(?:'[^'\\]*+'|\"[^\"\\]*+\"|,|[^\[\]()'\"]+)*+)\]"
)
_SIGN = "=!<>&|~"
_LONGEST_SIGN = 4
_BAR_AND_MISFIT = 2


def operators(place: Place) -> Diagnostic | None:
    """`&&`, `||`, `==`, `<>`, `!`: operators of other languages."""
    if place.is_end:
        return None
    span = _signs(place)
    sign = place.text[span.start : span.end]
    word = _SIGNS.get(sign)
    following = re.match(r"\s{0,99}(\w{1,9})", place.text[span.end : span.end + 120])
    if word in ("and", "or") and following and following[1].lower() in CLAUSE_WORDS:
        return None  # `|| order by`: nothing is joined
    if word is not None and (not word.isalpha() or _joins(place)):
        return Diagnostic(
            Code.FOREIGN_OPERATOR,
            f"`{sign}` is no operator here",
            span,
            f"spelled `{word}`",
            f"write `{word}`",
            (word,),
            Fix(span, apart(word, span, place.text)),
        )
    if sign == "!" and "NOT" in place.accepts:
        return Diagnostic(
            Code.FOREIGN_OPERATOR,
            "`!` is no operator here",
            span,
            "spelled `not`",
            "write `not`",
            ("not",),
            Fix(span, apart("not", span, place.text)),
        )
    return None


def bar_for_or(place: Place) -> Diagnostic | None:
    """`a = 1 | b = 2`: one bar begins a stage; no stage begins like this."""
    if place.before_type != "VBAR" or not _joins(place) or not place.begins_a_test():
        return None
    if place.token.type == "WORD" and place.after[:1] == "(":
        return None  # `sum(x)`: an aggregate of another language
    span = place.last_span
    return Diagnostic(
        Code.FOREIGN_OPERATOR,
        "`|` begins a stage and joins no conditions",
        span,
        "spelled `or`",
        "write `or`",
        ("or",),
        Fix(span, apart("or", span, place.text)),
    )


def brackets(place: Place) -> Diagnostic | None:
    """`[a, b]`: the list of another language."""
    if place.token.type != "JUNK" or str(place.token)[:1] != "[":
        return None
    start = place.at.start
    match = _BRACKETS.match(place.text, start)
    fix = None
    if match is not None:
        listed = f"({match[1].strip()})"
        sign = str(place.last)
        fix = Fix(Span(*match.span()), listed)
        if sign in ("=", "!="):
            word = "in" if sign == "=" else "not in"
            whole = Span(place.last_span.start, match.end())
            fix = Fix(whole, apart(f"{word} {listed}", whole, place.text))
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a list stands in parentheses",
        Span(*match.span()) if match else Span(start, start + 1),
        "in brackets",
        f"write `{fix.text.strip()}`"
        if fix and len(fix.text) <= 80
        else "write `(` and `)`",
        fix=fix,
    )


def _joins(place: Place) -> bool:
    """Whether a condition stands before this, or before the bar before this."""
    behind_bar = place.before_type == "VBAR" and len(place.statement) > _BAR_AND_MISFIT
    return place.test_is_whole or behind_bar


def _signs(place: Place) -> Span:
    """The signs in a row that the misfit stands in or right behind."""
    text, start = place.text, place.at.start
    end = start
    while start > 0 and text[start - 1] in _SIGN and end - start < _LONGEST_SIGN:
        start -= 1
    while text[end : end + 1] and text[end] in _SIGN and end - start < _LONGEST_SIGN:
        end += 1
    return Span(start, end)

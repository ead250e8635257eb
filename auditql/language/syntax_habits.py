"""Habits of other languages, and what to write instead.

In: the place where the parser stopped. Out: a Diagnostic where the habit is
recognised, else None. Each function knows one family of habits.
"""

import re

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.syntax_place import Place, apart

_SELECT = re.compile(r"select\b[^;|]*?\bwhere\b\s*", re.I)
_SELECT_ALL = re.compile(
    r"select\s++(?:\*|[\w,]++(?:\s++(?!from\b)[\w,]++)*+)\s++from\s++\w++\s*+", re.I
)
_WHERE = re.compile(r"where\b\s*", re.I)
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
_STAGE_WORDS = frozenset(
    {"select", "where", "count", "stats", "top", "distinct", "timeline"}
)


def sql(place: Place) -> Diagnostic | None:
    """SQL's `SELECT … WHERE …`, or a `where` at the start of a statement."""
    first = place.statement[0]
    word = str(first).lower()
    start = first.start_pos or 0
    if word not in ("select", "where") or first.type == "$END":
        return None
    if word == "select":
        match = _SELECT.match(place.text, start) or _SELECT_ALL.match(place.text, start)
        message = "a query is no SQL: it begins with the filter"
        help_ = "leave it out; columns are chosen at the end, as in `| select id`"
    else:
        match = _WHERE.match(place.text, start)
        message = "a query begins with the filter itself"
        help_ = "leave out `where`"
    end = match.end() if match else start + len(word)
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        message,
        Span(start, start + len(place.text[start:end].rstrip())),
        "not needed",
        help_,
        fix=Fix(Span(start, end), "") if match else None,
    )


def clause_of_sql(place: Place) -> Diagnostic | None:
    """`group by`, `having`, or a stage without its `|`, behind a filter."""
    if not place.is_word or "VBAR" not in place.accepts:
        return None
    word = str(place.token).lower()
    behind = re.match(r"\s+by\b", place.text[place.at.end :][:20], re.I)
    span = place.at
    if word == "group" and behind is not None:
        span = Span(span.start, span.end + behind.end())
        written = "| count by"
    elif word == "having":
        written = "| where"
    elif word in _STAGE_WORDS and place.after[:1] not in tuple("=!<>~"):
        written = f"| {word}"
    else:
        return None
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        f"`{place.text[span.start : span.end]}` is no clause",
        span,
        "a stage begins with `|`",
        f"write `{written}`",
        (written,),
        Fix(span, written),
    )


def operators(place: Place) -> Diagnostic | None:
    """`&&`, `||`, `==`, `<>`, `!`: operators of other languages."""
    if place.is_end:
        return None
    span = _signs(place)
    sign = place.text[span.start : span.end]
    word = _SIGNS.get(sign)
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

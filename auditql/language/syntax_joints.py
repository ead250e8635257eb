"""What is missing or too much between two things: `and`, commas, parentheses.

In: the place where the parser stopped. Out: a Diagnostic where the fault is
recognised, else None.
"""

import re
from itertools import pairwise

from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.mending import apart
from auditql.language.syntax_place import CLAUSE_WORDS, VALUES, Place

_MORE_VALUES = re.compile(
    r"""(?:\s*+(?:,\s*+)?(?!(?:and|or|order|limit|offset|page|after|before)\b)"""
    r"""(?:'[^'\\\n]*+'|"[^"\\\n]*+"|[\w.:/@-]++))++""",
    re.I,
)


def not_closed(place: Place) -> Diagnostic | None:
    """The text ends, and parentheses are open that could be closed."""
    opened = place.opened
    if not place.is_end or "RPAR" not in place.accepts or opened <= 0:
        return None
    behind = Span(place.last_span.end, place.last_span.end)
    return Diagnostic(
        Code.ENDS_EARLY,
        "a parenthesis is not closed"
        if opened == 1
        else f"{opened} parentheses are not closed",
        place.at,
        "the text ends here",
        f"close it with `{')' * opened}`",
        (")",),
        Fix(behind, ")" * opened),
    )


def never_opened(place: Place) -> Diagnostic | None:
    """A parenthesis is closed that was never opened."""
    if place.token.type != "RPAR" or place.opened > 0:
        return None
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "a parenthesis is closed that was never opened",
        place.at,
        "one too many",
        "leave it out",
        fix=Fix(place.at, ""),
    )


def empty_list(place: Place) -> Diagnostic | None:
    """`in ()`, or parentheses around nothing."""
    if place.token.type != "RPAR" or place.before_type != "LPAR":
        return None
    return Diagnostic(
        Code.EMPTY_LIST,
        "parentheses hold nothing",
        Span(place.last_span.start, place.at.end),
        "empty",
        "write at least one value, as in `action in (create, destroy)`",
    )


def stray_comma(place: Place) -> Diagnostic | None:
    """`…, limit 10`: a comma in front of a clause.

    In a list of keys the word of the clause was taken for one more key.
    """
    comma = _comma_before_clause(place)
    if comma is None:
        return None
    return Diagnostic(
        Code.STRAY_COMMA,
        "no comma stands before a clause",
        comma,
        "one too many",
        "leave it out",
        fix=Fix(comma, ""),
    )


def _comma_before_clause(place: Place) -> Span | None:
    if place.token.type == "COMMA":
        following = re.match(r"\w+", place.after)
        is_clause = following is not None and following[0].lower() in CLAUSE_WORDS
        return place.at if is_clause else None
    words = [t for t in (*place.before[-2:], place.token) if t.type != "$END"]
    for comma, word in pairwise(words):
        if comma.type == "COMMA" and str(word).lower() in CLAUSE_WORDS:
            start = comma.start_pos or 0
            return Span(start, start + 1)
    return None


def direction_twice(place: Place) -> Diagnostic | None:
    """`-x desc`: the direction is said by the sign and by the word."""
    if str(place.token).lower() not in ("asc", "desc"):
        return None
    for token in reversed(place.before[-8:]):
        if token.type == "MINUS":
            break
        if token.type not in ("WORD", "LPAR", "RPAR", "COMMA", "DURATION"):
            return None
        if token.type == "COMMA" and place.before_type != "RPAR":
            return None
    else:
        return None
    return Diagnostic(
        Code.DIRECTION_TWICE,
        "the direction of a key is said twice",
        place.at,
        "`-` said it already",
        f"leave out `{place.token}`, or the `-`",
        fix=Fix(place.at, ""),
    )


def time_arithmetic(place: Place) -> Diagnostic | None:
    """`2026-02-01 - 7d`: only anchors are shifted."""
    sign = str(place.token)[:1]
    if place.token.type == "INTEGER" or sign not in ("-", "+"):
        return None
    if place.before_type not in ("TIME", "PARAMETER", "STRING", "INTEGER", "DURATION"):
        return None
    return Diagnostic(
        Code.TIME_ARITHMETIC,
        "only `now`, `today` and `yesterday` can be shifted",
        Span(place.at.start, place.at.start + 1),
        f"not behind `{str(place.last)[:40]}`",
        "write the time itself, or shift an anchor, as in `now - 7d`",
    )


def several_values(place: Place) -> Diagnostic | None:
    """`x = 1, 2` and `x in 1, 2`: several values without parentheses."""
    token, last = place.token, place.last
    if last is None or last.type not in VALUES or not place.test_is_whole:
        return None
    numbers = token.type == "INTEGER" and last.type in ("INTEGER", "INTEGERS")
    if token.type != "COMMA" and not (numbers and place.kind() is Kind.INTEGER):
        return None
    start = place.last_span.start
    match = _MORE_VALUES.match(place.text, place.last_span.end)
    if match is None:
        return None
    span = Span(start, match.end())
    listed = ", ".join(
        re.findall(r"'[^']*'|\"[^\"]*\"|[^\s,'\"]+", place.text[start : match.end()])
    )
    operator = place.before[-2] if len(place.before) > 1 else last
    negated = str(operator) == "!="
    if operator.type == "IN" and place.text[span.end :].lstrip()[:1] == ")":
        fix = Fix(Span(start, start), "(")
    elif operator.type == "IN":
        fix = Fix(span, f"({listed})")
    elif operator.type == "COMPARATOR" and (negated or str(operator) == "="):
        begin = Span(operator.start_pos or 0, span.end)
        written = f"{'not in' if negated else 'in'} ({listed})"
        fix = Fix(begin, apart(written, begin, place.text))
    else:
        return None
    return Diagnostic(
        Code.NOT_A_LIST,
        "several values stand in parentheses, behind `in`",
        span,
        "several values",
        f"write `{fix.text.strip() if len(fix.text) <= 80 else 'in (…)'}`",
        fix=fix,
    )


def nothing_to_join(place: Place) -> Diagnostic | None:
    """`and and`, or `or` at the start: it was taken for a name."""
    word = str(place.last).lower()
    if word not in ("and", "or") or place.before_type != "WORD":
        return None
    if "COMPARATOR" not in place.accepts:
        return None
    fix = Fix(Span(place.last_span.start, place.at.start), "")
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{word}` has nothing to join",
        place.last_span,
        "no condition before this",
        "leave it out",
        fix=None if place.is_end else fix,
    )


def missing_comma(place: Place) -> Diagnostic | None:
    """`in (1 2)`: two values of a list side by side."""
    accepts = place.accepts
    if place.test_is_whole or not {"COMMA", "RPAR"} <= accepts:
        return None
    if place.token.type not in VALUES or place.before_type not in VALUES:
        return None
    if str(place.token).lower() in CLAUSE_WORDS:
        return None
    behind = Span(place.last_span.end, place.last_span.end)
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "two values of a list stand side by side",
        place.at,
        "a comma is missing before this",
        "write a comma between them",
        (",",),
        Fix(behind, ","),
    )


def missing_and(place: Place) -> Diagnostic | None:
    """Two conditions without `and` or `or` between them."""
    if not place.test_is_whole or not place.begins_a_test():
        return None
    here = Span(place.at.start, place.at.start)
    return Diagnostic(
        Code.MISSING_AND,
        "two conditions stand side by side",
        place.at,
        "`and` or `or` is missing before this",
        "write `and` between them, or `or`",
        ("and", "or"),
        Fix(here, " and " if place.is_glued else "and "),
    )

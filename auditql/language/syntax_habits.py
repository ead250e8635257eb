"""Habits of other languages and of keyboards, and what to write instead.

In: the place where the parser stopped. Out: a Diagnostic where the habit is
recognised, else None. Each function knows one family of habits.
"""

import re
from typing import TYPE_CHECKING

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span

if TYPE_CHECKING:
    from auditql.language.syntax_errors import Place

_CURLY = "“”„‟‘’‚‛«»‹›"
_SELECT = re.compile(r"\s*select\b.*?\bwhere\b\s*", re.I | re.S)
_SELECT_ALL = re.compile(r"\s*select\s+(?:\*|[\w\s,]+)\s+from\s+\w+\s*", re.I)
_WHERE = re.compile(r"\s*where\b\s*", re.I)
_LOOSE_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d])")
_DAY_FIRST = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}")


def unclosed(place: "Place") -> Diagnostic | None:
    """A string or a comment that goes on to the end of the text."""
    if place.token.type != "JUNK":
        return None
    start, end = place.at.start, len(place.text)
    sign = str(place.token)[0]
    if sign in "'\"":
        return Diagnostic(
            Code.UNCLOSED_STRING,
            "a quoted text is not closed",
            Span(start, end),
            "begins here and goes on to the end",
            f"close it with {sign}",
            fix=Fix(Span(end, end), sign),
        )
    if str(place.token).startswith("/*"):
        return Diagnostic(
            Code.UNCLOSED_COMMENT,
            "a comment is not closed",
            Span(start, end),
            "begins here and goes on to the end",
            "close it with */",
            fix=Fix(Span(end, end), " */"),
        )
    return None


def curly_quotes(place: "Place") -> Diagnostic | None:
    """Typographic quotes, as editors and chats put them in."""
    opened = str(place.token)[:1]
    if place.token.type != "JUNK" or opened not in _CURLY:
        return None
    start = place.at.start
    close = re.compile(f"[{_CURLY}]").search(place.text, start + 1)
    if close is None:
        span, fix = Span(start, start + 1), None
    else:
        span = Span(start, close.end())
        inner = place.text[start + 1 : close.start()]
        fix = Fix(span, "'" + inner.replace("\\", "\\\\").replace("'", "''") + "'")
    return Diagnostic(
        Code.CURLY_QUOTES,
        "curly quotes do not quote",
        span,
        "curly",
        "write straight ones, '…' or \"…\"",
        fix=fix,
    )


def foreign(place: "Place") -> Diagnostic | None:
    """SQL's `SELECT … WHERE …`, or a `where` at the start."""
    words = [str(t).lower() for t in place.before[:1]] or [str(place.token).lower()]
    if words[0] == "select":
        match = _SELECT.match(place.text) or _SELECT_ALL.match(place.text)
        end = match.end() if match else place.at.end
        span = Span(0, end)
        return Diagnostic(
            Code.FOREIGN_SYNTAX,
            "a query is no SQL: it begins with the filter",
            Span(len(place.text) - len(place.text.lstrip()), max(1, end)),
            "not needed",
            "leave it out; columns are chosen by `| select a, b` at the end",
            fix=Fix(span, "") if match else None,
        )
    if words[0] == "where":
        match = _WHERE.match(place.text)
        end = match.end() if match else place.at.end
        return Diagnostic(
            Code.FOREIGN_SYNTAX,
            "a query begins with the filter itself",
            Span(0, end),
            "not needed",
            "leave out `where`",
            fix=Fix(Span(0, end), ""),
        )
    return None


_SIGNS = {
    "&&": "and",
    "||": "or",
    "==": "=",
    "<>": "!=",
    "=!": "!=",
    "=<": "<=",
    "=>": ">=",
}


def operators(place: "Place") -> Diagnostic | None:
    """`&&`, `||`, `==`, `<>`, `!`: operators of other languages."""
    if place.token.type == "$END":
        return None
    for start in (place.at.start, place.at.start - 1):
        if start < 0:
            continue
        sign = place.text[start : start + 2]
        if sign in _SIGNS:
            span = Span(start, start + 2)
            word = _SIGNS[sign]
            spaced = f" {word} " if word.isalpha() else word
            return Diagnostic(
                Code.FOREIGN_OPERATOR,
                f"`{sign}` is no operator here",
                span,
                f"spelled `{word}`",
                f"write `{word}`",
                (word,),
                Fix(span, spaced),
            )
    if str(place.token).startswith("!") and "NOT" in place.accepts:
        span = Span(place.at.start, place.at.start + 1)
        return Diagnostic(
            Code.FOREIGN_OPERATOR,
            "`!` is no operator here",
            span,
            "spelled `not`",
            "write `not`",
            ("not",),
            Fix(span, "not "),
        )
    return None


def comment_signs(place: "Place") -> Diagnostic | None:
    """`c#` and `foo--bar`: signs that begin a comment only after a blank."""
    shown = str(place.token)
    if place.token.type not in ("JUNK", "MINUS") or not (
        shown.startswith("#") or place.text.startswith("--", place.at.start)
    ):
        return None
    return Diagnostic(
        Code.STRAY_CHARACTER,
        "a comment begins after a blank; a word with this sign needs quotes",
        place.at,
        "neither a word nor a comment",
        "put a blank before it, or quote the word",
    )


def times(place: "Place") -> Diagnostic | None:
    """Dates that are nearly written as the language writes them."""
    if place.token.type == "$END":
        return None
    rest = place.text[place.at.start :]
    loose = _LOOSE_DATE.match(rest)
    if loose is not None:
        year, month, day = (int(part) for part in loose.groups())
        span = Span(place.at.start, place.at.start + loose.end())
        good = 1 <= month <= 12 and 1 <= day <= 31
        written = f"{year:04}-{month:02}-{day:02}"
        return Diagnostic(
            Code.BAD_DATE,
            f"`{loose[0]}` is not how a day is written",
            span,
            "year-month-day, with two digits each for month and day",
            f"write `{written}`" if good else "write it like `2026-02-01`",
            fix=Fix(span, written) if good else None,
        )
    day_first = _DAY_FIRST.match(rest)
    if day_first is not None:
        return Diagnostic(
            Code.BAD_DATE,
            f"`{day_first[0]}` is not how a day is written",
            Span(place.at.start, place.at.start + day_first.end()),
            "which is the day, which the month?",
            "write year-month-day, like `2026-02-01`",
        )
    clock = re.match(r"\d{1,2}:\d{2}", rest)
    if clock is not None:
        return Diagnostic(
            Code.BAD_DATE,
            "a time of day stands behind its day",
            place.at,
            "of which day?",
            "write it like `2026-02-01T08:00`, or test `hour(created_at)`",
        )
    return None


def numbers(place: "Place") -> Diagnostic | None:
    """`1.5`, `1,000`, `7up`: numbers that are none."""
    shown = str(place.token)
    if place.token.type != "JUNK" or not shown[0].isdigit():
        return None
    match = re.match(r"\d[\w.]*", shown)
    end = place.at.start + (match.end() if match else len(shown))
    word = place.text[place.at.start : end]
    is_word = not word.replace(".", "").isdigit()
    return Diagnostic(
        Code.BAD_NUMBER,
        f"`{word[:40]}` is no number",
        Span(place.at.start, end),
        "begins with a digit" if is_word else "not a whole number",
        f"as text write '{word}'" if is_word else "write a whole number",
        fix=Fix(Span(place.at.start, end), f"'{word}'") if is_word else None,
    )

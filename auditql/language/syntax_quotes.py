"""Text that is nearly quoted: open, curly, glued, missing quotes, and comments.

In: the place where the parser stopped. Out: a Diagnostic where the value is
recognised, else None.
"""

import re

from auditql.catalog.fields import ACTIONS, BY_NAME
from auditql.catalog.functions import FUNCTIONS_BY_NAME
from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.mending import quoted
from auditql.language.syntax_place import CLAUSE_WORDS, Place

_CLOSES = {
    "\u201c": "\u201d\u201c",  # “ ” as in English
    "\u201d": "\u201d",
    "\u201e": "\u201c\u201d",  # „ “ as in German
    "\u201f": "\u201d\u201f",
    "\u2018": "\u2019\u2018",
    "\u2019": "\u2019",
    "\u201a": "\u2018\u2019",
    "\u201b": "\u2019\u201b",
    "\xab": "\xbb",  # « » as in French
    "\xbb": "\xab",
    "\u2039": "\u203a",
    "\u203a": "\u2039",
}
"""Curly quotes that open a text, and those that may close it."""

_CUT = re.compile(
    r"""('|")((?:(?!\1)[^\\\n]){0,200}\1\w(?:(?!\1)[^\\\n]){0,200})\1(?!\w)"""
)
_BEHIND_A_CONDITION = CLAUSE_WORDS | {"and", "or"}
_WORD_BEHIND = re.compile(
    r"\s+(?!(?:and|or|not|order|limit|offset|page|after|before)\b)"
    r"[^\s()|;,\"=<>!~&]+",
    re.I,
)
_OPERATOR = re.compile(
    r"\s*(?:[=<>!~]|(?:in|not|is|between|contains|starts|ends|like|ilike)\b)", re.I
)


def quote_inside(place: Place) -> Diagnostic | None:
    """`'O'Neill'`: a quote inside of a text ends it too early."""
    if place.before_type != "STRING" or not place.is_glued or not place.is_word:
        return None
    match = _CUT.match(place.text, place.last_span.start)
    if match is None:
        return None
    inside = match[2].replace(match[1], match[1] * 2)
    written = f"{match[1]}{inside}{match[1]}"
    span = Span(*match.span())
    return Diagnostic(
        Code.NEEDS_QUOTES,
        "a quote inside of a quoted text is doubled",
        span,
        "ends at the second quote",
        f"write {written}" if len(written) <= 80 else "double the quote",
        fix=Fix(span, written),
    )


def glued_quote(place: Place) -> Diagnostic | None:
    """`O'Neil`: a quote inside of a word begins a text that was not meant."""
    if place.before_type not in ("WORD", "INTEGER") or not place.is_glued:
        return None
    sign = place.text[place.at.start : place.at.start + 1]
    if sign not in ("'", '"') or not place.test_is_whole or not _takes_text(place):
        return None
    stop = re.compile(r"[^\s(),;|]+").match(place.text, place.at.start)
    assert stop is not None
    return quotes_for(place, place.last_span.start, stop.end())


def _takes_text(place: Place) -> bool:
    """Whether the operand may be text, as far as is known."""
    return place.kind() in (Kind.TEXT, Kind.WORD, None)


def unclosed(place: Place) -> Diagnostic | None:
    """A string or a comment that goes on to the end of the text."""
    if place.token.type != "JUNK":
        return None
    start, end = place.at.start, len(place.text)
    sign = str(place.token)[0]
    if sign in "'\"":
        escaped = place.text.rstrip().endswith("\\" + sign)
        kept = len(place.text.rstrip())
        fix = Fix(Span(end, end), sign)
        if escaped:
            fix = Fix(Span(kept - 2, kept), "\\\\" + sign)
        return Diagnostic(
            Code.UNCLOSED_STRING,
            "a quoted text is not closed",
            Span(start, end),
            "begins here and goes on to the end",
            rf"`\{sign}` is a quote in the text; write `\\{sign}` to end it with `\`"
            if escaped
            else f"close it with {sign}",
            fix=fix,
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


def curly_quotes(place: Place) -> Diagnostic | None:
    """Typographic quotes, as editors and chats put them in."""
    opened = str(place.token)[:1]
    if place.token.type != "JUNK" or opened not in _CLOSES:
        return None
    start = place.at.start
    close = re.compile(rf"[{_CLOSES[opened]}](?!\w)").search(place.text, start + 1)
    if close is None:
        span, fix = Span(start, start + 1), None
    else:
        span = Span(start, close.end())
        fix = Fix(span, quoted(place.text[start + 1 : close.start()]))
    return Diagnostic(
        Code.CURLY_QUOTES,
        "curly quotes do not quote",
        span,
        "curly",
        "write straight ones, '…' or \"…\"",
        fix=fix,
    )


def comment_signs(place: Place) -> Diagnostic | None:
    """`c#` and `foo--bar`: signs that begin a comment only after a blank."""
    shown = str(place.token)
    if place.token.type not in ("JUNK", "MINUS") or not (
        shown.startswith("#") or place.text.startswith("--", place.at.start)
    ):
        return None
    fix = None
    is_text = place.test_is_whole and _takes_text(place)
    if place.before_type == "WORD" and place.is_glued and is_text:
        whole = Span(place.last_span.start, place.unbroken.end)
        fix = Fix(whole, quoted(place.text[whole.start : whole.end]))
    return Diagnostic(
        Code.STRAY_CHARACTER,
        "a comment begins after a blank; a word with this sign needs quotes",
        place.at if shown.startswith("#") else Span(place.at.start, place.at.start + 2),
        "neither a word nor a comment",
        "put a blank before it, or quote the word"
        if fix is None
        else f"write {fix.text}, or put a blank before the comment",
        fix=fix,
    )


def needs_quotes(place: Place) -> Diagnostic | None:
    """`actor_name = Jane Doe`, `tz Europe/Berlin`: text that needs quotes."""
    token, last = place.token, place.last
    if token.type == "WORD" and {"STRING"} <= place.accepts <= {"STRING", "PARAMETER"}:
        return quotes_for(place, place.at.start, place.unbroken.end)
    if token.type == "JUNK" and {"STRING", "INTEGER"} <= place.accepts:
        whole = place.unbroken
        has_letters = any(c.isalnum() for c in place.text[whole.start : whole.end])
        if has_letters and place.kind() in (Kind.TEXT, Kind.WORD):
            return quotes_for(place, whole.start, last_word(place.text, whole.end))
        return None
    in_list = {"COMMA", "RPAR"} <= place.accepts and token.type == "WORD"
    if (
        last is None
        or not (place.test_is_whole or in_list)
        or token.type not in ("WORD", "INTEGER", "JUNK")
        or last.type not in ("WORD", "INTEGER", "LAST", "THIS")
        or str(token).lower() in ("not", "and", "or")
        or not any(c.isalnum() for c in str(token))
        or (place.begins_a_test() and not in_list)
    ):
        return None
    if not _takes_text(place):
        return None
    end = last_word(place.text, place.unbroken.end)
    return quotes_for(place, place.last_span.start, end)


def last_word(text: str, end: int) -> int:
    """The end of the last word that may belong to a text that ends here so far."""
    while (word := _WORD_BEHIND.match(text, end)) is not None:
        if _OPERATOR.match(text, word.end()):
            break
        end = word.end()
    return end


def word_alone(place: Place) -> Diagnostic | None:
    """`login`: a word without a test, where a condition stands."""
    last = place.last
    if last is None or last.type != "WORD" or "COMPARATOR" not in place.accepts:
        return None
    word = str(last)
    goes_on = place.is_end or place.token.type in ("RPAR", "VBAR", "SEMICOLON")
    if not goes_on and str(place.token).lower() not in _BEHIND_A_CONDITION:
        return None
    if word.lower() in BY_NAME or word.lower() in FUNCTIONS_BY_NAME:
        return None
    instead = f"action = {word}" if word.lower() in ACTIONS else quoted(word)
    return Diagnostic(
        Code.NEEDS_QUOTES,
        "a word alone is no condition",
        place.last_span,
        "neither a test nor a quoted text",
        f"write `{instead}`"
        if word.lower() in ACTIONS
        else f"to search for it, write {instead}",
        fix=Fix(place.last_span, instead),
    )


def quotes_for(
    place: Place, start: int, end: int, code: Code = Code.NEEDS_QUOTES
) -> Diagnostic:
    """Say that what stands from start to end needs quotes."""
    span = Span(start, end)
    written = place.text[start:end]
    message, label = "this text needs quotes", "written without quotes"
    if code is Code.BAD_NUMBER:
        message, label = f"`{written[:40]}` is no number", "begins with a digit"
    elif len(written.split()) > 1:
        message = "text of several words needs quotes"
    text = quoted(written.strip("'\"") or written)
    begun = [t for t in place.before[-2:] if (t.start_pos or 0) < start]
    if begun and begun[-1].type == "IN":
        text = f"({text})"
    fix = Fix(span, text)
    return Diagnostic(
        code,
        message,
        span,
        label,
        f"write {fix.text if len(fix.text) <= 80 else 'it in quotes'}",
        fix=fix,
    )

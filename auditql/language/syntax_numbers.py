"""Dates, times, numbers and addresses that are nearly written as they should be.

In: the place where the parser stopped. Out: a Diagnostic where the value is
recognised, else None.
"""

import re

from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.near_times import length_at, near_time
from auditql.language.syntax_place import Place
from auditql.language.syntax_quotes import last_word, quotes_for

_DAY = len("2026-02-01")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?![\w:])")
_ADDRESS = re.compile(r"(?=[\da-f.]*:[\da-f.]*:)[\w:.]+(?:/\w+)?", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?!\w)")


def times(place: Place) -> Diagnostic | None:
    """Dates and times that are nearly written as the language writes them."""
    if place.is_end:
        return None
    text, start = place.text, place.at.start
    goes_on = place.before_type in ("TIME", "INTEGER") and place.is_glued
    begin = place.last_span.start if goes_on else start
    near = near_time(text, begin)
    if near is not None and begin + len(near.text) > start:
        span = Span(begin, begin + len(near.text))
        return Diagnostic(
            Code.BAD_DATE,
            f"`{near.text[:40]}` is not how a {near.what} is written",
            span,
            near.label,
            near.help,
            fix=Fix(span, near.instead) if near.instead else None,
        )
    clock = _TIME_OF_DAY.match(text, start)
    if clock is None:
        return None
    day = str(place.last) if place.before_type == "TIME" else ""
    joined = Span(place.last_span.start, clock.end())
    hour = clock[0].rjust(len(clock[0]) + (clock[0][1] == ":"), "0")
    fix = Fix(joined, f"{day}T{hour}") if len(day) == _DAY else None
    return Diagnostic(
        Code.BAD_DATE,
        "a time of day stands behind its day",
        Span(*clock.span()),
        "of which day?" if fix is None else "no `T` before this",
        f"write `{fix.text}`"
        if fix
        else "write it like `2026-02-01T08:00`; an hour is a number, "
        "as in `hour(created_at) = 8`",
        fix=fix,
    )


def numbers(place: Place) -> Diagnostic | None:
    """`1.5`, `1,000`, `-1`, `7up`: what begins like a number and is none."""
    if place.before_type == "INTEGER" and not place.test_is_whole:
        grouped = _GROUPED.match(place.text, place.last_span.start)
        if place.token.type == "COMMA" and grouped is not None:
            span = Span(*grouped.span())
            return _number(span, place.text, grouped[0].replace(",", ""))
    written = str(place.token)
    is_count = "INTEGER" in place.accepts and "MINUS" not in place.accepts
    if is_count and place.token.type == "INTEGER" and written.startswith("-"):
        return Diagnostic(
            Code.NUMBER_OUT_OF_RANGE,
            f"{written[:40]} is no count",
            place.at,
            "below 0",
            "write a number from 0 up",
        )
    if place.token.type != "JUNK" or not written[0].isdigit():
        return None
    start = place.at.start
    kind = place.kind()
    address = _ADDRESS.match(place.text, start)
    is_number = "STRING" not in place.accepts and not place.test_is_whole
    if is_number and place.before_type != "MINUS":
        match = re.compile(r"[\w.]+").match(place.text, start)
        assert match is not None
        return _number(Span(*match.span()), place.text, None)
    word = place.unbroken
    if address is not None or kind is Kind.ADDRESS:
        shown = place.text[word.start : word.end][:60]
        return Diagnostic(
            Code.BAD_NETWORK,
            f"`{shown}` is no address and no network",
            word,
            "not IPv4, not IPv6",
            "write it like 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32",
        )
    if kind is Kind.TIME:
        return _length(place) or _no_time(place, word)
    is_word = not place.text[word.start : word.end].replace(".", "").isdigit()
    if is_word and kind in (Kind.TEXT, Kind.WORD, None):
        end = last_word(place.text, word.end)
        return quotes_for(place, word.start, end, Code.BAD_NUMBER)
    return _number(word, place.text, None)


def _length(place: Place) -> Diagnostic | None:
    """`4hours`: a length of time, where a time is wanted."""
    found = length_at(place.text, place.at.start)
    if found is None:
        return None
    written, length = found
    sign = "" if place.before_type in ("MINUS", "PLUS", "LAST") else "-"
    span = Span(place.at.start, place.at.start + len(written))
    return Diagnostic(
        Code.BARE_DURATION,
        f"`{written}` is a length of time, no time"
        if sign
        else f"`{written}` is two words",
        span,
        "before or after what?" if sign else "a blank is missing",
        f"write `{sign}{length}`" + (" for that long before now" if sign else ""),
        fix=Fix(span, f"{sign}{length}"),
    )


def _number(span: Span, text: str, instead: str | None) -> Diagnostic:
    return Diagnostic(
        Code.BAD_NUMBER,
        f"`{text[span.start : span.end][:40]}` is no number",
        span,
        "not a whole number",
        f"write `{instead}`" if instead else "write a whole number",
        fix=Fix(span, instead) if instead else None,
    )


def words_for_a_time(place: Place) -> Diagnostic | None:
    """`created_at >= March 5`: words where a time stands."""
    known = ("WORD", "INTEGER", "JUNK")
    if place.token.type not in known or place.before_type not in known:
        return None
    if not place.test_is_whole or place.kind() is not Kind.TIME:
        return None
    if str(place.token).lower() == "not" or place.begins_a_test():
        return None
    return _no_time(place, Span(place.last_span.start, place.at.end))


def _no_time(place: Place, span: Span) -> Diagnostic:
    return Diagnostic(
        Code.BAD_DATE,
        f"`{place.text[span.start : span.end][:60]}` is no time",
        span,
        "not how a time is written",
        "write `2026-02-01`, `2026-02-01T08:00`, `-7d` or `last week`",
    )

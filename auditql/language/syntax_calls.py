"""Calls of other languages: `now()`, `date_sub(…)`, `exists(field)`, `count(*)`.

In: the place where the parser stopped. Out: a Diagnostic where the call is
recognised, else None.
"""

import re

from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.syntax_place import Place

_NOW = r"now|utcnow|current_timestamp|localtimestamp|getdate|getutcdate|sysdate"
_TODAY = r"today|current_date|curdate"
_BASE = rf"(?:(?P<now>{_NOW})|(?P<today>{_TODAY}))(?P<called>\s*\(\s*\))?"
_LENGTH = (
    r"(?:interval\s*)?(?P<quote>['\"]?)(?P<count>\d{1,6})\s*"
    r"(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?"
    r"|mo|[smhdwy])(?P=quote)(?![\w'\"])"
)
_SHIFTED = re.compile(rf"{_BASE}(?:\s*(?P<sign>[-+])\s*{_LENGTH})?(?!\w)", re.I)
_MOVED = re.compile(
    rf"date_?(?P<sign>sub|add)\s*\(\s*{_BASE}\s*,\s*{_LENGTH}\s*\)", re.I
)
_LETTERS = {"month": "mo", "second": "s", "minute": "m", "hour": "h", "day": "d"}
_LETTERS |= {"week": "w", "year": "y"}

_CAST = re.compile(
    r"(?:date|timestamp|datetime|to_date|to_timestamp)\s{0,9}"
    r"(?:\(\s{0,9})?('[^'\\\n]{1,40}'|\"[^\"\\\n]{1,40}\")(?:\s{0,9}\))?",
    re.I,
)
_THERE = frozenset({"exists", "has", "isset", "is_set", "isnotnull", "notnull"})
_MISSING = frozenset({"isnull", "is_null", "isempty", "is_empty", "missing"})
_STAR = re.compile(r"\*\s*")


def clock(place: Place) -> Diagnostic | None:
    """`now()`, `now - interval '7 days'`, `date_sub(now(), interval 7 day)`."""
    if place.kind() not in (Kind.TIME, None):
        return None
    for token in place.before[-3:]:
        start = token.start_pos or 0
        match = _MOVED.match(place.text, start) or _SHIFTED.match(place.text, start)
        if match is None or match.end() <= place.at.start:
            continue
        written = _moment(match)
        plain = match["count"] is None
        return Diagnostic(
            Code.FOREIGN_SYNTAX,
            f"`{match[0][:60]}` is not how a time is written",
            Span(*match.span()),
            "no parentheses here" if plain else "as in SQL",
            f"write `{written}`",
            fix=Fix(Span(*match.span()), written),
        )
    return None


def cast(place: Place) -> Diagnostic | None:
    """`date('2026-01-01')`, `timestamp '2026-01-01'`: a time needs no cast."""
    if place.kind() is not Kind.TIME or place.before_type != "WORD":
        return None
    match = _CAST.match(place.text, place.last_span.start)
    if match is None or match.end() <= place.at.start:
        return None
    span = Span(*match.span())
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a time is written as it is",
        span,
        "as in SQL",
        f"write {match[1]}",
        fix=Fix(span, match[1]),
    )


def _moment(match: re.Match[str]) -> str:
    """What the language writes for a call that means a time."""
    anchor = "now" if match["now"] else "today"
    if match["count"] is None:
        return anchor
    unit = match["unit"].lower()
    unit = unit.removesuffix("s") if len(unit) > 1 else unit
    length = match["count"] + _LETTERS.get(unit, unit if len(unit) < 3 else f" {unit}s")
    sign = "-" if match["sign"].lower() in ("-", "sub") else "+"
    if anchor == "now" and sign == "-":
        return f"-{length}"
    return f"{anchor} {sign} {length}"


def presence(place: Place) -> Diagnostic | None:
    """`exists(ip_address)`, `isnull(actor_id)`: whether a value is there."""
    if place.before_type != "RPAR" or "COMPARATOR" not in place.accepts:
        return None
    called, *_ = place.before[-4:]
    name = str(called).lower()
    if len(place.before) < 4 or name not in _THERE | _MISSING:
        return None
    field = str(place.before[-2])
    start = called.start_pos or 0
    is_there = name in _THERE
    if len(place.before) > 4 and place.before[-5].type == "NOT":
        start = place.before[-5].start_pos or 0
        is_there = not is_there
    written = f"{field} is {'not ' if is_there else ''}null"
    span = Span(start, place.last_span.end)
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "whether a value is there is asked with `is null`",
        span,
        "no function",
        f"write `{written}`",
        fix=Fix(span, written),
    )


def star(place: Place) -> Diagnostic | None:
    """`| stats count(*)`: what is counted needs no sign."""
    counts = [str(t).lower() for t in place.before[-2:]] == ["count", "("]
    match = _STAR.match(place.text, place.at.start)
    if not counts or match is None or not place.text.startswith(")", match.end()):
        return None
    whole = Span(place.before[-2].start_pos or 0, match.end() + 1)
    in_stage = "RPAR" in place.accepts
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "`count()` counts records, whatever they hold"
        if in_stage
        else "a query begins with the filter; counts stand behind it",
        whole,
        "`*` stands for nothing here" if in_stage else "no filter",
        "write `count()`"
        if in_stage
        else "write the filter alone to get the records, as in `action = login`",
        fix=Fix(whole, "count()") if in_stage else None,
    )


def count_alone(place: Place) -> Diagnostic | None:
    """`| stats count by x`: an aggregate is called."""
    behind = [str(t).lower() for t in place.before[-2:]]
    if place.accepts != {"LPAR"} or behind[-1:] != ["count"]:
        return None
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "an aggregate stands with parentheses",
        place.last_span,
        "without them",
        "write `count()`",
        ("count()",),
        Fix(place.last_span, "count()"),
    )

"""Stages that are nearly written as they should be: what is missing in them.

In: the place where the parser stopped, inside or behind a stage. Out: a
Diagnostic where what was meant is recognised, else None.
"""

import re

from auditql.catalog.kinds import Unit
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.near_times import length_at
from auditql.language.syntax_place import Place
from auditql.language.syntax_words import spelled_stage

_BEHIND = {"order": "order by", "limit": "limit", "where": "where"}
_COUNT_AS = re.compile(r"count\s+as\s+(?P<name>[^\W\d]\w*)", re.I)
_LENGTH = re.compile(r"(?P<count>\d{1,6})(?P<unit>[^\W\d_]*)(?![\w.])")
_MONTHS_OF_A_QUARTER = 3


def no_bar(place: Place) -> Diagnostic | None:
    """`| count by action order by count`: the next stage without its bar."""
    word = str(place.token).lower()
    if word not in _BEHIND or "VBAR" not in place.accepts or not place.is_word:
        return None
    if not any(token.type == "VBAR" for token in place.statement):
        return None
    if word == "order" and not re.match(r"by\b", place.after, re.I):
        return None
    here = Span(place.at.start, place.at.start)
    by = re.match(r"\s+by\b", place.text[place.at.end :][:20], re.I)
    rest = place.text[place.at.end + (by.end() if by and word == "order" else 0) :]
    whole = spelled_stage(_BEHIND[word], rest)
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{_BEHIND[word]}` begins a stage of its own",
        place.at,
        "no `|` before this",
        f"write `| {whole or _BEHIND[word]}`",
        ("|",),
        Fix(here, "| "),
    )


def top_how_many(place: Place) -> Diagnostic | None:
    """`| top action`: how many is not said."""
    if place.before_type != "TOP" or place.token.type != "WORD":
        return None
    here = Span(place.at.start, place.at.start)
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "`top` says first how many it keeps",
        place.at,
        "no number before this",
        f"write `top 10 {place.shown}`",
        fix=Fix(here, "10 "),
    )


def select_all(place: Place) -> Diagnostic | None:
    """`| select *`: every column is there already."""
    if place.before_type != "SELECT" or not str(place.token).startswith("*"):
        return None
    start = place.before[-2].start_pos or 0
    span = Span(len(place.text[:start].rstrip()), place.at.end)
    alone = str(place.token) == "*" and place.after[:1] in ("", "|", ";")
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "`select` names columns, and without it there are all",
        place.at,
        "no column",
        "leave `| select *` out" if alone else None,
        fix=Fix(span, "") if alone else None,
    )


def count_as(place: Place) -> Diagnostic | None:
    """`| count as n by action`: a count that is named is one of `stats`."""
    if place.before_type != "COUNT" or str(place.token).lower() != "as":
        return None
    start = place.last_span.start
    match = _COUNT_AS.match(place.text, start)
    if match is None:
        return None
    span = Span(*match.span())
    written = f"stats count() as {match['name']}"
    by = re.match(r"\s+by\s+\w+", place.text[span.end :][:200], re.I)
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "the column of `count` has no other name",
        span,
        "named",
        f"write `| {written}{' '.join(['', *by[0].split()]) if by else ''}`",
        fix=Fix(span, written),
    )


def bucket(place: Place) -> Diagnostic | None:
    """`timeline 1q`, `bin(created_at, 1x)`: a length in a unit that is none."""
    last = [str(token).lower() for token in place.statement[:-1]]
    in_timeline = last[-1:] == ["timeline"]
    in_bin = last[-1:] == [","] and last[-4:-2] == ["bin", "("]
    match = _LENGTH.match(place.text, place.at.start)
    if match is None or not (in_timeline or in_bin) or not match["unit"]:
        return None
    if "DURATION" not in place.accepts and len(last) > 1:
        return None
    units = [unit.value for unit in Unit if unit is not Unit.QUARTER]
    if match["unit"] in units:
        return None
    shown = span = Span(*match.span())
    near = length_at(place.text, place.at.start)
    instead = None if near is None or near[0] != match[0] else near[1]
    if match["unit"] in ("q", "Q"):
        instead = f"{int(match['count']) * _MONTHS_OF_A_QUARTER}mo"
    if instead is not None and len(last) == 1:
        span = Span(place.last_span.start, span.end)
        instead = f"| {last[0]} {instead}"
    is_word = near is not None and near[0] == match[0]
    return Diagnostic(
        Code.BAD_NUMBER,
        f"`{match[0]}` is no length of time",
        shown,
        "a blank is missing" if is_word else f"there is no unit `{match['unit'][:20]}`",
        f"write `{instead}`"
        if instead
        else f"units: {', '.join(units)}; as in `1d`, or `2 days`",
        fix=Fix(span, instead) if instead else None,
    )

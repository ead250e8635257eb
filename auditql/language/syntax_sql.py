"""SQL and stages out of place: `SELECT …`, `group by`, `where`, `LIMIT 10, 20`.

In: the place where the parser stopped. Out: a Diagnostic where the habit is
recognised, else None.
"""

import re

from auditql.catalog.fields import BY_NAME
from auditql.catalog.other_names import meant_by
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.language.syntax_place import CLAUSE_WORDS, Place
from auditql.language.syntax_words import spelled_stage

_SELECT = re.compile(
    r"select\s{1,99}(?P<columns>[^;|'\"]{0,999}?)"
    r"(?:\s{1,9}from\s{1,9}[\w.`]{1,99})?"
    r"(?:\s{1,9}where\b\s*+|\s*+$|\s*+(?=;)|\s{1,9}(?=(?:group|order|limit|having)\b))",
    re.I,
)
_WHERE = re.compile(r"where\b\s*", re.I)
_GROUPED = re.compile(r"\b(?:group\s{1,9}by\s{1,9}([\w., ]{1,200})|having\b)", re.I)
_AGGREGATE = re.compile(r"\w\s{0,9}\(|\bdistinct\b", re.I)
_NAME = re.compile(r"\w+")
_OR = re.compile(r"\bor\b", re.I)
_REST = re.compile(r"[^;|]*")
_IN_PARENTHESES = re.compile(r"\([^()]{0,999}(?:\([^()]{0,99}\)[^()]{0,999})?\)?")
_STAGES = frozenset({"select", "count", "stats", "top", "distinct", "timeline"})
_MOST_COLUMNS = 8


def select(place: Place) -> Diagnostic | None:
    """`SELECT … WHERE …`, or a `where` at the start of a statement."""
    first = place.statement[0]
    word, start = str(first).lower(), first.start_pos or 0
    if word not in ("select", "where") or first.type == "$END":
        return None
    if word == "where":
        match = _WHERE.match(place.text, start)
        message, help_ = "a query begins with the filter itself", "leave out `where`"
    else:
        match = _SELECT.match(place.text, start)
        grouped = _grouped(place, start, match["columns"] if match else "")
        if grouped is not None:
            return grouped
        message = "a query is no SQL: it begins with the filter"
        help_ = _columns(match["columns"] if match else "*")
    end = match.end() if match else start + len(word)
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        message,
        Span(start, start + len(place.text[start:end].rstrip())),
        "not needed",
        help_,
        fix=Fix(Span(start, end), "") if match else None,
    )


def _columns(written: str) -> str:
    """Help for the columns of a SELECT: how they are chosen here."""
    names = _NAME.findall(written)
    fields = [name if name in BY_NAME else (*meant_by(name), "")[0] for name in names]
    if not names:
        return "leave it out"
    shown = "--columns"
    if all(fields) and len(fields) <= _MOST_COLUMNS:
        shown += " " + ",".join(dict.fromkeys(fields))
    return f"leave it out; `{shown}` chooses columns on the command line"


def _grouped(place: Place, start: int, columns: str) -> Diagnostic | None:
    """A SELECT that counts or groups: all of it, once."""
    rest = _REST.match(place.text, start)
    assert rest is not None
    grouped = _GROUPED.search(rest[0])
    if grouped is None and not _AGGREGATE.search(columns):
        return None
    keys = grouped[1].strip() if grouped is not None and grouped[1] else ""
    name = _NAME.match(keys)
    stage = f"| count by {name[0]}" if name and name[0] in BY_NAME else "| count"
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a query is no SQL: it is a filter, and stages behind it",
        Span(start, start + len(rest[0].rstrip())),
        "counts and groups are stages",
        f"write what stands behind `where`, and then a stage, as in `{stage}`",
    )


def stage_first(place: Place) -> Diagnostic | None:
    """`DISTINCT actor_name`: a stage where the filter stands."""
    first = place.statement[0]
    word = str(first).lower()
    if word not in _STAGES - {"select"} or len(place.statement) != 2 or place.is_end:
        return None
    if first.type != "WORD" or place.token.type not in ("WORD", "INTEGER"):
        return None
    start = first.start_pos or 0
    stage = spelled_stage(word, place.text[start + len(first) :]) or word
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a query begins with the filter",
        Span(start, start + len(first)),
        "a stage",
        f"a stage stands behind `|`, as in `| {stage}`",
        fix=Fix(Span(start, start), "| "),
    )


def clause(place: Place) -> Diagnostic | None:
    """`where`, `group by`, `having`, or a stage without its `|`, behind a filter."""
    if not place.is_word or "VBAR" not in place.accepts:
        return None
    word = str(place.token).lower()
    behind = re.match(r"\s+by\b", place.text[place.at.end :][:20], re.I)
    span = place.at
    if word == "where" and place.test_is_whole:
        return _second_where(place)
    if word == "group" and behind is not None:
        span = Span(span.start, span.end + behind.end())
        written = "| count by"
    elif word == "having":
        written = "| where"
    elif word in _STAGES and place.after[:1] not in tuple("=!<>~"):
        written = f"| {word}"
    else:
        return None
    whole = spelled_stage(written.removeprefix("| "), place.text[span.end :])
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        f"`{place.text[span.start : span.end]}` is no clause",
        span,
        "a stage begins with `|`",
        f"write `| {whole}`" if whole else f"write `{written}`",
        (written,),
        Fix(span, written),
    )


def _second_where(place: Place) -> Diagnostic:
    """`action = login where actor_id = 5`: conditions are joined by `and`."""
    rest = _REST.match(place.text, place.at.end)
    mixed = any(token.type == "OR" for token in place.statement)
    mixed |= rest is not None and _OR.search(rest[0]) is not None
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "`where` joins no conditions",
        place.at,
        "spelled `and`",
        "write `and`, and put what is joined by `or` in parentheses"
        if mixed
        else "write `and`",
        ("and",),
        None if mixed else Fix(place.at, "and"),
    )


def limit_pair(place: Place) -> Diagnostic | None:
    """`LIMIT 10, 20`: the first is the offset."""
    types = [token.type for token in place.before[-2:]]
    behind = re.match(r",\s*(\d{1,18})(?!\w)", place.text[place.at.start :][:40])
    if types != ["LIMIT", "INTEGER"] or behind is None:
        return None
    span = Span(place.before[-2].start_pos or 0, place.at.start + behind.end())
    written = f"limit {behind[1]} offset {place.last}"
    twice = any(token.type == "OFFSET" for token in place.statement)
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "`limit` takes one number",
        span,
        "an offset is a clause of its own",
        f"write `{written}`",
        fix=None if twice else Fix(span, written),
    )


def joined_clause(place: Place) -> Diagnostic | None:
    """`action = login and limit 5`: a clause is joined to nothing."""
    last = place.last
    if last is None or last.type != "WORD" or len(place.before) < 2:
        return None
    joint = place.before[-2]
    word = str(last).lower()
    if word not in CLAUSE_WORDS or joint.type not in ("AND", "OR"):
        return None
    if "COMPARATOR" not in place.accepts or place.is_end:
        return None
    start = joint.start_pos or 0
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{joint}` joins conditions, and `{word}` begins a clause",
        Span(start, start + len(joint)),
        "one too many",
        "leave it out",
        fix=Fix(Span(start, place.last_span.start), ""),
    )


def subquery(place: Place) -> Diagnostic | None:
    """`in (select action from x)`: a list holds values."""
    words = [str(token).lower() for token in place.before[-3:]]
    if words != ["in", "(", "select"] or place.token.type in ("COMMA", "RPAR"):
        return None
    match = _IN_PARENTHESES.match(place.text, place.before[-2].start_pos or 0)
    assert match is not None
    return Diagnostic(
        Code.FOREIGN_SYNTAX,
        "a list holds values, and no query",
        Span(*match.span()),
        "a query in a query",
        "ask for the values first and write them here, as in `(create, destroy)`",
    )

"""Keywords that are nearly one: misspelled, glued, said in other words.

In: the place where the parser stopped. Out: a Diagnostic where the word is
recognised, else None.
"""

import re

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language.expected import STAGES, keywords
from auditql.language.grammar import begin
from auditql.language.syntax_place import Place

_TWO = {
    "orderby": "order by",
    "startswith": "starts with",
    "starts_with": "starts with",
    "endswith": "ends with",
    "ends_with": "ends with",
    "notin": "not in",
    "not_in": "not in",
    "notlike": "not like",
    "notnull": "not null",
    "isnull": "is null",
    "isnot": "is not",
    "pagesize": "page size",
}
_SYNONYMS = {
    "ascending": ("ASC", "asc"),
    "descending": ("DESC", "desc"),
    "empty": ("NULL", "null"),
    "blank": ("NULL", "null"),
    "none": ("NULL", "null"),
    "nil": ("NULL", "null"),
    "missing": ("NULL", "null"),
    "eq": ("COMPARATOR", "="),
    "equals": ("COMPARATOR", "="),
    "ne": ("COMPARATOR", "!="),
    "gt": ("COMPARATOR", ">"),
    "gte": ("COMPARATOR", ">="),
    "lt": ("COMPARATOR", "<"),
    "lte": ("COMPARATOR", "<="),
    "has": ("CONTAINS", "contains"),
    "includes": ("CONTAINS", "contains"),
    "matches": ("PATTERN", "~"),
    "regexp": ("PATTERN", "~"),
    "rlike": ("PATTERN", "~"),
    "within": ("IN", "in"),
    "sort": ("ORDER", "order"),
    "top": ("LIMIT", "limit"),
    "take": ("LIMIT", "limit"),
    "first": ("LIMIT", "limit"),
    "fetch": ("LIMIT", "limit"),
    "skip": ("OFFSET", "offset"),
}
"""Words of other languages, the terminal they stand for, and how it is written."""

_JOINED = re.compile(r"(?:and|or)\b", re.I)
_STAGES = {
    "group by": "count by",
    "group": "count by",
    "sort by": "order by",
    "sort": "order by",
    "order": "order by",
    "filter": "where",
    "having": "where",
    "search": "where",
    "head": "limit",
    "take": "limit",
    "first": "limit",
    "fields": "select",
    "project": "select",
    "columns": "select",
    "keep": "select",
    "table": "select",
    "unique": "distinct",
    "uniq": "distinct",
    "dedup": "distinct",
    "summarize": "stats",
    "summarise": "stats",
    "aggregate": "stats",
    "timechart": "timeline",
}
_HABITS = frozenset(key.split()[0] for key in _STAGES)
_EXAMPLES = {"limit": "10", "order by": "-created_at"}
"""What stands behind a clause, where nobody wrote anything."""

_TO_THE_NEXT = re.compile(r"[^|;'\"\n]*+(?!['\"])")
_LONGEST = 60  # characters of a stage that is written out


def unknown_stage(place: Place) -> Diagnostic | None:
    """A word behind `|` that begins no stage."""
    if place.before_type != "VBAR" or place.is_end:
        return None
    written = str(place.token)
    behind = re.match(r"\s+by\b", place.text[place.at.end :][:20], re.I)
    span = Span(place.at.start, place.at.end + (behind.end() if behind else 0))
    meant = _STAGES.get(f"{written.lower()} by" if behind else written.lower())
    if meant is None:
        span = place.at
        first = {stage.split()[0]: stage for stage in STAGES}
        near = nearest(written, first)
        meant = near[0] if near else None
        if meant is not None and not behind:
            meant = first[meant]
    help_ = f"did you mean `{meant}`?" if meant else "stages: " + ", ".join(STAGES)
    fix = Fix(span, meant) if meant else None
    whole = None if meant is None else spelled_stage(meant, place.text[span.end :])
    if whole is not None and written.lower() in _HABITS:
        help_ = f"write `| {whole}`"
    if meant is not None and _is_clause(meant, place):
        alone = _TO_THE_NEXT.match(place.text, span.end)
        if alone is not None and not alone[0].strip():
            whole = meant = f"{meant} {_EXAMPLES[meant]}"
        help_ = f"write `{whole or meant}` without the `|`"
        help_ += f", or `| {whole}`" if whole else ""
        fix = Fix(Span(place.last_span.start, span.end), meant)
    return Diagnostic(
        Code.UNKNOWN_STAGE,
        f"there is no stage `{place.shown}`",
        place.at,
        "not a stage",
        help_,
        STAGES,
        fix,
    )


def spelled_stage(stage: str, behind: str) -> str | None:
    """A stage with what was written behind its word; None where that is no stage."""
    from lark.exceptions import UnexpectedToken

    rest = _TO_THE_NEXT.match(behind)
    written = " ".join((stage, *rest[0].split())) if rest else ""
    if rest is None or len(written) > _LONGEST:
        return None
    parser = begin(f"| {written}", "script")
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):
            parser.feed_token(token)
    except UnexpectedToken:
        return None
    return written if "$END" in parser.accepts() else None


def _is_clause(meant: str, place: Place) -> bool:
    """Whether the first stage can be said by a clause that is not there yet."""
    types = [token.type for token in place.statement]
    terminal = {"limit": "LIMIT", "order by": "ORDER"}.get(meant)
    return terminal is not None and types.count("VBAR") == 1 and terminal not in types


def two_in_one(place: Place) -> Diagnostic | None:
    """`limit10` and `orderby`: a blank is missing inside of a word."""
    if not place.is_word:
        return None
    written = str(place.token)
    words = keywords(place.accepts)
    number = re.fullmatch(r"([a-z]+)(\d+\w*)", written, re.I)
    two = _TWO.get(written.lower())
    if number is not None and number[1].lower() in words:
        apart = f"{number[1]} {number[2]}"
    elif two is not None and any(w.split()[0] == two.split()[0] for w in words):
        apart = two
    else:
        return None
    return Diagnostic(
        Code.KEYWORD_TYPO,
        f"`{written}` is two words",
        place.at,
        "a blank is missing",
        f"write `{apart}`",
        (apart,),
        Fix(place.at, apart),
    )


def synonym(place: Place) -> Diagnostic | None:
    """`descending`, `is empty`: another language's word for ours."""
    if not place.is_word:
        return None
    terminal, word = _SYNONYMS.get(str(place.token).lower(), ("", ""))
    if terminal not in place.accepts:
        return None
    return spelled(place.at, word, place)


def spelled(span: Span, word: str, place: Place) -> Diagnostic:
    """Say that what stands at a place is spelled otherwise."""
    written = place.text[span.start : span.end]
    return Diagnostic(
        Code.KEYWORD_TYPO,
        f"`{written}` does not fit here",
        span,
        f"spelled `{word}`",
        f"write `{word}`",
        (word,),
        Fix(span, word),
    )


def keyword_typo(place: Place) -> Diagnostic | None:
    """A keyword misspelled where no value has just ended."""
    return None if place.test_is_whole else _typo(place)


def keyword_typo_after_value(place: Place) -> Diagnostic | None:
    """A keyword misspelled behind a condition, unless the value goes on."""
    if not place.test_is_whole or _JOINED.match(place.after):
        return None
    return _typo(place)


def _typo(place: Place) -> Diagnostic | None:
    if not place.is_word or len(place.token) < 2:
        return None
    first = [word.split()[0] for word in keywords(place.accepts)]
    meant = nearest(str(place.token), first)
    if not meant:
        return None
    return Diagnostic(
        Code.KEYWORD_TYPO,
        f"`{place.shown}` does not fit here",
        place.at,
        "not a word of the language",
        f"did you mean `{meant[0]}`?",
        meant,
        Fix(place.at, meant[0]),
    )


def name_of_a_filter(place: Place) -> Diagnostic | None:
    """`let role = …`: the name of a filter without its sign."""
    if place.token.type != "WORD" or place.accepts != {"REFERENCE"}:
        return None
    name = str(place.token)
    fix = Fix(place.at, f"@{name}") if name.isidentifier() else None
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        "the name of a filter begins with `@`",
        place.at,
        "no `@`",
        f"write `@{name}`" if fix else None,
        fix=fix,
    )


def only_one_word(place: Place) -> Diagnostic | None:
    """One keyword alone could stand here: `starts 'x'`, `between 1, 5`."""
    words = keywords(place.accepts)
    if place.is_end or len(words) != 1 or len(place.accepts) != 1:
        return None
    (word,) = words
    here = Span(place.at.start, place.at.start)
    is_comma = place.token.type == "COMMA"
    return Diagnostic(
        Code.UNEXPECTED_WORD,
        f"`{word}` is missing",
        place.at,
        f"expected `{word}` " + ("instead" if is_comma else "before this"),
        f"write `{word}`",
        (word,),
        Fix(place.at, f" {word}") if is_comma else Fix(here, f"{word} "),
    )

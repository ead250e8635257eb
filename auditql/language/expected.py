"""What may stand at a place, in the words that people write.

In: names of terminals that a parser state accepts. Out: spellings. The one
place where a terminal's name and a person's word meet.
"""

from collections.abc import Iterable, Sequence

from auditql.catalog.operators import OPERATORS

STAGES = (
    "where",
    "select",
    "count",
    "stats",
    "top",
    "distinct",
    "timeline",
    "order by",
    "limit",
)
"""The stages, as they begin."""

_UNITS = frozenset(
    form
    for unit in ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
    for form in (unit, unit + "S")
)
_GROUPS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (
        frozenset({"STRING", "INTEGER", "TIME", "PARAMETER"}),
        frozenset({"WORD", "STRING", "INTEGER", "INTEGERS", "ADDRESS", "TIME"})
        | {"ANCHOR", "DURATION", "PARAMETER", "LAST", "THIS", "MINUS"},
        "a value",
    ),
    (
        frozenset({"WORD", "NOT", "REFERENCE"}),
        frozenset({"WORD", "STRING", "NOT", "REFERENCE", "LPAR"}),
        "a condition",
    ),
    (
        frozenset({"COMPARATOR", "BETWEEN"}),
        frozenset({"COMPARATOR", "PATTERN", "IN", "DURING", "BETWEEN", "CONTAINS"})
        | {"STARTS", "ENDS", "LIKE", "ILIKE", "IS", "NOT", "LPAR"},
        "an operator such as `=`, `in` or `contains`",
    ),
    (
        frozenset({"SELECT", "TIMELINE"}),
        frozenset({"WHERE", "SELECT", "COUNT", "STATS", "TOP", "DISTINCT"})
        | {"TIMELINE", "ORDER", "LIMIT"},
        "a stage such as `count by actor_name` or `limit 10`",
    ),
    (
        frozenset({"LIMIT", "OFFSET"}),
        frozenset({"ORDER", "LIMIT", "OFFSET", "PAGE", "AFTER", "BEFORE"}),
        "a clause such as `limit 10`",
    ),
    (frozenset({"DAYS"}), _UNITS, "a unit such as `days`"),
)
"""Terminals that show a group, those it covers, and how it is said.

A group is said where all of the first are accepted."""

_SAID = {
    "WORD": "a name or word",
    "STRING": "a quoted text",
    "INTEGER": "a number",
    "INTEGERS": "a number",
    "ADDRESS": "an address",
    "TIME": "a time",
    "ANCHOR": "a time",
    "DURATION": "a duration such as `7d`",
    "PARAMETER": "a `:parameter`",
    "REFERENCE": "an `@name`",
    "COMPARATOR": "`=`",
    "PATTERN": "`~`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "VBAR": "`|`",
    "SEMICOLON": "`;`",
    "EQUAL": "`=`",
    "PLUS": "`+`",
    "MINUS": "`-`",
    "$END": "the end",
}
_PAIRS = {"STARTS": "starts with", "ENDS": "ends with", "ORDER": "order by"}
_HIDDEN = frozenset({"JUNK", "COMMENT", "WS"})
_LAST = ("RPAR", "COMMA", "VBAR", "SEMICOLON", "PLUS", "MINUS", "$END")


def spelling(terminal: str) -> str:
    """How people write a keyword: in lower case, with the word that must follow."""
    return _PAIRS.get(terminal) or terminal.lower()


def keywords(terminals: Iterable[str]) -> tuple[str, ...]:
    """The keywords among terminals, spelled as people write them, sorted."""
    return tuple(
        sorted({spelling(t) for t in terminals if t not in _SAID and t not in _HIDDEN})
    )


def described(terminals: Iterable[str], most: int = 6) -> tuple[str, ...]:
    """What may stand there, at most so many: what carries on first, signs last."""
    left = {t for t in terminals if t not in _HIDDEN}
    said: list[str] = []
    groups: list[str] = []
    for shown_by, covers, words in _GROUPS:
        if shown_by <= left:
            left -= covers
            groups.append(words)
    if "$END" in left:
        left -= {"SEMICOLON"}
    if groups or len(left) > 1:
        left -= {"LPAR"}
    said += groups[:1]
    said += (f"`{word}`" for word in keywords(left))
    said += groups[1:]
    said += (_SAID[t] for t in _SAID if t in left and t not in _LAST)
    said += (_SAID[t] for t in _LAST if t in left)
    return tuple(dict.fromkeys(said))[:most]


def alternatives(words: Sequence[str]) -> str:
    """The words in a row: `a`, `a or b`, `a, b or c`; empty for none."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " or " + words[-1]


OPERATOR_WORDS = frozenset(word for row in OPERATORS for word in row.spelling.split())
"""Every word or sign that an operator's spelling holds."""

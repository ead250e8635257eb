"""What may stand at a place, in the words that people write.

In: names of terminals that a parser state accepts. Out: spellings. The one
place where a terminal's name and a person's word meet.
"""

from collections.abc import Iterable

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

_CLASSES = {
    "WORD": "a name or word",
    "STRING": "a quoted text",
    "INTEGER": "a number",
    "INTEGERS": "a number",
    "ADDRESS": "an address",
    "TIME": "a time",
    "ANCHOR": "a time",
    "DURATION": "a duration such as 7d",
    "PARAMETER": "a :parameter",
    "REFERENCE": "an @name",
    "COMPARATOR": "=",
    "PATTERN": "~",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "VBAR": "|",
    "SEMICOLON": ";",
    "EQUAL": "=",
    "PLUS": "+",
    "MINUS": "-",
    "$END": "the end",
    "SEMI": ";",
}
_PAIRS = {"STARTS": "starts with", "ENDS": "ends with", "ORDER": "order by"}
_HIDDEN = frozenset({"JUNK", "COMMENT", "WS"})


def spelling(terminal: str) -> str:
    """How people write what a terminal accepts; a keyword in lower case."""
    return _CLASSES.get(terminal) or _PAIRS.get(terminal) or terminal.lower()


def keywords(terminals: Iterable[str]) -> tuple[str, ...]:
    """The keywords among terminals, spelled as people write them, sorted."""
    return tuple(
        sorted(
            {spelling(t) for t in terminals if t not in _CLASSES and t not in _HIDDEN}
        )
    )


def described(terminals: Iterable[str], most: int = 6) -> tuple[str, ...]:
    """What may stand there, at most a few: values first, signs last."""
    accepted = [t for t in terminals if t not in _HIDDEN]
    values = [t for t in accepted if t in _CLASSES]
    words = [t for t in accepted if t not in _CLASSES]
    ordered = sorted(values, key=list(_CLASSES).index) + sorted(words)
    return tuple(dict.fromkeys(spelling(t) for t in ordered))[:most]


OPERATOR_WORDS = frozenset(word for row in OPERATORS for word in row.spelling.split())
"""Every word or sign that an operator's spelling holds."""

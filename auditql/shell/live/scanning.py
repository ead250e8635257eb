"""The terminals of the grammar without its parser: for text that does not fit.

In: any text. Out: stretches of it with the name of a terminal, which together are
all of it. Where the parser stopped nothing says which words are keywords; their
neighbours do (see `highlighting`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from auditql.catalog.forms import form
from auditql.language.grammar import load

Stretch = tuple[str, int, int]
"""Name of the terminal, start, end."""

_OPEN_STRING = "OPEN_STRING"
_OPEN_COMMENT = "OPEN_COMMENT"
_OPEN = (
    rf"(?P<{_OPEN_STRING}>(?s:['\"].*))",
    rf"(?P<{_OPEN_COMMENT}>(?s:/\*.*))",
    r"(?P<JUNK>[^\s(),;|'\"]+|(?s:.))",
)
"""What no terminal reads: a text or a comment that is never closed, and the rest."""

_CLOSED = {_OPEN_STRING: "STRING", _OPEN_COMMENT: "COMMENT"}


@form
class Scanner:
    """The terminals in one pattern.

    Attributes:
        pattern: a group for each terminal but the keywords; it reads everything.
        keywords: the terminal of each keyword, by its spelling in lower case.
    """

    pattern: re.Pattern[str]
    keywords: Mapping[str, str]


@cache
def scanner() -> Scanner:
    """The scanner of the grammar, made when it is first needed."""
    from lark.lexer import PatternStr

    keywords = {}
    others = []
    for terminal in load().terminals:
        spelling = terminal.pattern.value
        if isinstance(terminal.pattern, PatternStr) and spelling.isalpha():
            keywords[spelling.lower()] = terminal.name
        elif terminal.name not in ("JUNK", "EQUAL"):
            others.append(terminal)
    others.sort(
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name)
    )
    groups = [f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in others]
    return Scanner(re.compile("|".join([*groups, *_OPEN])), keywords)


def stretches(text: str, start: int, end: int) -> Iterator[Stretch]:
    """The stretches of a part of a text, in order, without a gap."""
    for found in scanner().pattern.finditer(text, start, end):
        name = found.lastgroup
        assert name is not None
        yield _CLOSED.get(name, name), found.start(), found.end()

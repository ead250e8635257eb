"""The meaning of tests of text, as slowly and plainly as it can be said.

In: an operator, what was written behind it, a text. Out: whether it holds.
"""

import re
from functools import lru_cache
from itertools import pairwise

from auditql.catalog.operators import TextOperator


def text_match(op: TextOperator, value: str, text: str) -> bool:
    """Whether a test of text holds."""
    match op:
        case TextOperator.CONTAINS:
            return value.casefold() in text.casefold()
        case TextOperator.STARTS_WITH:
            return text.casefold()[: len(value.casefold())] == value.casefold()
        case TextOperator.ENDS_WITH:
            size = len(value.casefold())
            return size == 0 or text.casefold()[-size:] == value.casefold()
        case TextOperator.LIKE:
            return like(value, text, ignores_case=False)
        case TextOperator.ILIKE:
            return like(value, text, ignores_case=True)
        case TextOperator.MATCHES:
            return _pattern(value, 0).search(_scalar(text)) is not None
        case TextOperator.IMATCHES:
            return _pattern(value, re.IGNORECASE).search(_scalar(text)) is not None


def like(pattern: str, text: str, *, ignores_case: bool) -> bool:
    """Whether the whole text matches, by trying every way it could."""
    # The elements of the pattern: "%", "_", or ("c",) for an ordinary one.
    elements: list[object] = []
    place = 0
    while place < len(pattern):
        here, after = pattern[place], pattern[place + 1 : place + 2]
        if here == "\\" and after != "" and after in "%_\\":
            elements.append((after,))
            place += 1
        elif here in "%_":
            elements.append(here)
        else:
            elements.append((here,))
        place += 1
    if ignores_case:
        elements = [
            folded
            for e in elements
            for folded in ([(c,) for c in e[0].casefold()] if type(e) is tuple else [e])
        ]
    # The text as folded characters; a code point begins at each of `starts`.
    characters: list[str] = []
    starts: list[int] = []
    for c in text:
        starts.append(len(characters))
        characters.extend(c.casefold() if ignores_case else c)
    starts.append(len(characters))

    reached = {0}
    for element in elements:
        if element == "%":
            reached = set(range(min(reached), len(characters) + 1))
        elif element == "_":
            reached = {b for a, b in pairwise(starts) if a in reached}
        else:
            reached = {
                at + 1
                for at in reached
                if at < len(characters) and characters[at] == element[0]
            }
        if not reached:
            return False
    return len(characters) in reached


@lru_cache(256)
def _pattern(pattern: str, flags: int) -> re.Pattern[str]:
    """RE2's meaning in Python's words, for the patterns that are generated here.

    In RE2 `$` is the very end, and classes such as `\\d` are ASCII.
    """
    for theirs, ours in (
        ("$", r"\Z"),
        (r"\d", "[0-9]"),
        (r"\w", "[0-9A-Za-z_]"),
        (r"\s", r"[\t\n\f\r ]"),
    ):
        pattern = pattern.replace(theirs, ours)
    return re.compile(pattern, flags)


def _scalar(text: str) -> str:
    return "".join("�" if "\ud800" <= c <= "\udfff" else c for c in text)

"""Values as they are written in a query, whatever they hold.

In: the text of a value. Out: a literal that is read back as exactly that text, and
in which no character acts on a terminal or hides.
"""

from functools import lru_cache

from auditql.catalog.fields import BY_NAME
from auditql.diagnostics.safe_text import is_harmless, is_plain, safe_text
from auditql.language.stacks import keyword_texts, pattern_of

_MOST_SHOWN = 60
_NOT_BARE = frozenset({"now", "today", "yesterday", "null"})


@lru_cache(8192)
def quoted(text: str, quote: str = "'") -> str:
    """The text between quotes, hostile characters as escapes."""
    if is_plain(text) and "\\" not in text:
        return quote + text.replace(quote, quote * 2) + quote
    return quote + "".join(_escaped(c, quote) for c in text) + quote


@lru_cache(8192)
def written(text: str, quote: str | None) -> str:
    """The value as a bare word if it is one and no quote was typed, else quoted."""
    if quote is None and is_bare(text):
        return text
    return quoted(text, quote or "'")


def is_bare(text: str) -> bool:
    """Whether a text can stand as a word and says nothing else then."""
    lower = text.lower()
    return (
        pattern_of("WORD").fullmatch(text) is not None
        and is_plain(text)
        and lower not in keyword_texts()
        and lower not in _NOT_BARE
        and lower not in BY_NAME
    )


@lru_cache(8192)
def shown(text: str) -> str:
    """How a value is listed: harmless, and cut where it is long."""
    safe = safe_text(text)
    return safe if len(safe) <= _MOST_SHOWN else safe[: _MOST_SHOWN - 1] + "…"


def _escaped(character: str, quote: str) -> str:
    if character == quote:
        return quote * 2
    if character == "\\":
        return "\\\\"
    if character in "\n\t":
        return "\\n" if character == "\n" else "\\t"
    if is_harmless(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    pairs = (units[i : i + 2].hex() for i in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs)

"""Text from strangers made harmless for a terminal, visibly.

In: any text. Out: the same with every character that could act on a terminal,
hide, or reorder what is read, written out: `^[`, `<U+202E>`. Names and labels
in the audit log are written by people who may want that.
"""

import re
import unicodedata
from functools import lru_cache

_PLAIN = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u03ff]*")
_ALWAYS_SHOWN = frozenset(
    # Blanks that print as nothing or as wide as nothing, though they are letters.
    "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5"
)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_text(
    text: str, *, keep_newlines: bool = False, keep_tabs: bool = False
) -> str:
    r"""The text with no character that acts on a terminal or hides.

    C0 controls and DEL become `^X`, a line feed `\n`, a tab `\t`; other
    controls, format characters (bidi, zero width, tags), variation selectors,
    surrogates, private and unassigned code points become `<U+XXXX>`. Letters,
    marks, signs and blanks stay as they are.

    Args:
        text: anything, lone surrogates included.
        keep_newlines: leave line feeds, for text of several lines.
        keep_tabs: leave tabs.
    """
    if is_plain(text):
        return text
    return "".join(
        c if (c == "\n" and keep_newlines) or (c == "\t" and keep_tabs) else shown(c)
        for c in text
    )


def is_plain(text: str) -> bool:
    """Whether all of it is quickly seen to be harmless; False says nothing."""
    match = _PLAIN.match(text)
    return match is not None and match.end() == len(text)


@lru_cache(maxsize=16_384)
def shown(character: str) -> str:
    """How one character is shown; itself where it is harmless."""
    code = ord(character)
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    if character == "\r":
        return "\\r"
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if is_harmless(character):
        return character
    return f"<U+{code:04X}>"


def is_harmless(character: str) -> bool:
    """Whether a character prints as itself, in its place, and can be seen."""
    if unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return False
    code = ord(character)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    mongolian = 0x180B <= code <= 0x180F
    return not (selector or mongolian or character in _ALWAYS_SHOWN)

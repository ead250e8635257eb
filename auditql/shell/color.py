"""Colour for narration: when there is any, and which.

In: text that is safe to print. Out: the same text with colours around its
headings. Colour never carries meaning that the words lack; data has none.
"""

import os
from enum import Enum


class Color(Enum):
    """When narration is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


_RESET = "\x1b[0m"
_HEADINGS = (
    ("error", "\x1b[1;31m"),
    ("warning", "\x1b[1;33m"),
    ("= help", "\x1b[36m"),
)


def wants_color(color: Color, is_terminal: bool) -> bool:
    """Whether to colour what is printed to a terminal or elsewhere.

    The flag comes first; then NO_COLOR (set and not empty) forbids,
    CLICOLOR_FORCE (set and not `0`) demands, TERM=dumb forbids.
    """
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"


def paint(text: str) -> str:
    """The text with the headings of its diagnostics coloured up to their colon."""
    return "\n".join(_paint_line(line) for line in text.split("\n"))


def _paint_line(line: str) -> str:
    """One line; a quoted line of a query begins otherwise than every heading."""
    for heading, color in _HEADINGS:
        if line.lstrip(" ").startswith(heading):
            head, colon, rest = line.partition(":")
            return f"{color}{head}{colon}{_RESET}{rest}"
    return line

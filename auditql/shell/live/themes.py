"""How the classes of style look: data, in the words of prompt-toolkit's styles.

Sixteen colours and no more, so that the terminal's own palette is kept. Without
colours the classes that matter differ by weight alone; no class carries a meaning
that the words lack.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from auditql.shell.live.styles import Style


class Theme(Enum):
    """Which colours: for a dark ground, for a light one, or none (NO_COLOR)."""

    DARK = "dark"
    LIGHT = "light"
    NONE = "none"


_ROWS: tuple[tuple[Style, str, str, str], ...] = (
    # class              dark                     light                  none
    (Style.BLANK, "", "", ""),
    (Style.KEYWORD, "ansibrightblue bold", "ansiblue bold", "bold"),
    (Style.FIELD, "ansicyan", "ansicyan", ""),
    (Style.FUNCTION, "ansibrightmagenta", "ansimagenta", ""),
    (Style.OPERATOR, "ansibrightblue", "ansiblue", ""),
    (Style.NUMBER, "ansibrightgreen", "ansigreen", ""),
    (Style.STRING, "ansigreen", "ansigreen", ""),
    (Style.WORD, "ansigreen", "ansigreen", ""),
    (Style.TIME, "ansiyellow", "ansired", ""),
    (Style.ADDRESS, "ansibrightgreen", "ansigreen", ""),
    (Style.PARAMETER, "ansibrightyellow", "ansimagenta", ""),
    (Style.NAME, "ansibrightcyan", "ansicyan bold", ""),
    (Style.COMMENT, "ansibrightblack italic", "ansibrightblack italic", "italic"),
    (Style.PUNCTUATION, "", "", ""),
    (Style.ERROR, "ansibrightred underline", "ansired underline", "underline"),
    (Style.COMMAND, "ansibrightmagenta bold", "ansimagenta bold", "bold"),
    (Style.BAR, "noreverse", "noreverse", "noreverse"),
    (Style.BAR_OK, "noreverse ansigreen", "noreverse ansigreen", "noreverse"),
    (Style.BAR_MORE, "noreverse ansicyan", "noreverse ansiblue", "noreverse"),
    (Style.BAR_WARNING, "noreverse ansiyellow", "noreverse ansired", "noreverse"),
    (
        Style.BAR_ERROR,
        "noreverse ansibrightred bold",
        "noreverse ansired bold",
        "noreverse bold",
    ),
)

THEMES: Mapping[Theme, Mapping[Style, str]] = MappingProxyType(
    {
        theme: MappingProxyType({row[0]: row[place] for row in _ROWS})
        for place, theme in enumerate(Theme, 1)
    }
)
"""The look of each class, in each theme."""

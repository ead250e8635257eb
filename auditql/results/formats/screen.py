"""Text in columns of a screen: how wide it is, cut to fit, filled up.

In: text that is safe to print. Out: text of a given width. Characters of East
Asian scripts take two columns, combining marks none.
"""

from functools import cache

CUT = "…"
"""Stands where text was cut off."""

_LATIN = ("\u00c0", "\u02ff")
"""The first and the last of the letters of Europe that all take one column."""


def width(text: str) -> int:
    """How many columns of a screen the text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def shortened(text: str, most: int) -> str:
    """The text, cut and marked where it is wider than `most` columns, at least 1."""
    if (len(text) <= most and text.isascii()) or width(text) <= most:
        return text
    kept, room = 0, most - 1
    for character in text:
        room -= _width(character)
        if room < 0:
            break
        kept += 1
    return text[:kept] + CUT


def filled(text: str, columns: int, *, to_the_right: bool = False) -> str:
    """The text with blanks up to so many columns; wider text stays as it is."""
    if text.isascii():
        return text.rjust(columns) if to_the_right else text.ljust(columns)
    blanks = " " * (columns - width(text))
    return blanks + text if to_the_right else text + blanks


@cache
def _width(character: str) -> int:
    first, last = _LATIN
    if " " <= character <= "~" or first <= character <= last or character == CUT:
        return 1  # common, where the tables of widths take long to load
    from wcwidth import wcwidth

    return max(0, wcwidth(character))

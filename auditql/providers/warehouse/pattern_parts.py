"""Parts of a pattern that every engine reads alike, and sets of its letters.

In: code points. Out: forms and ranges; which letters differ in case alone is what
RE2 says.
"""

from collections.abc import Sequence
from functools import lru_cache

from auditql.catalog.forms import form
from auditql.catalog.patterns import compile_pattern
from auditql.catalog.text import fold
from auditql.providers.warehouse.refusals import READ_HERE, Refused

Ranges = tuple[tuple[int, int], ...]
"""Code points, each pair a first and a last one."""

LAST = 0x10FFFF
_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 10), (12, 13), (32, 32))
CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
NAMED: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "digit": _DIGIT,
    "lower": ((97, 122),),
    "upper": ((65, 90),),
    "space": ((9, 13), (32, 32)),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "blank": ((9, 9), (32, 32)),
}
CONTROLS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "a": 7}
_MOST_FOLDED = 2_000
"""Code points of a class whose case is written out."""


@form
class OneLetter:
    """One letter out of ranges."""

    ranges: Ranges


@form
class End:
    """The beginning or the end of the text."""

    is_begin: bool


@form
class Repeat:
    """What stands so many times; None is without end."""

    of: "Part"
    least: int
    most: int | None


@form
class InTurn:
    """Parts one behind the other."""

    parts: "tuple[Part, ...]"


@form
class Choice:
    """One of several."""

    of: "tuple[Part, ...]"


Part = OneLetter | End | Repeat | InTurn | Choice


def refused(what: str) -> Refused:
    """What is raised of a construct that cannot be written out."""
    return Refused(
        f"{what} in a regular expression", f"write the pattern without, or {READ_HERE}"
    )


def merged(ranges: Sequence[tuple[int, int]]) -> Ranges:
    """The ranges in order, none of which touch."""
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], high))
        else:
            made.append((low, high))
    return tuple(made)


def outside(ranges: Ranges) -> Ranges:
    """Every other code point."""
    made, at = [], 0
    for low, high in merged(ranges):
        if at < low:
            made.append((at, low - 1))
        at = high + 1
    if at <= LAST:
        made.append((at, LAST))
    return tuple(made)


def with_case(ranges: Ranges) -> Ranges:
    """The same, with the letters that differ in case alone."""
    if sum(high - low + 1 for low, high in ranges) > _MOST_FOLDED:
        raise refused("a large class in any case")
    found = list(ranges)
    for low, high in ranges:
        for point in range(low, high + 1):
            found += [(ord(c), ord(c)) for c in same_letters(chr(point))]
    return merged(found)


def same_letters(letter: str) -> str:
    """The letters that RE2 takes for the letter in any case, itself among them."""
    alike = _alike().get(_simple(letter), letter)
    if len(alike) == 1:
        return letter
    quoted = f"\\x{{{ord(letter):x}}}"
    found = compile_pattern(quoted, True)
    return "".join(c for c in alike if found(c))


@lru_cache(1)
def _alike() -> dict[str, str]:
    """Letters by what they may be alike in; RE2 has the last word."""
    found: dict[str, str] = {}
    for point in range(0x20000):
        if not 0xD800 <= point < 0xE000:
            key = _simple(chr(point))
            found[key] = found.get(key, "") + chr(point)
    return {key: letters for key, letters in found.items() if len(letters) > 1}


def _simple(letter: str) -> str:
    folded = fold(letter)
    if len(folded) > 1:
        folded = fold(letter.lower())
    return folded

"""JSON read strictly: what stands in a text is what is read, or it is refused.

In: a text. Out: its value, or what is wrong with it, in words that follow "the
line" or "the answer". Python's own reader lets pass what no two readers take
alike: a key twice, NaN, numbers without an end.
"""

import json
from math import isfinite

from auditql.catalog.numbers import Exact, Number, holds_numbers, number

MOST_DIGITS = 400
"""Longest number that is read; ids have 19 digits."""


class BadJson(ValueError):
    """A text that is no JSON, or JSON that cannot be relied on."""


def loads(text: str) -> object:
    """The value of a text; numbers that are no integers remember how they came.

    Raises:
        BadJson: no JSON, cut off, with a key twice, NaN, monstrous numbers, or
            nested too deeply.
    """
    try:
        try:
            return _DECODER.decode(text)
        except _HasNumbers:
            return _EXACT.decode(text)
    except BadJson:
        raise
    except RecursionError:
        raise BadJson("is nested too deeply") from None
    except ValueError:
        raise BadJson("is broken JSON") from None


def first(text: str, start: int) -> tuple[object, int]:
    """The value that begins at a place of a text, and where it ends.

    Raises:
        BadJson: as `loads`.
        EndsEarly: no value that is whole begins there; more text may make it one.
    """
    try:
        try:
            return _DECODER.raw_decode(text, start)
        except _HasNumbers:
            return _EXACT.raw_decode(text, start)
    except BadJson:
        raise
    except RecursionError:
        raise BadJson("is nested too deeply") from None
    except ValueError as error:
        raise EndsEarly(getattr(error, "pos", start)) from None


class EndsEarly(ValueError):
    """A text whose end, or a fault in it, comes before the end of its value.

    Attributes:
        place: where reading stopped.
    """

    def __init__(self, place: int) -> None:
        """Hold the place."""
        super().__init__(place)
        self.place = place


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadJson("has a key twice in one object")
    return made


def _constant(name: str) -> object:
    raise BadJson(f"holds {name}, which is no JSON")


def _exact_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = _object(pairs)
    return Exact(made) if any(map(holds_numbers, made.values())) else made


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise BadJson("holds a monstrous number")
    if digits == _MINUS_ZERO:
        raise _HasNumbers
    return int(digits)


def _exact_integer(digits: str) -> int | Number:
    return number(digits) if digits == _MINUS_ZERO else _integer(digits)


def _number(_digits: str) -> float:
    raise _HasNumbers


def _exact_number(digits: str) -> Number:
    made = number(digits) if len(digits) <= MOST_DIGITS else None
    if made is None or not isfinite(made):
        raise BadJson("holds a monstrous number")
    return made


class _HasNumbers(Exception):
    """The text is to be read by those who keep the text of numbers: few have any."""


_MINUS_ZERO = "-0"

_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_constant,
    parse_int=_integer,
    parse_float=_number,
)

_EXACT = json.JSONDecoder(
    object_pairs_hook=_exact_object,
    parse_constant=_constant,
    parse_int=_exact_integer,
    parse_float=_exact_number,
)

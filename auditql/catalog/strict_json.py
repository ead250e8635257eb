"""JSON read strictly: what stands in a text is what is read, or it is refused.

In: a text. Out: its value, or what is wrong with it, in words that follow "the
line" or "the answer". Python's own reader lets pass what no two readers take
alike: a key twice, NaN, numbers without an end.
"""

import json
from math import isfinite

MOST_DIGITS = 400
"""Longest number that is read; ids have 19 digits."""


class BadJson(ValueError):
    """A text that is no JSON, or JSON that cannot be relied on."""


def loads(text: str) -> object:
    """The value of a text.

    Raises:
        BadJson: no JSON, cut off, with a key twice, NaN, monstrous numbers, or
            nested too deeply.
    """
    try:
        return _DECODER.decode(text)
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
        return _DECODER.raw_decode(text, start)
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


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise BadJson("holds a monstrous number")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= MOST_DIGITS else float("inf")
    if not isfinite(number):
        raise BadJson("holds a monstrous number")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_constant,
    parse_int=_integer,
    parse_float=_float,
)

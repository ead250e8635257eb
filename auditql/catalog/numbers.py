"""Numbers as they were received, where arithmetic would write them otherwise.

In: the text of a JSON number that is no integer, or is `-0`. Out: a number that
remembers its text, and JSON that has it as it came: `1.10`, `1E5`, all of thirty
digits. An integer needs nothing of this: Python's are exact.
"""

from collections.abc import Callable
from json import JSONEncoder
from json.encoder import encode_basestring, encode_basestring_ascii


class Number(float):
    """A number that remembers its text; equal to what is as large.

    Attributes:
        text: how it was received.
    """

    __slots__ = ("text",)

    text: str

    def __str__(self) -> str:
        """How it was received."""
        return self.text


class Exact(dict[str, object]):
    """An object that holds such numbers, at any depth."""

    __slots__ = ()


def number(text: str) -> Number:
    """The number that a text is, however long; infinite where it is too large."""
    made = Number(text)
    made.text = text
    return made


def holds_numbers(value: object) -> bool:
    """Whether such numbers are in a value; objects within it know it of themselves."""
    if isinstance(value, list):
        return any(map(holds_numbers, value))
    return type(value) is Number or type(value) is Exact


def written(value: object, *, is_ascii: bool = False) -> str:
    """Compact JSON of a value, its numbers as they were received.

    Args:
        value: as deep as a record may be.
        is_ascii: everything else is escaped.
    """
    return _written(value, encode_basestring_ascii if is_ascii else encode_basestring)


_encode = JSONEncoder().encode


def _written(value: object, text: Callable[[str], str]) -> str:
    if type(value) is Number:
        return value.text
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        members = (f"{text(k)}:{_written(v, text)}" for k, v in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(_written(v, text) for v in value)}]"
    return _encode(value)

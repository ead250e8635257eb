"""A record's object that remembers the line it came as."""

from collections.abc import Mapping


class Received(dict[str, object]):
    """A decoded JSON object, as any other.

    Attributes:
        line: JSON of it on one line: what `results.formats.json_text` would write,
            byte for byte, so that it need not be written again.
    """

    __slots__ = ("line",)

    line: str


def received(raw: Mapping[str, object], line: str) -> Received:
    """An object and the line that it came as.

    Args:
        raw: the object.
        line: its JSON: compact, of harmless characters, without an escape.
    """
    made = Received(raw)
    made.line = line
    return made

"""A record's object that remembers the line it came as."""


class Received(dict[str, object]):
    """A decoded JSON object, as any other.

    Attributes:
        line: JSON of it on one line: what `results.formats.json_text` would write,
            byte for byte, so that it need not be written again.
    """

    __slots__ = ("line",)

    def __init__(self, raw: dict[str, object], line: str) -> None:
        """Hold what was decoded, and the line.

        Args:
            raw: the object.
            line: its JSON: compact, of printable ASCII, without an escape.
        """
        super().__init__(raw)
        self.line = line

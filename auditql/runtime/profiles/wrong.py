"""What a reader of a key raises."""


class Wrong(ValueError):
    """A value is not what its key takes; the message says what that is.

    Attributes:
        path: of the key within the value that is meant; none for the value itself.
    """

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        """Hold what the key takes; it follows the key's name."""
        super().__init__(message)
        self.path = path

"""A secret that does not show itself.

In: the text of a credential. Out: an object that prints as `…`, cannot be
pickled, and takes itself out of any text.
"""

from collections.abc import Iterable
from typing import NoReturn

from auditql.errors import ConfigurationError


class Secret:
    """The text of a credential; `reveal` is called where it is sent, only there."""

    __slots__ = ("_text",)

    def __init__(self, text: str, name: str) -> None:
        """Hold a credential.

        Args:
            text: its characters, printable ASCII without blanks.
            name: what it is called in settings, for the message.

        Raises:
            ConfigurationError: it is empty or has other characters, such as a
                line feed from a file; the message does not show it.
        """
        if not text or not all("!" <= c <= "~" for c in text):
            what = "is empty" if not text else "has blanks or other stray characters"
            raise ConfigurationError(f"{name} {what}; copy it again, without line ends")
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        """Never the text."""
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied into a file."""
        raise TypeError("a secret is not pickled")


def scrub(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every occurrence of the secrets replaced by `…`."""
    for secret in secrets:
        text = text.replace(secret.reveal(), "…")
    return text

"""A secret that does not show itself.

In: the text of a credential. Out: an object that prints as `…`, cannot be
pickled, and a mask that takes secrets out of any text before it is shown.
"""

import json
from collections.abc import Iterable
from typing import NoReturn
from urllib.parse import quote

from auditql.errors import ConfigurationError


class Secret:
    """The text of a credential; `reveal` is called where it is sent, only there."""

    __slots__ = ("_text",)

    def __init__(self, text: str, name: str = "the credential") -> None:
        """Hold a credential.

        Args:
            text: its characters, printable ASCII without blanks.
            name: what it is called in settings, for the message.

        Raises:
            ConfigurationError: it is empty or has other characters, such as a
                line feed from a file; the message does not show it.
        """
        what = fault_of(text)
        if what is not None:
            del text  # a traceback that shows variables would show it
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


def fault_of(text: str) -> str | None:
    """Why a text cannot be sent as a credential; None where it can."""
    if not text:
        return "is empty"
    if not all("!" <= c <= "~" for c in text):
        return "has blanks or other stray characters"
    return None


class Mask:
    """Takes secrets out of texts; learns new ones as they are made."""

    __slots__ = ("_forms",)

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        """Know the secrets to begin with."""
        self._forms: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Know one more secret, such as a token just minted."""
        self._forms.extend(_forms(secret.reveal()))

    def __call__(self, text: str) -> str:
        """The text with `…` for every secret, plain, percent- or JSON-escaped.

        Cut a text only afterwards: half a secret is not found.
        """
        for form in self._forms:
            text = text.replace(form, "…")
        return text

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied into a file: it knows every secret."""
        raise TypeError("a mask is not pickled")


def _forms(text: str) -> tuple[str, ...]:
    """The ways in which an answer may repeat a secret, the longest first."""
    escaped = json.dumps(text)[1:-1]
    ways = {text, escaped, escaped.replace("/", "\\/"), quote(text, safe="")}
    return tuple(sorted(ways, key=len, reverse=True))

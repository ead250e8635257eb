"""The secrets that `auditql login` keeps: one file of ours, one entry a profile.

In: a profile's name. Out: its OAuth client, or nothing. An entry names the
account it was made for, and is given to no other.
"""

import json
from pathlib import Path

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.origin import Origin, of_base_url
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.profiles import private

FILE_NAME = "credentials.json"

_VERSION = 1


@form
class Stored:
    """An OAuth client and the account it was made for."""

    origin: Origin
    client: ClientCredentials


class Store:
    """The file of stored secrets in a folder; it need not exist."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is read yet."""
        self.path = folder / FILE_NAME

    def find(self, name: str) -> Stored | None:
        """What is stored for a profile; None where nothing is.

        Raises:
            ConfigurationError: the file may not be used.
        """
        entry = self._entries().get(name)
        if entry is None:
            return None
        try:
            return decode(entry)
        except ValueError:
            del entry  # a traceback that shows variables would show it
        raise self._strange()

    def names(self) -> tuple[str, ...]:
        """The profiles that something is stored for.

        Raises:
            ConfigurationError: the file may not be used.
        """
        return tuple(self._entries())

    def put(self, name: str, stored: Stored) -> None:
        """Store a client in the place of whatever was there.

        Raises:
            ConfigurationError: the file may not be used or written; it is as before.
        """
        with private.locked(self.path.parent):
            self._write(self._entries() | {name: encode(stored)})

    def drop(self, name: str) -> bool:
        """Forget what is stored for a profile; tells whether there was anything.

        Raises:
            ConfigurationError: the file may not be used or written; it is as before.
        """
        if not self.path.exists() and not self.path.is_symlink():
            return False
        with private.locked(self.path.parent):
            entries = self._entries()
            if entries.pop(name, None) is None:
                return False
            self._write(entries)
            return True

    def _entries(self) -> dict[str, object]:
        content = private.read(self.path)
        if content is None:
            return {}
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        del content
        if isinstance(found, dict) and found.get("version") == _VERSION:
            entries = found.get("profiles")
            if isinstance(entries, dict):
                return entries
        del found
        raise self._strange()

    def _write(self, entries: dict[str, object]) -> None:
        whole = {"version": _VERSION, "profiles": entries}
        private.replace(self.path, json.dumps(whole, indent=2).encode() + b"\n")

    def _strange(self) -> ConfigurationError:
        return ConfigurationError(
            f"{self.path} is not as auditql wrote it; "
            "delete it and run `auditql login` again"
        )


def encode(stored: Stored) -> dict[str, object]:
    """An entry as JSON keeps it; the one place where a secret is written down."""
    return {
        "base_url": stored.origin.base,
        "client_id": stored.client.client_id,
        "client_secret": stored.client.client_secret.reveal(),
    }


def decode(entry: object) -> Stored:
    """The entry that was encoded.

    Raises:
        ValueError: it was not; the error does not hold it.
    """
    if isinstance(entry, dict):
        base, name, secret = (
            entry.get(key) for key in ("base_url", "client_id", "client_secret")
        )
        if isinstance(base, str) and isinstance(name, str) and isinstance(secret, str):
            try:
                kept = Secret(secret, "the stored secret")
                return Stored(of_base_url(base), ClientCredentials(name, kept))
            except ConfigurationError:
                pass
        del secret
    del entry
    raise ValueError

"""The system's keyring, for profiles that say `keyring = true`.

In: a profile's name. Out: its OAuth client, kept by another program than ours.
The package `keyring` is an extra; it is loaded only here and only then.
"""

import json
from typing import Protocol

from auditql.errors import ConfigurationError
from auditql.runtime.profiles.forms import Profile
from auditql.runtime.profiles.store import Store, Stored, decode, encode

SERVICE = "auditql"
"""What our entries stand under in the keyring."""


class Backend(Protocol):
    """What is used of the package `keyring`."""

    def get_password(self, service_name: str, username: str, /) -> str | None:
        """The text kept under a name; None where there is none."""

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        """Keep a text under a name."""

    def delete_password(self, service_name: str, username: str, /) -> None:
        """Forget the text of a name."""


class Keyring:
    """The entries of the system's keyring that are ours."""

    def __init__(self) -> None:
        """Load the package.

        Raises:
            ConfigurationError: it is not installed.
        """
        try:
            import keyring
        except ImportError as error:
            raise ConfigurationError(
                "the profile keeps its secret in the keyring, and the package for it "
                "is not installed: pip install 'auditql[keyring]', or take "
                "`keyring = true` out of the profile"
            ) from error
        self._backend: Backend = keyring

    def find(self, name: str) -> Stored | None:
        """What is kept for a profile; None where nothing is.

        Raises:
            ConfigurationError: the keyring is locked, or its entry is strange.
        """
        try:
            text = self._backend.get_password(SERVICE, name)
        except Exception as error:  # backends raise what they like
            raise _failed(error) from None
        if text is None:
            return None
        try:
            return decode(json.loads(text))
        except (ValueError, RecursionError):
            del text
        raise ConfigurationError(
            f"the keyring's entry {SERVICE}/{name} is not as auditql wrote it; "
            f"run `auditql login -P {name}` again"
        )

    def put(self, name: str, stored: Stored) -> None:
        """Keep a client in the place of whatever was there.

        Raises:
            ConfigurationError: the keyring does not take it.
        """
        try:
            self._backend.set_password(SERVICE, name, json.dumps(encode(stored)))
        except Exception as error:  # backends raise what they like
            raise _failed(error) from None

    def drop(self, name: str) -> bool:
        """Forget what is kept for a profile; tells whether there was anything.

        Raises:
            ConfigurationError: the keyring does not let it go.
        """
        try:
            if self._backend.get_password(SERVICE, name) is None:
                return False
            self._backend.delete_password(SERVICE, name)
        except Exception as error:  # backends raise what they like
            raise _failed(error) from None
        return True


def _failed(error: Exception) -> ConfigurationError:
    """The error without the backend's words, which may repeat what it was given."""
    return ConfigurationError(
        f"the system's keyring does not answer ({type(error).__name__}); "
        "unlock it, or take `keyring = true` out of the profile"
    )


def keeper(profile: Profile, store: Store) -> Store | Keyring:
    """Where the secret of a profile is kept.

    Raises:
        ConfigurationError: in the keyring, for which there is no package.
    """
    return Keyring() if profile.keyring else store

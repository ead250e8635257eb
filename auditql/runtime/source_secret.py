"""The password or the token of an engine that `--source` names.

In: an address, the profile in force, the environment. Out: the secret, or None where
there is none: many engines take it from a place of their own, as PostgreSQL does.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.providers.warehouse.running.address import PASSWORD, Address

if TYPE_CHECKING:
    from auditql.runtime.profiles.forms import Profile

SERVICE = "auditql source"
"""What secrets of engines stand under in the keyring, by the address as it is shown."""


def secret_for(
    address: Address, profile: "Profile | None", environment: Mapping[str, str]
) -> str | None:
    """The secret: of the environment, of the profile's command, of the keyring.

    Raises:
        ConfigurationError: the command fails, or the keyring cannot be asked.
    """
    given = environment.get(PASSWORD)
    if given:
        return given
    if profile is None:
        return None
    if profile.source_password_command is not None:
        from auditql.runtime.profiles.command import token_of

        return token_of(profile.source_password_command).reveal()
    if profile.keyring:
        return _kept(address)
    return None


def _kept(address: Address) -> str | None:
    """What the keyring keeps for an address.

    Raises:
        ConfigurationError: it cannot be asked.
    """
    try:
        import keyring
    except ImportError:
        raise ConfigurationError(
            "the profile keeps its secrets in the keyring, and the package for it is"
            " not installed: pip install 'auditql[keyring]'"
        ) from None
    try:
        kept: str | None = keyring.get_password(SERVICE, address.shown)
    except Exception as error:  # backends raise what they like
        raise ConfigurationError(
            f"the keyring cannot be asked: {type(error).__name__}"
        ) from None
    return kept

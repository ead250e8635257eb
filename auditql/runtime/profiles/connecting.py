"""The connection that a profile and the environment make.

In: what was chosen, what is stored, the environment. Out: a Connection. A
credential never goes to an account other than the one it was set for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import Bearer, Credential, NoCredential
from auditql.providers.zendesk.origin import Origin
from auditql.runtime.connection import (
    Connection,
    Source,
    called,
    credential_of,
    from_environment,
    origin_of,
)
from auditql.runtime.profiles.choice import Choice, choose
from auditql.runtime.profiles.file import read_config
from auditql.runtime.profiles.folders import folder
from auditql.runtime.profiles.forms import Profile
from auditql.runtime.profiles.keyring import keeper
from auditql.runtime.profiles.store import Store, Stored


def connection_of(
    picked: str | None, environment: Mapping[str, str], today: date
) -> Connection:
    """The connection in force, with the files in the user's folder of settings.

    Args:
        picked: the name of a profile; None for the one that stands.
        environment: its variables.
        today: the date, for the end of API tokens.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    store = Store(folder())
    config = read_config()
    try:
        choice = choose(picked, config, store, environment)
        return connection(choice, store, environment, today)
    except ConfigurationError as error:
        del environment
        raise error.with_traceback(None) from None


def connection(
    choice: Choice, store: Store, environment: Mapping[str, str], today: date
) -> Connection:
    """The connection that is in force. A `token_command` is run here.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    try:
        made = _connection(choice, store, environment, today)
    except ConfigurationError as error:
        # Variables of the frames hold secrets, and a traceback may show them.
        del environment
        raise error.with_traceback(None) from None
    made = replace(made, warnings=choice.notes + made.warnings)
    profile = choice.profile
    if profile is None:
        return made
    return replace(
        made,
        profile=profile.name,
        route=profile.route,
        rate_share=profile.rate_share,
        concurrency=profile.concurrency,
        mirror=profile.mirror,
    )


def _connection(
    choice: Choice, store: Store, environment: Mapping[str, str], today: date
) -> Connection:
    profile = choice.profile
    if profile is None:
        return from_environment(environment, today)
    heeded = environment if choice.heeds_environment else {}
    if "ZENDESK_CLIENT_SECRET" in heeded and profile.client_id is not None:
        heeded = {"ZENDESK_CLIENT_ID": profile.client_id, **heeded}
    given = credential_of(heeded, today)
    if given is not None:
        credential, warnings = given
        origin = profile.origin or origin_of(heeded)
        if origin is None:
            kept = keeper(profile, store).find(profile.name)
            origin = None if kept is None else kept.origin
        if origin is None:
            raise _no_account(profile)
        if _sources(profile, store):
            warnings += (
                f"the {called(credential)} of the environment is used, "
                f"not what the profile `{profile.name}` has",
            )
        return Connection(origin, credential, warnings, Source.ENVIRONMENT)
    stored = None
    if profile.token_command is None:
        stored = keeper(profile, store).find(profile.name)
    origin = profile.origin or origin_of(heeded)
    if stored is not None:
        origin = stored.origin if origin is None else origin
        _refuse_other(profile, stored, origin)
    if origin is None:
        raise _no_account(profile)
    credential, source = _own(profile, stored, origin)
    first, *others = _sources(profile, store) or [source]
    warnings = tuple(
        f"the profile `{profile.name}` takes its credential from {first.value}, "
        f"not from {other.value}"
        for other in others
    )
    return Connection(origin, credential, warnings, source)


def _own(
    profile: Profile, stored: Stored | None, origin: Origin
) -> tuple[Credential, Source]:
    """The credential of a profile, and where it comes from."""
    if profile.token_command is not None:
        from auditql.runtime.profiles.command import token_of

        renew = partial(token_of, profile.token_command)
        return Bearer(renew(), renew), Source.COMMAND
    if stored is not None:
        return stored.client, Source.KEYRING if profile.keyring else Source.LOGIN
    if origin.is_loopback:
        return NoCredential(), Source.NOWHERE
    raise ConfigurationError(
        f"the profile `{profile.name}` has no credential: "
        f"run `auditql login -P {profile.name}`"
    )


def _sources(profile: Profile, store: Store) -> list[Source]:
    """Where a profile has a credential, the one that is used first."""
    has = {
        Source.COMMAND: profile.token_command is not None,
        Source.KEYRING: profile.keyring,
        Source.LOGIN: profile.name in store.names(),
    }
    return [source for source, is_there in has.items() if is_there]


def _refuse_other(profile: Profile, stored: Stored, origin: Origin) -> None:
    """Keep a stored secret for the account and the client it was stored for.

    Raises:
        ConfigurationError: the profile names another by now.
    """
    client = profile.client_id
    if stored.origin != origin:
        kept, named = stored.origin.base, origin.base
    elif client is not None and stored.client.client_id != client:
        kept = f"the OAuth client `{stored.client.client_id}`"
        named = f"`{client}`"
    else:
        return
    raise ConfigurationError(
        f"the secret stored for the profile `{profile.name}` is for {kept}, and the "
        f"profile names {named}: run `auditql login -P {profile.name}`"
    )


def _no_account(profile: Profile) -> ConfigurationError:
    return ConfigurationError(
        f"the profile `{profile.name}` names no account: write `subdomain = …` into "
        f"it, or run `auditql login -P {profile.name}`"
    )

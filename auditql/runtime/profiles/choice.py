"""Which profile is in force, and the connection that it and the environment make.

In: what was picked, the configuration, what is stored, the environment. Out: a
Connection. Whoever is picked by name comes before the environment, and the
environment before the profile that nobody picked. A credential never goes to an
account other than the one it was set for: where the two name different
accounts, all of the one is used and nothing of the other, and that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import Bearer, Credential, NoCredential
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.route import Route
from auditql.runtime.connection import (
    CREDENTIAL_NAMES,
    Connection,
    Source,
    called,
    credential_of,
    from_environment,
    origin_of,
)
from auditql.runtime.profiles.file import folder, read_config
from auditql.runtime.profiles.forms import (
    DEFAULT_NAME,
    NAME,
    Config,
    Profile,
    standing_name,
)
from auditql.runtime.profiles.keyring import Keyring
from auditql.runtime.profiles.store import Store, Stored


@dataclass(frozen=True, slots=True)
class Choice:
    """What is in force.

    Attributes:
        profile: None where none is.
        heeds_environment: the environment names no other account.
        notes: what is to be said of sources that are not used.
    """

    profile: Profile | None
    heeds_environment: bool = True
    notes: tuple[str, ...] = ()


def choose(
    picked: str | None,
    config: Config | None,
    store: Store,
    environment: Mapping[str, str],
) -> Choice:
    """The profile in force.

    Args:
        picked: the name given with `-P`; None for none.
        config: the configuration; None where there is no file.
        store: what `auditql login` stored; read only where it decides.
        environment: its variables.

    Raises:
        ConfigurationError: there is no profile of that name, or a file or a
            variable cannot be used.
    """
    around = origin_of(environment)
    profile: Profile | None
    if picked is not None:
        profile = _named(picked, config, store)
    elif around is not None and _opens(environment) and not _has_default(config):
        return Choice(None)  # the environment is whole; what is stored is not looked at
    else:
        profile = _standing(config, store)
    if profile is None or around is None:
        return Choice(profile)
    origin = profile.origin or _stored_origin(profile, store)
    if origin is None or origin == around:
        return Choice(profile)
    if picked:
        note = (
            f"the environment names {around.base}; nothing of it is used, "
            f"because the profile `{profile.name}` was picked"
        )
        return Choice(profile, False, (note,))
    note = (
        f"the environment names {around.base}; the profile `{profile.name}` "
        f"({origin.base}) is not used"
    )
    return Choice(None, True, (note,))


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
    choice = choose(picked, read_config(), store, environment)
    return connection(choice, store, environment, today)


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
    return replace(made, warnings=choice.notes + made.warnings)


def profile_to_keep(picked: str | None, config: Config | None, store: Store) -> Profile:
    """The profile to log in to or out of: the picked one, the standing one, or new.

    Raises:
        ConfigurationError: none is picked and none of several stands out, or the
            name is none.
    """
    if picked is None:
        found = _standing(config, store)
        if found is not None:
            return found
        names = _names(config, store)
        if names:
            raise ConfigurationError(
                f"there are several profiles and no default: pick one with -P "
                f"({', '.join(names)})"
            )
        return Profile(DEFAULT_NAME)
    if not NAME.fullmatch(picked):
        raise ConfigurationError(
            f"a profile cannot be called `{safe_text(picked)}`: "
            "a name has letters, digits, `-`, `_` and `.`"
        )
    known = config.find(picked) if config is not None else None
    return Profile(picked) if known is None else known


def keeper(profile: Profile, store: Store) -> Store | Keyring:
    """Where the secret of a profile is kept.

    Raises:
        ConfigurationError: in the keyring, for which there is no package.
    """
    return Keyring() if profile.keyring else store


def _named(name: str, config: Config | None, store: Store) -> Profile:
    """The profile of a name, out of the configuration or the store.

    Raises:
        ConfigurationError: there is none.
    """
    found = config.find(name) if config is not None else None
    if found is not None:
        return found
    names = _names(config, store)
    if name in names:
        return Profile(name)
    near = nearest(name, names)
    if near:
        hint = f"did you mean {' or '.join(f'`{n}`' for n in near)}?"
    elif names:
        hint = f"there are {', '.join(names)}"
    else:
        hint = "there are none; `auditql login` makes one"
    raise ConfigurationError(f"there is no profile `{safe_text(name)}`; {hint}")


def _standing(config: Config | None, store: Store) -> Profile | None:
    """The profile in force where none is picked.

    It is the default of the file, else the one called `default`, else the only one.
    """
    if config is not None and config.default is not None:
        return config.find(config.default)
    name = standing_name(_names(config, store))
    found = config.find(name) if config is not None and name is not None else None
    return found if found is not None or name is None else Profile(name)


def _has_default(config: Config | None) -> bool:
    return config is not None and config.default is not None


def _opens(environment: Mapping[str, str]) -> bool:
    """Whether the environment holds a credential, or a part of one."""
    return any(environment.get(name) for name in CREDENTIAL_NAMES)


def _names(config: Config | None, store: Store) -> tuple[str, ...]:
    own = [p.name for p in config.profiles] if config is not None else []
    return tuple(dict.fromkeys((*own, *store.names())))


def _stored(profile: Profile, store: Store) -> Stored | None:
    """What is kept for a profile, wherever it says."""
    return keeper(profile, store).find(profile.name)


def _stored_origin(profile: Profile, store: Store) -> Origin | None:
    stored = _stored(profile, store)
    return None if stored is None else stored.origin


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
    route = Route(profile.proxy, profile.ca_file)
    if given is not None:
        credential, warnings = given
        origin = profile.origin or origin_of(heeded) or _stored_origin(profile, store)
        if origin is None:
            raise _no_account(profile)
        if _has_own(profile, store):
            warnings += (
                f"the {called(credential)} of the environment is used, "
                f"not what the profile `{profile.name}` has",
            )
        return Connection(
            origin, credential, warnings, Source.ENVIRONMENT, route, profile.name
        )
    stored = None if profile.token_command else _stored(profile, store)
    origin = profile.origin or origin_of(heeded)
    if stored is not None:
        origin = stored.origin if origin is None else origin
        _refuse_other(profile, stored, origin)
    if origin is None:
        raise _no_account(profile)
    credential, source = _own(profile, stored, origin)
    return Connection(origin, credential, (), source, route, profile.name)


def _own(
    profile: Profile, stored: Stored | None, origin: Origin
) -> tuple[Credential, Source]:
    """The credential of a profile, and where it comes from."""
    if profile.token_command is not None:
        from auditql.runtime.profiles.command import token_of

        return Bearer(token_of(profile.token_command)), Source.COMMAND
    if stored is not None:
        return stored.client, Source.KEYRING if profile.keyring else Source.LOGIN
    if origin.is_loopback:
        return NoCredential(), Source.NOWHERE
    raise ConfigurationError(
        f"the profile `{profile.name}` has no credential: "
        f"run `auditql login -P {profile.name}`"
    )


def _has_own(profile: Profile, store: Store) -> bool:
    if profile.token_command is not None or profile.keyring:
        return True
    return profile.name in store.names()


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

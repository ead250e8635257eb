"""Which profile is in force.

In: what was picked, the configuration, what is stored, the environment. Out: a
profile, or none. Whoever is picked by name comes before the environment, and
the environment before the profile that nobody picked: where the two name
different accounts, all of the one is used and nothing of the other, and that
is said.
"""

from collections.abc import Mapping

from auditql.catalog.forms import form
from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import Origin
from auditql.runtime.connection import CREDENTIAL_NAMES, origin_of
from auditql.runtime.profiles.forms import (
    DEFAULT_NAME,
    NAME,
    Config,
    Profile,
    standing_name,
)
from auditql.runtime.profiles.keyring import keeper
from auditql.runtime.profiles.store import Store


@form
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
    try:
        return _choose(picked, config, store, environment)
    except ConfigurationError as error:
        # Variables of the frames hold secrets, and a traceback may show them.
        del environment
        raise error.with_traceback(None) from None


def _choose(
    picked: str | None,
    config: Config | None,
    store: Store,
    environment: Mapping[str, str],
) -> Choice:
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
    origin = _origin(profile, store)
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


def account(
    choice: Choice, store: Store, environment: Mapping[str, str]
) -> Origin | None:
    """The account in force, whoever asks it; None where none is named.

    Args:
        choice: what is in force.
        store: what `auditql login` stored; read only where it decides.
        environment: its variables.

    Raises:
        ConfigurationError: a file cannot be used.
    """
    around = origin_of(environment) if choice.heeds_environment else None
    del environment  # a traceback may show it
    profile = choice.profile
    if profile is None or (profile.origin is None and around is not None):
        return around
    return _origin(profile, store)


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


def _origin(profile: Profile, store: Store) -> Origin | None:
    """The account of a profile, by itself or by what is stored for it."""
    if profile.origin is not None:
        return profile.origin
    stored = keeper(profile, store).find(profile.name)
    return None if stored is None else stored.origin

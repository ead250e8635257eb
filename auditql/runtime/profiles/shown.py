"""The configuration as it is in force, for a person, without a secret.

In: the file's content, what is stored, the profile in force. Out: text. Of a
command only the program is shown: its arguments may hold a secret.
"""

from auditql.runtime.profiles.forms import Config, Profile
from auditql.runtime.profiles.store import Store


def shown(config: Config | None, store: Store, standing: Profile | None) -> str:
    """A block for each profile, the one in force marked.

    Raises:
        ConfigurationError: the file of stored secrets may not be used.
    """
    path = "no file" if config is None else str(config.path)
    stored = store.names()
    profiles = list(config.profiles) if config is not None else []
    known = {profile.name for profile in profiles}
    profiles += [Profile(name) for name in stored if name not in known]
    blocks = [f"file    {path}\nsecrets {store.path if stored else 'none stored'}\n"]
    for profile in profiles:
        is_standing = standing is not None and standing.name == profile.name
        mark = "   in force" if is_standing else ""
        blocks.append(f"[{profile.name}]{mark}\n" + _block(profile, store, stored))
    return "\n".join(blocks)


def _block(profile: Profile, store: Store, stored: tuple[str, ...]) -> str:
    """What a profile says, a line each; what it leaves open is left out."""
    kept = store.find(profile.name) if profile.name in stored else None
    origin = profile.origin or (None if kept is None else kept.origin)
    client = profile.client_id or (None if kept is None else kept.client.client_id)
    values = {
        "account": None if origin is None else origin.base,
        "client_id": client,
        "tz": profile.tz,
        "format": profile.format,
        "limit": profile.limit,
        "rate_share": profile.rate_share,
        "concurrency": profile.concurrency,
        "proxy": profile.proxy,
        "ca_file": profile.ca_file,
        "mirror": profile.mirror,
        "columns": _columns(profile),
        "secret": _secret(profile, is_stored=kept is not None),
    }
    return "".join(
        f"  {name:<12}{value}\n" for name, value in values.items() if value is not None
    )


def _columns(profile: Profile) -> str | None:
    """The table of an engine that a profile speaks of, and its fields."""
    said = profile.columns
    if said is None:
        return None
    table = ".".join(said.table or ("audit_logs",))
    return f"of the table {table}" + (f": {', '.join(said.fields)}" * bool(said.fields))


def _secret(profile: Profile, *, is_stored: bool) -> str:
    if profile.token_command is not None:
        program, *arguments = profile.token_command
        many = "1 argument" if len(arguments) == 1 else f"{len(arguments)} arguments"
        more = f" and {many}" if arguments else ""
        return f"token_command: {program}{more}"
    if profile.keyring:
        return "in the keyring"
    return "stored by login" if is_stored else "none"

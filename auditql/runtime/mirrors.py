"""Where the mirror of an account is.

In: an account, and what its profile says. Out: a place; nothing is read or made.
"""

from pathlib import Path
from urllib.parse import urlsplit

from auditql.providers.mirror.mark import is_mirror
from auditql.providers.mirror.place import Place
from auditql.providers.zendesk.origin import Origin
from auditql.runtime.profiles.folders import data_folder

__all__ = ["ENDING", "is_mirror", "place_at", "place_of"]

ENDING = ".sqlite"


def place_of(origin: Origin, named: Path | None = None) -> Place:
    """The place of an account's mirror.

    Args:
        origin: the account.
        named: the file that its profile names; None for the usual one, such as
            `acme.zendesk.com.sqlite` in the user's folder of data.
    """
    if named is not None:
        return Place(named, origin.base)
    parts = urlsplit(origin.base)
    host = (parts.hostname or "").replace(":", "_")
    port = "" if parts.port is None else f"_{parts.port}"
    name = f"{host}{port}{ENDING}"
    return Place(data_folder() / "mirror" / name, origin.base)


def place_at(path: Path) -> Place:
    """The place of the mirror that a file is.

    Raises:
        MirrorDamaged: it does not say whose log it holds.
        ConfigurationError: it cannot be read.
    """
    from contextlib import closing

    from auditql.providers.mirror.faults import damaged, mapped
    from auditql.providers.mirror.opening import connect_to_read, meta

    with mapped(path), closing(connect_to_read(path)) as connection:
        origin = meta(connection).get("origin")
    if not isinstance(origin, str):
        raise damaged(path, "it does not say whose log it holds")
    return Place(path, origin)

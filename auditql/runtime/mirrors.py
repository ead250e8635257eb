"""Where the mirror of an account is.

In: an account, and what its profile says. Out: a place; nothing is read or made.
"""

from pathlib import Path
from urllib.parse import urlsplit

from auditql.providers.mirror.place import Place
from auditql.providers.mirror.schema import APPLICATION_ID
from auditql.providers.zendesk.origin import Origin
from auditql.runtime.profiles.folders import data_folder

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


def is_mirror(path: Path) -> bool:
    """Whether a file is a mirror, as it says itself; False where none can be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return False  # whoever reads it as something else says why
    mark = int.from_bytes(head[_MARK_AT : _MARK_AT + 4], "big")
    return head.startswith(_MAGIC) and mark == APPLICATION_ID


def place_at(path: Path) -> Place:
    """The place of the mirror that a file is.

    Raises:
        MirrorDamaged: it does not say whose log it holds.
        ConfigurationError: it cannot be read.
    """
    from contextlib import closing

    from auditql.providers.mirror.faults import damaged, mapped
    from auditql.providers.mirror.opening import connect, meta

    with mapped(path), closing(connect(path, "mode=ro")) as connection:
        origin = meta(connection).get("origin")
    if not isinstance(origin, str):
        raise damaged(path, "it does not say whose log it holds")
    return Place(path, origin)


# The header of a file of SQLite: https://www.sqlite.org/fileformat.html, 1.3
_HEAD_BYTES = 100
_MAGIC = b"SQLite format 3\0"
_MARK_AT = 68

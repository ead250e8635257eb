"""The keys of a profile, one row each: what may stand behind them.

In: values as TOML gives them. Out: typed values, or Wrong with what was
expected. A wrong value is never repeated: it may be a secret put in the wrong
place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from auditql.catalog.limits import INT64_MAX
from auditql.diagnostics.nearest import nearest
from auditql.errors import ConfigurationError
from auditql.language.clock import UnknownZone, zone_named, zone_names
from auditql.providers.zendesk.origin import Origin, of_base_url, of_subdomain
from auditql.providers.zendesk.secret import fault_of
from auditql.runtime.profiles.wrong import Wrong

if TYPE_CHECKING:
    from auditql.providers.warehouse.running.mapped import TableMap

T = TypeVar("T")

MOST_CONCURRENT = 64

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One key of a profile.

    Attributes:
        name: as it is written.
        read: the typed value of a TOML value; raises Wrong or ConfigurationError.
    """

    name: str
    read: Callable[[object], T]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Wrong("takes a text in quotes")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("takes true or false")
    return value


def _whole(least: int, most: int, bounds: str) -> Callable[[object], int]:
    """A reader of whole numbers within bounds."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong(f"takes a whole number, {bounds}")
        if not least <= value <= most:
            raise Wrong(f"takes a whole number, {bounds}")
        return value

    return read


def _share(value: object) -> float:
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value <= 1
    ):
        return float(value)
    raise Wrong("takes a number above 0 and up to 1, such as 0.8")


def _subdomain(value: object) -> Origin:
    return of_subdomain(_text(value))


def _base_url(value: object) -> Origin:
    return of_base_url(_text(value))


def _client_id(value: object) -> str:
    text = _text(value)
    what = fault_of(text)
    if what is not None:
        raise Wrong(f"{what}; copy the client's identifier again")
    return text


def _zone(value: object) -> str:
    text = _text(value)
    try:
        zone_named(text)
    except UnknownZone:
        near = nearest(text, zone_names(), most=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Wrong(f'takes the name of a zone, "Europe/Berlin"{hint}') from None
    return text


def _format(value: object) -> str:
    from auditql.results.formats import FORMATS

    text = _text(value)
    if text not in FORMATS:
        near = nearest(text, FORMATS)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise Wrong(f"takes one of {', '.join(FORMATS)}{hint}")
    return text


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise Wrong(
            'takes a list: the program and each argument by itself, ["op", "read", …]; '
            "no shell reads it"
        )
    if not isinstance(value, list) or not value:
        raise Wrong("takes a list of texts, the program first")
    words = tuple(_text(word) for word in value)
    if any("\0" in word for word in words):
        raise Wrong("takes texts without NUL")
    return words


def _proxy(value: object) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Wrong("takes an address like http://proxy.example:3128") from None
    if "@" in parts.netloc:
        raise Wrong("holds a user or a password, which is no place for one")
    host = parts.netloc.removesuffix(f":{port}")
    is_whole = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        is_whole = False
    if not is_whole or not text.isascii() or not text.isprintable():
        raise Wrong("takes an address like http://proxy.example:3128")
    return f"{parts.scheme}://{parts.netloc}"


def _path(value: object) -> Path:
    text = _text(value)
    path = Path(text).expanduser()
    if not path.is_absolute() or "\0" in text:
        raise Wrong("takes a whole path, from / or ~ on")
    return path


def _ca_file(value: object) -> Path:
    path = _path(value)
    if not path.is_file():
        raise Wrong("names a file that is not there")
    return path


def _columns(value: object) -> "TableMap":
    from auditql.runtime.profiles.tables import table_map

    return table_map(value)


SUBDOMAIN = Key("subdomain", _subdomain)
BASE_URL = Key("base_url", _base_url)
CLIENT_ID = Key("client_id", _client_id)
TZ = Key("tz", _zone)
FORMAT = Key("format", _format)
LIMIT = Key("limit", _whole(0, INT64_MAX, "0 or more"))
RATE_SHARE = Key("rate_share", _share)
CONCURRENCY = Key("concurrency", _whole(1, MOST_CONCURRENT, f"1 to {MOST_CONCURRENT}"))
TOKEN_COMMAND = Key("token_command", _command)
KEYRING = Key("keyring", _truth)
PROXY = Key("proxy", _proxy)
CA_FILE = Key("ca_file", _ca_file)
MIRROR = Key("mirror", _path)
SOURCE_PASSWORD_COMMAND = Key("source_password_command", _command)
COLUMNS = Key("columns", _columns)

NAMES = tuple(
    key.name
    for key in (
        *(SUBDOMAIN, BASE_URL, CLIENT_ID, TZ, FORMAT, LIMIT, RATE_SHARE),
        *(CONCURRENCY, TOKEN_COMMAND, KEYRING, PROXY, CA_FILE, MIRROR),
        *(SOURCE_PASSWORD_COMMAND, COLUMNS),
    )
)
"""The keys of a profile, in the order they are shown."""

SECRETS = (
    *("client_secret", "secret", "token", "oauth_token", "access_token"),
    *("api_token", "email", "password"),
)
"""Keys that people may try and that have no place in the file."""


def reason(error: Wrong | ConfigurationError) -> str:
    """What a reader said, as it follows the name of its key."""
    return str(error) if isinstance(error, Wrong) else f"is refused: {error}"

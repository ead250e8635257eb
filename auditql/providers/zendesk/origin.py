"""The one place that decides where a request may go.

In: a subdomain or a base URL, and every URL before it is sent. Out: an Origin,
or ConfigurationError. A credential goes to the account's own host over https,
or to loopback, and nowhere else.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditql.errors import ConfigurationError

_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port that an account is asked at.

    Attributes:
        base: `https://acme.zendesk.com`, without a slash at its end.
        is_loopback: the host is this machine, so plain http is allowed.
    """

    base: str
    is_loopback: bool

    def check(self, url: str) -> str:
        """The URL, if it is one of this origin.

        Raises:
            ConfigurationError: it is not; nothing may be sent there.
        """
        rest = url.removeprefix(self.base)
        if rest == url or not rest.startswith("/"):
            raise ConfigurationError(
                f"a request outside of {self.base} was refused before it was sent"
            )
        return url


def of_subdomain(subdomain: str) -> Origin:
    """The origin of an account on zendesk.com.

    Raises:
        ConfigurationError: the text is no subdomain.
    """
    name = subdomain.strip().lower()
    if not _SUBDOMAIN.fullmatch(name):
        raise ConfigurationError(
            "a subdomain has letters, digits and hyphens only: "
            "write `acme` for https://acme.zendesk.com"
        )
    return Origin(f"https://{name}.zendesk.com", False)


def of_base_url(url: str) -> Origin:
    """The origin that a base URL names.

    Raises:
        ConfigurationError: it has a path, a query, a user or a port that is
            none; or it is plain http to another machine.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ConfigurationError("the base URL cannot be read") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ConfigurationError(
            "the base URL holds a user or a password; "
            "give credentials in their own settings"
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigurationError(
            "the base URL has a path or a query; "
            "write scheme and host only, like https://acme.zendesk.com"
        )
    host = parts.netloc.lower()
    name = host.removesuffix(f":{port}") if port is not None else host
    is_loopback = _LOOPBACK.fullmatch(name) is not None
    if not is_loopback and not _HOST.fullmatch(name):
        raise ConfigurationError(
            "the base URL names no host; write it like https://acme.zendesk.com"
        )
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback):
        return Origin(f"{parts.scheme}://{host}", is_loopback)
    raise ConfigurationError(
        "a credential goes over https only; plain http is for this machine "
        "(127.0.0.1, localhost, [::1])"
    )

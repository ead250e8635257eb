"""The one place that decides where a request may go, and what it may do.

In: a subdomain or a base URL, and every request before it is sent. Out: an
Origin, or ConfigurationError. A credential goes to the account's own host over
https, or to loopback, and nowhere else; the log is read, a token is asked for,
and nothing else is done.
"""

import re
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import urlsplit

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError

TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path

_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_ALLOWED = re.compile(
    r"GET /api/v2/audit_logs(/-?[0-9]{1,19})?(\?[!-~]*)?|POST /oauth/tokens"
)
_DEFAULT_PORTS = {"https": 443, "http": 80}


@form
class Origin:
    """Scheme, host and port that an account is asked at.

    Attributes:
        base: `https://acme.zendesk.com`, without a slash at its end and
            without a port that the scheme implies.
        is_loopback: the host is this machine, so plain http is allowed.
    """

    base: str
    is_loopback: bool

    @property
    def is_encrypted(self) -> bool:
        """Whether it is asked over TLS."""
        return self.base.startswith("https:")

    def check(self, method: str, url: str) -> None:
        """Let a request of this origin pass.

        Raises:
            ConfigurationError: it goes elsewhere, or neither reads the audit
                log nor asks for a token; it may not be sent.
        """
        rest = url.removeprefix(self.base)
        if rest == url or not _ALLOWED.fullmatch(f"{method} {rest}"):
            raise ConfigurationError(
                f"a request other than to the audit log of {self.base} "
                "was refused before it was sent"
            )


def of_subdomain(subdomain: str) -> Origin:
    """The origin of an account on zendesk.com.

    Raises:
        ConfigurationError: the text is no subdomain.
    """
    name = subdomain.strip().lower() if subdomain.isascii() else ""
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
            none; or it is plain http to another machine. The message does not
            repeat it: it may hold a password.
    """
    text = url.strip()
    # urlsplit drops line ends without a word, so they are refused before.
    is_plain = all("!" <= c <= "~" for c in text)
    try:
        parts = urlsplit(text if is_plain else "")
        port = parts.port
    except ValueError:
        raise ConfigurationError(
            "the base URL cannot be read; write it like https://acme.zendesk.com"
        ) from None
    if "@" in parts.netloc:
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
    is_loopback = _is_loopback(name)
    if not is_loopback and not _HOST.fullmatch(name):
        raise ConfigurationError(
            "the base URL names no host; write it like https://acme.zendesk.com"
        )
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback):
        shown = name if port == _DEFAULT_PORTS[parts.scheme] else host
        return Origin(f"{parts.scheme}://{shown}", is_loopback)
    raise ConfigurationError(
        "a credential goes over https only; plain http is for this machine "
        "(127.0.0.1, localhost, [::1])"
    )


def _is_loopback(name: str) -> bool:
    """Whether a host is this machine by its very name; nothing is looked up."""
    if name in ("localhost", "[::1]"):
        return True
    try:
        return IPv4Address(name).is_loopback
    except AddressValueError:
        return False

"""The way to the account: direct, or through the proxy that a person set.

In: an origin and explicit settings. Out: a transport. Nothing of the
environment reroutes a request or weakens TLS.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import Origin

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Route:
    """Settings of the network; None is the usual way.

    Attributes:
        proxy: `http://HOST:PORT`; only what is encrypted goes through it, so it
            never sees a credential.
        ca_file: certificates of the authorities to trust, instead of certifi's.
    """

    proxy: str | None = None
    ca_file: Path | None = None


def transport(origin: Origin, route: Route) -> "httpx.AsyncBaseTransport":
    """The connections to an origin; none is opened yet.

    Raises:
        ConfigurationError: the file of authorities holds none.
    """
    import httpx

    from auditql.providers.zendesk import tls

    try:
        context = tls.context(is_encrypted=origin.is_encrypted, ca_file=route.ca_file)
    except OSError as error:  # SSLError is one
        raise ConfigurationError(
            f"ca_file: {route.ca_file} holds no certificates in PEM form"
        ) from error
    proxy: httpx.Proxy | None = None
    if route.proxy is not None and origin.is_encrypted:
        is_encrypted = route.proxy.startswith("https:")
        proxy = httpx.Proxy(route.proxy, ssl_context=context if is_encrypted else None)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, proxy=proxy)

"""Which account is asked and as whom, from the environment.

In: environment variables and today's date. Out: a Connection, or
ConfigurationError that names what to set. Nothing is sent here, and no secret
stands in a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.origin import Origin, of_base_url, of_subdomain
from auditql.providers.zendesk.secret import Secret

TOKENS_END = date(2027, 4, 30)
"""The day on which all API tokens end (Zendesk's OAuth migration page)."""

MOVE = (
    "make an OAuth client in Admin Center (Apps and integrations, APIs, OAuth "
    "clients; confidential, scope auditlogs:read), then set ZENDESK_CLIENT_ID and "
    "ZENDESK_CLIENT_SECRET"
)
"""How to move from an API token to client credentials."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An account and a credential for it.

    Attributes:
        origin: where requests go.
        credential: what proves who asks.
        warnings: what is to be said before it is used.
    """

    origin: Origin
    credential: Credential
    warnings: tuple[str, ...] = ()


def from_environment(environment: Mapping[str, str], today: date) -> Connection:
    """The connection that the environment describes.

    `ZENDESK_SUBDOMAIN` or `ZENDESK_BASE_URL`, and one credential, looked for in
    this order: `ZENDESK_CLIENT_ID` with `ZENDESK_CLIENT_SECRET`,
    `ZENDESK_OAUTH_TOKEN`, `ZENDESK_EMAIL` with `ZENDESK_API_TOKEN`. On loopback
    none is needed.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    origin = _origin(environment)
    found = [c for c in (_client(environment), _token(environment)) if c is not None]
    warnings: list[str] = []
    pair = _api_token(environment)
    if pair is not None and not found:
        warnings.append(_retirement(today))
    if pair is not None:
        found.append(pair)
    if not found:
        if origin.is_loopback:
            return Connection(origin, NoCredential())
        raise ConfigurationError(
            "no credential is set: " + MOVE + "; or set ZENDESK_OAUTH_TOKEN"
        )
    if len(found) > 1:
        warnings.append(f"several credentials are set; the {_called(found[0])} is used")
    return Connection(origin, found[0], tuple(warnings))


def _origin(environment: Mapping[str, str]) -> Origin:
    subdomain = environment.get("ZENDESK_SUBDOMAIN")
    url = environment.get("ZENDESK_BASE_URL")
    if url and subdomain:
        raise ConfigurationError(
            "ZENDESK_SUBDOMAIN and ZENDESK_BASE_URL are both set; unset one"
        )
    if url:
        return of_base_url(url)
    if subdomain:
        return of_subdomain(subdomain)
    raise ConfigurationError(
        "no account is set: set ZENDESK_SUBDOMAIN (`acme` for acme.zendesk.com); "
        "without an account try `auditql demo query`"
    )


def _client(environment: Mapping[str, str]) -> ClientCredentials | None:
    name, secret = _both(environment, "ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")
    if name is None or secret is None:
        return None
    return ClientCredentials(name, Secret(secret, "ZENDESK_CLIENT_SECRET"))


def _token(environment: Mapping[str, str]) -> Bearer | None:
    token = environment.get("ZENDESK_OAUTH_TOKEN")
    return Bearer(Secret(token, "ZENDESK_OAUTH_TOKEN")) if token else None


def _api_token(environment: Mapping[str, str]) -> ApiToken | None:
    email, token = _both(environment, "ZENDESK_EMAIL", "ZENDESK_API_TOKEN")
    if email is None or token is None:
        return None
    if "@" not in email or not email.isprintable() or " " in email:
        raise ConfigurationError("ZENDESK_EMAIL is no e-mail address")
    return ApiToken(email.removesuffix("/token"), Secret(token, "ZENDESK_API_TOKEN"))


def _both(
    environment: Mapping[str, str], first: str, second: str
) -> tuple[str | None, str | None]:
    """Two variables that go together: both or neither."""
    values = environment.get(first) or None, environment.get(second) or None
    if (values[0] is None) != (values[1] is None):
        missing, there = (first, second) if values[0] is None else (second, first)
        raise ConfigurationError(
            f"{there} is set and {missing} is not; they go together"
        )
    return values


def _retirement(today: date) -> str:
    """The warning of an API token; after their last day they are refused.

    Raises:
        ConfigurationError: that day has passed.
    """
    days = (TOKENS_END - today).days
    if days < 0:
        raise ConfigurationError(
            f"API tokens ended on {TOKENS_END.isoformat()}; instead " + MOVE
        )
    return (
        f"API tokens end on {TOKENS_END.isoformat()}, in {days} days; one that is "
        "idle for 30 days is switched off and cannot be replaced; before that " + MOVE
    )


def _called(credential: Credential) -> str:
    match credential:
        case ClientCredentials():
            return "OAuth client"
        case Bearer():
            return "OAuth token"
        case ApiToken():
            return "API token"
        case NoCredential():
            return "account without a credential"

"""Which account is asked and as whom: what a program names, or the environment.

In: settings, environment variables and today's date. Out: a Connection, or
ConfigurationError that names what to set. Nothing is sent here, and no secret
stands in a message.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum, unique
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.origin import Origin, of_base_url, of_subdomain
from auditql.providers.zendesk.route import Route, transport
from auditql.providers.zendesk.secret import Secret

if TYPE_CHECKING:
    import httpx

TOKENS_END = date(2027, 4, 30)
"""The day on which all API tokens end (Zendesk's OAuth migration page)."""

MOVE = (
    "make an OAuth client in Admin Center (Apps and integrations, APIs, OAuth "
    "clients; confidential, scope auditlogs:read), then set ZENDESK_CLIENT_ID and "
    "ZENDESK_CLIENT_SECRET"
)
"""How to move from an API token to client credentials."""

CREDENTIAL_NAMES = (
    *("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET", "ZENDESK_OAUTH_TOKEN"),
    *("ZENDESK_EMAIL", "ZENDESK_API_TOKEN"),
)
"""The variables that credentials are made of."""


@unique
class Source(Enum):
    """Where a credential comes from."""

    PROGRAM = "the program"
    ENVIRONMENT = "the environment"
    COMMAND = "token_command"
    KEYRING = "the keyring"
    LOGIN = "auditql login"
    NOWHERE = "nowhere"


@form
class Connection:
    """An account and a credential for it.

    Attributes:
        origin: where requests go.
        credential: what proves who asks.
        warnings: what is to be said before it is used.
        source: where the credential comes from.
        route: how the account is reached.
        profile: the name of the profile in force; None for none.
        rate_share: part of the account's rate limit that the profile lets be
            spent, in (0, 1]; None where it says nothing.
        concurrency: most requests under way at once, as the profile says; None
            where it says nothing.
        mirror: the file of the account's mirror; None for the usual one.
    """

    origin: Origin
    credential: Credential
    warnings: tuple[str, ...] = ()
    source: Source = Source.PROGRAM
    route: Route = Route()
    profile: str | None = None
    rate_share: float | None = None
    concurrency: int | None = None
    mirror: Path | None = None

    def transport(self) -> "httpx.AsyncBaseTransport | None":
        """The way that a profile sets; None for the usual way.

        Raises:
            ConfigurationError: its file of authorities holds none.
        """
        return None if self.route == Route() else transport(self.origin, self.route)


def connect(
    subdomain: str | None,
    base_url: str | None,
    credential: Credential | None,
    environment: Mapping[str, str],
    today: date,
) -> Connection:
    """The connection that a program names; what it leaves open is the environment's.

    A credential of the environment goes to the account of the environment, never
    to one that is named here.

    Args:
        subdomain: `acme` for acme.zendesk.com.
        base_url: instead of it.
        credential: None takes the environment's, or none on loopback.
        environment: its variables.
        today: the date, for the end of API tokens.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    try:
        return _connect(subdomain, base_url, credential, environment, today)
    except ConfigurationError as error:
        # Variables of the frames hold secrets, and a traceback may show them.
        del environment, credential
        raise error.with_traceback(None) from None


def from_environment(environment: Mapping[str, str], today: date) -> Connection:
    """The connection that the environment describes.

    `ZENDESK_SUBDOMAIN` or `ZENDESK_BASE_URL`, and one credential, looked for in
    this order: `ZENDESK_CLIENT_ID` with `ZENDESK_CLIENT_SECRET`,
    `ZENDESK_OAUTH_TOKEN`, `ZENDESK_EMAIL` with `ZENDESK_API_TOKEN`. On loopback
    none is needed.

    Raises:
        ConfigurationError: something is missing, malformed or over.
    """
    try:
        return _connect(None, None, None, environment, today)
    except ConfigurationError as error:
        del environment
        raise error.with_traceback(None) from None


def _connect(
    subdomain: str | None,
    base_url: str | None,
    credential: Credential | None,
    environment: Mapping[str, str],
    today: date,
) -> Connection:
    if subdomain is not None and base_url is not None:
        raise ConfigurationError("give a subdomain or a base URL, not both")
    if base_url is not None:
        origin = of_base_url(base_url)
    elif subdomain is not None:
        origin = of_subdomain(subdomain)
    else:
        origin = _origin(environment)
        if credential is None:
            return _as_set(origin, environment, today)
    if credential is None:
        if not origin.is_loopback:
            raise ConfigurationError("an account needs a credential")
        credential = NoCredential()
    return Connection(origin, credential, _said_of(credential, today))


def _as_set(origin: Origin, environment: Mapping[str, str], today: date) -> Connection:
    """The connection to an origin as whom the environment says."""
    found = credential_of(environment, today)
    if found is not None:
        credential, warnings = found
        return Connection(origin, credential, warnings, Source.ENVIRONMENT)
    if origin.is_loopback:
        return Connection(origin, NoCredential(), (), Source.NOWHERE)
    raise ConfigurationError(
        "no credential is set: " + MOVE + "; or set ZENDESK_OAUTH_TOKEN"
    )


def credential_of(
    environment: Mapping[str, str], today: date
) -> tuple[Credential, tuple[str, ...]] | None:
    """The credential of the environment, and what is to be said; None for none.

    Raises:
        ConfigurationError: it is malformed, half set, or over. Variables of the
            frames may hold secrets.
    """
    ways = (_client(environment), _token(environment), _api_token(environment))
    found = [credential for credential in ways if credential is not None]
    if not found:
        return None
    warnings = _said_of(found[0], today)
    if len(found) > 1:
        warnings += (f"several credentials are set; the {called(found[0])} is used",)
    return found[0], warnings


def origin_of(environment: Mapping[str, str]) -> Origin | None:
    """The account that the environment names; None where it names none.

    Raises:
        ConfigurationError: it names two, or none that may be asked.
    """
    subdomain = environment.get("ZENDESK_SUBDOMAIN")
    url = environment.get("ZENDESK_BASE_URL")
    if url and subdomain:
        raise ConfigurationError(
            "ZENDESK_SUBDOMAIN and ZENDESK_BASE_URL are both set; unset one"
        )
    if url:
        return of_base_url(url)
    return of_subdomain(subdomain) if subdomain else None


def _origin(environment: Mapping[str, str]) -> Origin:
    origin = origin_of(environment)
    if origin is not None:
        return origin
    raise ConfigurationError(
        "no account is set: set ZENDESK_SUBDOMAIN (`acme` for acme.zendesk.com), or "
        "run `auditql login`; without an account try `auditql demo query` or, for a "
        "saved query, `auditql demo run`"
    )


def days_left(today: date) -> int:
    """Days until API tokens end; negative after their last day."""
    return (TOKENS_END - today).days


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


def _said_of(credential: Credential, today: date) -> tuple[str, ...]:
    """What is to be said before a credential is used.

    Raises:
        ConfigurationError: it is an API token, and their last day has passed.
    """
    if not isinstance(credential, ApiToken):
        return ()
    days = days_left(today)
    if days < 0:
        raise ConfigurationError(
            f"API tokens ended on {TOKENS_END.isoformat()}; instead " + MOVE
        )
    when = {0: "today", 1: "in 1 day"}.get(days, f"in {days} days")
    return (
        f"API tokens end on {TOKENS_END.isoformat()}, {when}; one that is idle for "
        "30 days is switched off and cannot be replaced; before that " + MOVE,
    )


def called(credential: Credential) -> str:
    """The kind of a credential, in words."""
    match credential:
        case ClientCredentials():
            return "OAuth client"
        case Bearer():
            return "OAuth token"
        case ApiToken():
            return "API token"
        case NoCredential():
            return "account without a credential"
        case _:
            assert_never(credential)

"""Credentials: what stands in the Authorization header, and how it is renewed.

In: a credential from the settings. Out: header values. Sources: the Security
and Authentication page of Zendesk's API reference; OAuth 2.0, RFC 6749 §4.4
(client credentials); HTTP Basic, RFC 7617.
"""

from base64 import b64encode
from dataclasses import dataclass

from auditql.providers.zendesk.secret import Secret

SCOPE = "auditlogs:read"
"""The least scope that reads the audit log; `read` covers it too."""

TOKEN_PATH = "/oauth/tokens"  # noqa: S105 - a path
LIFETIME_S = 1800
"""Life of a token in seconds: asked for, and assumed where the answer is silent."""

_EARLY_S = 60


@dataclass(frozen=True, slots=True)
class NoCredential:
    """Nothing is sent; for the emulator."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class Bearer:
    """An OAuth access token made elsewhere; it is not renewed."""

    token: Secret

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The token."""
        return (self.token,)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An e-mail address and its API token; these end on 2027-04-30."""

    email: str
    token: Secret

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The token, and the pair as it is sent."""
        return (self.token, Secret(self.pair(), "the API token"))

    def pair(self) -> str:
        """`EMAIL/token:TOKEN` in Base64, as HTTP Basic sends it."""
        text = f"{self.email}/token:{self.token.reveal()}"
        return b64encode(text.encode()).decode()


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An OAuth client that mints its own short-lived tokens."""

    client_id: str
    client_secret: Secret

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The client's secret."""
        return (self.client_secret,)

    def body(self) -> dict[str, object]:
        """The JSON of a token request; the time is asked for, or it is not told."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret.reveal(),
            "scope": SCOPE,
            "expires_in": LIFETIME_S,
        }


Credential = NoCredential | Bearer | ApiToken | ClientCredentials


@dataclass(frozen=True, slots=True)
class Minted:
    """An access token of a client, and until when it is used.

    Attributes:
        generation: counts the tokens, so that one 401 renews only once.
        until_s: on the monotonic clock; a minute before the token dies.
    """

    token: Secret
    generation: int
    until_s: float


def minted(body: object, generation: int, now_s: float) -> Minted | str:
    """The token of a token endpoint's answer, or what is wrong with the answer."""
    if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
        return "the token endpoint gave no access token"
    scope = body.get("scope")
    granted = set(scope.split()) if isinstance(scope, str) else set()
    if granted and not granted & {SCOPE, "read"}:
        return (
            f"the OAuth client was granted `{' '.join(sorted(granted))}`, "
            f"and `{SCOPE}` is needed"
        )
    lifetime = body.get("expires_in")
    if not isinstance(lifetime, int | float) or isinstance(lifetime, bool):
        lifetime = LIFETIME_S
    early = min(_EARLY_S, lifetime / 10)
    token = Secret(body["access_token"], "the access token")
    return Minted(token, generation, now_s + lifetime - early)

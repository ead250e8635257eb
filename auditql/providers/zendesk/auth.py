"""Credentials: their forms, and what a token endpoint's answer means.

In: a credential from the settings. Out: header values and tokens; nothing is
sent here. Sources: the Security and Authentication page of Zendesk's API
reference; OAuth 2.0, RFC 6749 §4.4 (client credentials); HTTP Basic, RFC 7617.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.secret import Secret, fault_of

SCOPE = "auditlogs:read"
"""The least scope that reads the audit log; `read` covers it too."""

LIFETIME_S = 1800
"""Life of a token in seconds: asked for, and assumed where the answer is silent."""

_READING = frozenset({SCOPE, "read"})
_LONGEST_S = 172_800
_EARLY_S = 60


@dataclass(frozen=True, slots=True)
class NoCredential:
    """Nothing is sent; for the emulator."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """None."""
        return ()

    @property
    def doubts(self) -> str:
        """What may be wrong when the service answers 401."""
        return "none was sent"


@dataclass(frozen=True, slots=True)
class Bearer:
    """An OAuth access token made elsewhere.

    Attributes:
        token: the token.
        renew: makes a new one when it has ended, and may take its time; raises
            ConfigurationError where it cannot. None where nothing does.
    """

    token: Secret
    renew: Callable[[], Secret] | None = field(default=None, repr=False, compare=False)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The token."""
        return (self.token,)

    @property
    def doubts(self) -> str:
        """What may be wrong when the service answers 401."""
        if self.renew is not None:
            return "also with a token made anew"
        return (
            "the access token is wrong or has ended: new ones live for 30 minutes; "
            "an OAuth client (ZENDESK_CLIENT_ID) renews its own"
        )


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An e-mail address and its API token; these end on 2027-04-30.

    Raises:
        ConfigurationError: the address is none.
    """

    email: str
    token: Secret

    def __post_init__(self) -> None:
        """Refuse an address that HTTP Basic would send as something else."""
        text = self.email
        if "@" not in text or ":" in text or " " in text or not text.isprintable():
            raise ConfigurationError("the API token's e-mail is no e-mail address")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The token, and the pair as it is sent."""
        return (self.token, Secret(self.pair(), "the API token"))

    @property
    def doubts(self) -> str:
        """What may be wrong when the service answers 401."""
        return (
            "e-mail or API token is wrong, or the token was idle for 30 days and is "
            "switched off, or all API tokens have ended (2027-04-30)"
        )

    def pair(self) -> str:
        """`EMAIL/token:TOKEN` in Base64, as HTTP Basic sends it."""
        text = f"{self.email}/token:{self.token.reveal()}"
        return b64encode(text.encode()).decode()


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An OAuth client that mints its own short-lived tokens.

    Raises:
        ConfigurationError: the name of the client cannot be sent.
    """

    client_id: str
    client_secret: Secret

    def __post_init__(self) -> None:
        """Refuse a name with blanks or line ends."""
        what = fault_of(self.client_id)
        if what is not None:
            raise ConfigurationError(f"the OAuth client's id {what}; copy it again")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The client's secret."""
        return (self.client_secret,)

    @property
    def doubts(self) -> str:
        """What may be wrong when the service answers 401."""
        return "also with a token minted anew"

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
        scope: the words of the scope granted; empty where it was not told.
        life_s: the life told in seconds; None where it was not told.
    """

    token: Secret
    generation: int
    until_s: float
    scope: tuple[str, ...] = ()
    life_s: float | None = None

    @property
    def beyond(self) -> tuple[str, ...]:
        """What was granted beyond reading."""
        return tuple(word for word in self.scope if word not in _READING)


def minted(body: object, generation: int, now_s: float) -> Minted | str:
    """The token of a token endpoint's answer, or what is wrong with the answer.

    A life that is not told, or is none, is taken for `LIFETIME_S`: a token
    that dies earlier is renewed when the service refuses it.
    """
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(token, str) or fault_of(token):
        return "the token endpoint gave no access token"
    kind = body.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        return "the token endpoint gave a token of an unknown type"
    scope = body.get("scope")
    granted = tuple(dict.fromkeys(scope.split())) if isinstance(scope, str) else ()
    if granted and not _READING.intersection(granted):
        return (
            f"the OAuth client was granted `{' '.join(sorted(granted))}`, "
            f"and `{SCOPE}` is needed"
        )
    told_s = _life_s(body.get("expires_in"))
    life_s = LIFETIME_S if told_s is None else told_s
    until_s = now_s + life_s - min(_EARLY_S, life_s / 10)
    made = Secret(token, "the access token")
    return Minted(made, generation, until_s, granted, told_s)


def _life_s(told: object) -> float | None:
    """The life that is told; None where none is, or none that can be."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    return told if 0 < told <= _LONGEST_S else None

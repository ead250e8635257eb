"""Every way in which the imitated API can be told to behave.

In: nothing. Out: frozen values. What the documentation leaves open is a
setting here, so that a client can be tried under each reading. Nothing here
acts on a setting.
"""

from dataclasses import dataclass, field
from enum import Enum, unique


@unique
class RateLimitKind(Enum):
    """How requests are counted against the allowance of a minute."""

    NONE = "none"
    BUCKET = "bucket"
    """A bucket of `per_minute` requests that refills steadily."""
    FIXED_MINUTE = "fixed minute"
    """A fresh allowance on second 0 of each minute, as was recorded."""


@unique
class SourceIdRule(Enum):
    """What happens to `filter[source_id]` without `filter[source_type]`."""

    REFUSE = "refuse"
    """400: the page says that the type is required."""
    IGNORE = "ignore"
    """The filter is dropped without a word."""
    HONOUR = "honour"
    """The filter holds on its own."""


@unique
class TieOrder(Enum):
    """How ids run within one second when times fall."""

    IDS_RISE = "ids rise"
    """As recorded on sibling lists: not the mirror of the rising list."""
    IDS_FALL = "ids fall"
    """The exact mirror of the rising list."""


@unique
class LastPage(Enum):
    """What a last page (`has_more` false) still carries."""

    RECORDED = "recorded"
    """The recorded mix, chosen by the seed: of 62 last pages with rows, 49
    had a cursor and a link, 10 a cursor alone, 3 neither."""
    LINKED = "linked"
    """Always a cursor and a link, to an empty page."""
    CURSOR_ONLY = "cursor only"
    """A cursor, no link."""
    BARE = "bare"
    """Neither."""


@unique
class CursorStyle(Enum):
    """What a cursor looks like; clients must not care."""

    DOCUMENTED = "documented"
    """Base64 of a small JSON object, as unpacked from recordings."""
    BINARY = "binary"
    """Base64 of bytes, in which `+`, `/` and `=` occur, as in 14 recordings:
    a client that does not escape them gets a 400."""


@unique
class Unknown(Enum):
    """What happens to parameters and values that no page mentions."""

    REFUSE = "refuse"
    """400, so that a client that invents parameters is found out."""
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """One of a fixed set of bearer tokens, all of them allowed to read."""

    tokens: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiTokenAuth:
    """HTTP Basic: user `EMAIL/token`, password the API token."""

    email: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientCredentialsAuth:
    """Tokens minted by `POST /oauth/tokens`, dying by the emulator's clock.

    Attributes:
        client_id: the OAuth client that may ask.
        client_secret: its secret.
        lifetime_s: how long a token lives when the request names no time.
        ceiling: the scopes that the client may ask for; empty means any.
        created_status: 201 as on the page, or 200 as other clients expect.
        always_tell_expiry: put `expires_in` into every answer; otherwise only
            into the answer to a request that asked for a time.
        never_tell_expiry: leave it out of every answer, asked or not.
        cap_s: no token lives longer, whatever was asked for; None for no cap.
        grants: the scope that every token gets, whatever was asked for; None
            for what was asked for.
    """

    client_id: str
    client_secret: str = field(repr=False)
    lifetime_s: int = 1800
    ceiling: tuple[str, ...] = ()
    created_status: int = 201
    always_tell_expiry: bool = False
    never_tell_expiry: bool = False
    cap_s: int | None = None
    grants: str | None = None


@dataclass(frozen=True, slots=True)
class NoAuth:
    """No credentials are asked for; any that come are not looked at.

    Attributes:
        client: gets tokens all the same, if it asks as it must; None for nobody.
    """

    client: ClientCredentialsAuth | None = None


Auth = NoAuth | BearerAuth | ApiTokenAuth | ClientCredentialsAuth


@dataclass(frozen=True, slots=True)
class Settings:
    """How one emulator behaves; the defaults are the documented behaviour.

    Attributes:
        latency_s: delay of each answer in seconds. The server and the
            transports wait; `Emulator.handle` never does.
        rate_limit: how requests are counted.
        per_minute: requests allowed in a minute; 700 is the Enterprise plan.
        start_included: the start of `filter[created_at][]` is in the range.
        end_included: its end is in the range.
        ties: order of ids within a second when times fall.
        last_page: what a page without successors still carries.
        cursor_style: what cursors look like.
        source_id_rule: `filter[source_id]` without its type.
        unknown: parameters that no page mentions.
        auth: who may ask.
        admits: False answers 403 to everybody: wrong plan or role.
        link_origin: origin named in links instead of the caller's, for
            clients that might follow one; None means the caller's.
        seed: decides what the recorded mix leaves open.
    """

    latency_s: float = 0.0
    rate_limit: RateLimitKind = RateLimitKind.NONE
    per_minute: int = 700
    start_included: bool = True
    end_included: bool = True
    ties: TieOrder = TieOrder.IDS_RISE
    last_page: LastPage = LastPage.RECORDED
    cursor_style: CursorStyle = CursorStyle.DOCUMENTED
    source_id_rule: SourceIdRule = SourceIdRule.REFUSE
    unknown: Unknown = Unknown.REFUSE
    auth: Auth = NoAuth()
    admits: bool = True
    link_origin: str | None = None
    seed: int = 0

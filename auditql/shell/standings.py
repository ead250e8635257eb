"""What `auditql status` says: as an object for programs, as lines for a person.

In: a connection and how its account stands. Out: facts and text, without a
secret. What the service said may stand in them as it came.
"""

from datetime import UTC, datetime
from typing import assert_never

from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    Minted,
    NoCredential,
)
from auditql.providers.zendesk.standing import Standing
from auditql.runtime.connection import TOKENS_END, Connection, called, days_left

Facts = dict[str, object]


def facts(connection: Connection, standing: Standing) -> Facts:
    """What is known, None for what is not."""
    token, rate, refused = standing.token, standing.rate, standing.refused
    is_api_token = isinstance(connection.credential, ApiToken)
    return {
        "account": connection.origin.base,
        "profile": connection.profile,
        "credential": {
            "kind": _kind(connection.credential),
            "source": connection.source.value,
            "name": _name(connection.credential),
        },
        "token": None
        if token is None
        else {
            "scope": list(token.scope),
            "beyond_reading": list(token.beyond),
            "lifetime_s": token.life_s,
        },
        "api_token_days_left": days_left(datetime.now(UTC).date())
        if is_api_token
        else None,
        "audit_log": {
            "answers": refused is None,
            "status": None if refused is None else refused.status,
            "error": None if refused is None else str(refused),
        },
        "rate_limit": None
        if rate is None
        else {"per_minute": rate.limit, "remaining": rate.remaining},
    }


def lines(connection: Connection, standing: Standing) -> str:
    """The same as lines of a name and what there is to say."""
    token, rate, refused = standing.token, standing.rate, standing.refused
    told = [
        ("account", connection.origin.base),
        ("profile", connection.profile or "none"),
        ("credential", _credential(connection)),
    ]
    if token is not None:
        told.append(("token", _token(token)))
    if isinstance(connection.credential, ApiToken):
        days = days_left(datetime.now(UTC).date())
        told.append(("API tokens", f"end on {TOKENS_END.isoformat()}, in {days} days"))
    answers = "answers" if refused is None else f"does not answer: {refused}"
    told.append(("audit log", answers))
    if rate is not None:
        told.append(("rate limit", f"{rate.limit:,} a minute, {rate.remaining:,} left"))
    return "".join(f"{name:<12}{words}\n" for name, words in told)


def _token(token: Minted) -> str:
    scope = " ".join(token.scope) or "not told"
    beyond = f" (beyond reading: {' '.join(token.beyond)})" if token.beyond else ""
    life = f"{token.life_s:g} s" if token.life_s is not None else "not told"
    return f"scope {scope}{beyond}, life {life}"


def _credential(connection: Connection) -> str:
    name = _name(connection.credential)
    kind = called(connection.credential)
    if isinstance(connection.credential, NoCredential):
        return "none"
    return f"{kind}{f' `{name}`' if name else ''}, from {connection.source.value}"


def _name(credential: Credential) -> str | None:
    """Who asks, as far as it is no secret."""
    match credential:
        case ClientCredentials():
            return credential.client_id
        case ApiToken():
            return credential.email
        case Bearer() | NoCredential():
            return None
        case _:
            assert_never(credential)


def _kind(credential: Credential) -> str:
    """The kind of a credential as a program reads it."""
    match credential:
        case ClientCredentials():
            return "oauth-client"
        case ApiToken():
            return "api-token"
        case Bearer():
            return "oauth-token"
        case NoCredential():
            return "none"
        case _:
            assert_never(credential)

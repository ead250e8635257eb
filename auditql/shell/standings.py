"""What `auditql status` says: as an object for programs, as lines for a person.

In: a connection and how its account stands. Out: facts, and text made of them
alone, so the two never differ. No secret is among them.
"""

from datetime import UTC, datetime
from typing import assert_never

from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.standing import Standing
from auditql.runtime.connection import Connection, days_left

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

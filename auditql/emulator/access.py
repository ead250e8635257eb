"""Who may ask: credentials of a request against the settings.

In: the headers of a request, the settings, the tokens alive. Out: nothing, or
an `ApiError` with 401 or 403. Credentials are compared, never kept.
"""

import base64
from typing import assert_never

from auditql.emulator import errors
from auditql.emulator.answers import Call
from auditql.emulator.oauth import TokenDesk
from auditql.emulator.settings import (
    ApiTokenAuth,
    BearerAuth,
    ClientCredentialsAuth,
    NoAuth,
    Settings,
)


def check_access(
    call: Call, settings: Settings, desk: TokenDesk | None, now_s: float
) -> None:
    """Let a request pass or refuse it.

    Raises:
        ApiError: 401 for credentials that are missing, wrong or dead; 403 for
            a token without the scope, and for everybody if nobody is admitted.
    """
    scheme, _, credential = call.headers.get("authorization", "").partition(" ")
    bearer = credential.strip() if scheme.lower() == "bearer" else None
    match settings.auth:
        case NoAuth():
            pass
        case BearerAuth(tokens):
            if bearer not in tokens:
                raise _refused(bearer)
        case ApiTokenAuth(email, token):
            wanted = f"{email}/token:{token}"
            if scheme.lower() != "basic" or _decoded(credential) != wanted:
                raise _refused(bearer)
        case ClientCredentialsAuth():
            found = desk.find(bearer, now_s) if desk and bearer is not None else None
            if found is None:
                raise _refused(bearer)
            if not found.reads:
                raise errors.missing_scope()
        case _:
            assert_never(settings.auth)
    if not settings.admits:
        raise errors.forbidden()


def _refused(bearer: str | None) -> errors.ApiError:
    """The 401 of the scheme that was tried."""
    if bearer is None:
        return errors.not_authenticated()
    return errors.invalid_token()


def _decoded(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode()
    except ValueError:
        return ""

"""The token endpoint: the client-credentials grant, and tokens that die.

In: the body of `POST /oauth/tokens` and the time. Out: an answer, and later
what a token may do. Tokens are made from a counter, so runs repeat; this is an
imitation and guards nothing.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl

from auditql.emulator import errors
from auditql.emulator.answers import Answer, Call, json_answer
from auditql.emulator.settings import ClientCredentialsAuth

SHORTEST_S = 300
LONGEST_S = 172_800
READING_SCOPES = frozenset({"read", "auditlogs:read"})
"""Scopes that cover reading the audit log."""


@dataclass(frozen=True, slots=True)
class Token:
    """A minted token: when it dies, and whether it may read the log."""

    expires_s: float
    reads: bool


class TokenDesk:
    """Mints tokens for one OAuth client and remembers those still alive."""

    def __init__(self, auth: ClientCredentialsAuth) -> None:
        """Serve the client that `auth` describes."""
        self._auth = auth
        self._minted = 0
        self._tokens: dict[str, Token] = {}

    def find(self, token: str, now_s: float) -> Token | None:
        """The token of this name; None if it was never minted or is dead."""
        found = self._tokens.get(token)
        return found if found is not None and now_s < found.expires_s else None

    def mint(self, call: Call, now_s: float) -> Answer:
        """The answer to a token request, JSON or form.

        Raises:
            ApiError: for another grant, a wrong client, a life that is too
                short or too long, a scope above the client's ceiling.
        """
        asked = _read_body(call)
        if asked.get("grant_type") != "client_credentials":
            raise errors.oauth_error(
                400, "unsupported_grant_type", "Only client_credentials is served"
            )
        credentials = (asked.get("client_id"), asked.get("client_secret"))
        if credentials != (self._auth.client_id, self._auth.client_secret):
            raise errors.oauth_error(401, "invalid_client", "Unknown client or secret")
        lifetime_s = self._capped(self._lifetime(asked.get("expires_in")))
        scope = asked.get("scope")
        reads = self._reads(scope)
        if self._auth.grants is not None:
            scope = self._auth.grants
            reads = bool(READING_SCOPES.intersection(scope.split()))
        self._tokens = {t: k for t, k in self._tokens.items() if now_s < k.expires_s}
        self._minted += 1
        name = sha256(f"{self._auth.client_id} {self._minted}".encode()).hexdigest()
        self._tokens[name] = Token(now_s + lifetime_s, reads)
        answer: dict[str, object] = {"access_token": name, "token_type": "bearer"}
        answer["scope"] = scope if scope else "read write"
        # The answer has been seen to lack the time unless it was asked for.
        is_asked = asked.get("expires_in") is not None or self._auth.always_tell_expiry
        if is_asked and not self._auth.never_tell_expiry:
            answer["expires_in"] = lifetime_s
        return json_answer(self._auth.created_status, answer)

    def _lifetime(self, asked: object) -> int:
        if asked is None:
            return self._auth.lifetime_s
        text = str(asked)
        inside = text.isascii() and text.isdigit() and len(text) < 10
        if not inside or not SHORTEST_S < int(text) < LONGEST_S:
            rule = f"expires_in must be over {SHORTEST_S} and under {LONGEST_S}"
            raise errors.oauth_error(400, "invalid_request", rule)
        return int(text)

    def _capped(self, lifetime_s: int) -> int:
        """The life of a token that was asked for, as an account may cut it short."""
        cap_s = self._auth.cap_s
        return lifetime_s if cap_s is None else min(lifetime_s, cap_s)

    def _reads(self, scope: object) -> bool:
        """Whether a token of this scope may read.

        No scope means all of them. An unknown scope, or scopes as a list, are
        accepted and make a token that every call refuses.
        """
        if not scope:
            return True
        if not isinstance(scope, str):
            return False
        words = set(scope.split())
        if self._auth.ceiling and not words <= set(self._auth.ceiling):
            raise errors.oauth_error(
                400, "invalid_scope", "The scope exceeds the client's"
            )
        return bool(words & READING_SCOPES)


def _read_body(call: Call) -> dict[str, object]:
    """The parameters of a token request."""
    if "json" not in call.headers.get("content-type", ""):
        return dict(parse_qsl(call.body.decode("utf-8", "replace")))
    try:
        found = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise errors.bad_request() from error
    if not isinstance(found, dict):
        raise errors.bad_request()
    return found

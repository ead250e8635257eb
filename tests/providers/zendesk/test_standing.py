"""How an account stands: one question, and the refusals told apart."""

import asyncio

import httpx
import pytest
from replay import Replay, Reply, World, paged, said

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import ClientCredentialsAuth, RateLimitKind
from auditql.errors import ApiError, AuthenticationFailed, ConnectionFailed
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import (
    SCOPE,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.origin import of_subdomain
from auditql.providers.zendesk.secret import Secret
from auditql.providers.zendesk.session import Seams, Session
from auditql.providers.zendesk.standing import Standing, ask

CLIENT = ClientCredentials("auditor", Secret("s3cret", "x"))
BEARER = Bearer(Secret("t0ken", "x"))


def standing(
    transport: httpx.AsyncBaseTransport, credential: Credential = BEARER
) -> Standing:
    world = World()
    seams = Seams(transport, world.sleep, world.clock, lambda: 0.5)

    async def work() -> Standing:
        origin = of_subdomain("acme")
        async with Session(origin, credential, Statistics(), seams) as session:
            return await ask(session)

    return asyncio.run(work())


def test_a_log_that_answers_tells_token_and_limit() -> None:
    """One token, one request for one record, nothing else."""
    settings = Settings(
        auth=ClientCredentialsAuth("auditor", "s3cret"),
        rate_limit=RateLimitKind.BUCKET,
        per_minute=2500,
    )
    emulator = Emulator(generate(1, 5, 0, 100_000), settings, clock=lambda: 1e6)
    found = standing(AsyncEmulatorTransport(emulator), CLIENT)
    assert found.refused is None
    assert (2500, 2499) == (found.rate.limit, found.rate.remaining)
    assert ((SCOPE,), 1800, ()) == (
        found.token.scope,
        found.token.life_s,
        found.token.beyond,
    )
    assert [
        ("POST", "/oauth/tokens", ()),
        ("GET", "/api/v2/audit_logs", (("page[size]", "1"),)),
    ] == [(r.method, r.path, r.params) for r in emulator.requests]


def test_an_account_that_tells_no_limit() -> None:
    """Nothing is made up, and a token that was not minted has no scope."""
    found = standing(Replay(paged([1])))
    assert (None, None, None) == (found.token, found.refused, found.rate)


@pytest.mark.parametrize(
    ("scope", "beyond"),
    [
        ("auditlogs:read", ()),
        ("read", ()),
        ("read write", ("write",)),
        ("auditlogs:read tickets:read read", ("tickets:read",)),
    ],
)
def test_what_is_granted_beyond_reading_is_known(
    scope: str, beyond: tuple[str, ...]
) -> None:
    """`read` covers the log; the rest is more than is needed."""
    minted = {"access_token": "t", "token_type": "bearer", "scope": scope}
    found = standing(Replay(said(201, minted), paged([1])), CLIENT)
    assert beyond == found.token.beyond


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ({"error": "Forbidden", "description": "You are missing the following required"
          " scopes: read"}, "the token's scope is too small"),
        ({"error": {"title": "Forbidden", "message": "Not included in your plan"}},
         "the account's plan has no audit log API"),
        ({"error": {"title": "Forbidden", "message": "You do not have access to this"
          " page."}}, "the user may not read the audit log"),
    ],
)  # fmt: skip
def test_plan_role_and_scope_are_told_apart(words: object, part: str) -> None:
    """By the words of the 403; it is asked once."""
    replay = Replay(said(403, words))
    found = standing(replay)
    assert isinstance(found.refused, AuthenticationFailed)
    assert part in str(found.refused)
    assert 1 == len(replay.requests)


def test_a_scope_that_is_too_small_is_found_before_the_log_is_asked() -> None:
    """The token is not used."""
    minted = {"access_token": "t", "token_type": "bearer", "scope": "tickets:read"}
    replay = Replay(said(201, minted))
    found = standing(replay, CLIENT)
    assert "granted `tickets:read`, and `auditlogs:read` is needed" in str(
        found.refused
    )
    assert ["POST /oauth/tokens"] == replay.asked


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (said(401, {"error": "invalid_token"}), AuthenticationFailed),
        (httpx.ConnectError("no"), ConnectionFailed),
        (Reply(200, b"<html>", "text/html"), ApiError),
        (said(200, {"users": []}), ApiError),
    ],
)
def test_whatever_else_goes_wrong_is_part_of_the_answer(
    reply: Reply | Exception, kind: type
) -> None:
    """An envelope without `audit_logs` is no answer of an audit log."""
    for credential in (BEARER, NoCredential()):
        assert isinstance(standing(Replay(reply), credential).refused, kind)

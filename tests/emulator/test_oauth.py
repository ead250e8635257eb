"""The token endpoint, and how long and for what its tokens are good."""

import json
from urllib.parse import urlencode

import pytest

from auditql.emulator import Emulator, Settings
from auditql.emulator.settings import ClientCredentialsAuth

ASKED = {
    "grant_type": "client_credentials",
    "client_id": "c",
    "client_secret": "s",
    "scope": "auditlogs:read",
}
JSON = {"content-type": "application/json"}


@pytest.fixture
def mint(ask):
    """Ask for a token, with changes to the usual request."""

    def mint_(emulator, **changes):
        asked = {k: v for k, v in (ASKED | changes).items() if v is not None}
        body = json.dumps(asked).encode()
        return ask(emulator, "", "/oauth/tokens", "POST", JSON, body)

    return mint_


def account(clock=lambda: 0.0, **options) -> Emulator:
    auth = ClientCredentialsAuth("c", "s", **options)
    return Emulator([], Settings(auth=auth), clock=clock)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_opens_the_log(ask, mint) -> None:
    """201 as on the page; the scope granted is the one asked for."""
    emulator = account()
    reply = mint(emulator, expires_in=1800)
    assert reply.status == 201
    assert list(reply.body) == ["access_token", "token_type", "scope", "expires_in"]
    assert ["bearer", "auditlogs:read", 1800] == list(reply.body.values())[1:]
    assert ask(emulator, headers=bearer(reply.body["access_token"])).status == 200


def test_the_lifetime_is_told_when_asked_for(mint) -> None:
    """Otherwise the answer lacks it, unless the settings say so."""
    assert "expires_in" not in mint(account()).body
    assert mint(account(always_tell_expiry=True)).body["expires_in"] == 1800


def test_the_status_is_a_setting(mint) -> None:
    """Some clients accept 200 only."""
    assert mint(account(created_status=200)).status == 200


@pytest.mark.parametrize(("asked", "lifetime"), [(None, 1800), (301, 301)])
def test_a_token_dies_by_the_clock(ask, mint, asked, lifetime) -> None:
    """Good until the last moment, then 401 invalid_token."""
    now = [1000.0]
    emulator = account(lambda: now[0])
    headers = bearer(mint(emulator, expires_in=asked).body["access_token"])
    now[0] += lifetime - 0.5
    assert ask(emulator, headers=headers).status == 200
    now[0] += 0.5
    assert ask(emulator, headers=headers).body["error"] == "invalid_token"
    fresh = bearer(mint(emulator).body["access_token"])
    assert ask(emulator, headers=fresh).status == 200
    assert ask(emulator, headers=headers).status == 401


def test_tokens_live_side_by_side(ask, mint) -> None:
    """A second token does not kill the first."""
    emulator = account()
    tokens = [mint(emulator).body["access_token"] for _ in range(2)]
    assert len(set(tokens)) == 2
    assert [200, 200] == [ask(emulator, headers=bearer(t)).status for t in tokens]


@pytest.mark.parametrize("asked", [300, 172_800, 0, -5, "soon", True, 1e10])
def test_a_lifetime_has_bounds(mint, asked) -> None:
    """More than 300 and less than 172,800 seconds."""
    reply = mint(account(), expires_in=asked)
    assert reply.status == 400
    assert reply.body["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("auditlogs:read", 200),
        ("read", 200),
        ("read write", 200),
        ("tickets:read auditlogs:read", 200),
        ("", 200),
        (None, 200),
        ("tickets:read", 403),
        ("audit_logs:read", 403),
        (["read", "write"], 403),
    ],
)
def test_a_scope_that_does_not_read_still_yields_a_token(
    ask, mint, scope, status
) -> None:
    """The trap: minting succeeds, and every call is refused with 403."""
    emulator = account()
    minted = mint(emulator, scope=scope)
    assert minted.status == 201
    reply = ask(emulator, headers=bearer(minted.body["access_token"]))
    assert status == reply.status
    if status == 403:
        assert reply.body == {
            "error": "Forbidden",
            "description": "You are missing the following required scopes: read",
        }


def test_a_scope_above_the_ceiling_is_refused(mint) -> None:
    """A client may be bound to fewer scopes than there are."""
    emulator = account(ceiling=("auditlogs:read",))
    assert mint(emulator).status == 201
    reply = mint(emulator, scope="auditlogs:read write")
    assert (reply.status, reply.body["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
    ],
)
def test_refusals_of_the_token_endpoint(mint, changes, status, error) -> None:
    """Another client, another grant."""
    reply = mint(account(), **changes)
    assert (status, error) == (reply.status, reply.body["error"])


def test_a_form_is_accepted_as_well(ask) -> None:
    """Standard OAuth clients send forms."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(ASKED | {"expires_in": "900"}).encode()
    reply = ask(account(), "", "/oauth/tokens", "POST", headers, body)
    assert reply.body["expires_in"] == 900


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(ask, body) -> None:
    """The framework answers before the endpoint does."""
    reply = ask(account(), "", "/oauth/tokens", "POST", JSON, body)
    assert reply.status == 400


def test_only_post_is_routed(ask) -> None:
    """Tokens are not for getting."""
    assert ask(account(), path="/oauth/tokens").status == 404

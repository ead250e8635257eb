"""Routes, credentials, headers and the log of requests."""

import base64

import httpx
import pytest

from auditql.emulator import Emulator, Settings
from auditql.emulator.app import REQUESTS_KEPT
from auditql.emulator.settings import (
    ApiTokenAuth,
    BearerAuth,
    ClientCredentialsAuth,
    RateLimitKind,
)

NOW_S = 1_773_144_000.5
LIST = "/api/v2/audit_logs"


@pytest.fixture
def account(record) -> list[dict]:
    return [record(1, 1), record(2, 2)]


def basic(user: str, password: str) -> dict[str, str]:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"authorization": f"Basic {pair}"}


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_both_spellings_of_a_path(ask, account, suffix) -> None:
    """With and without `.json` are in use, and links repeat what was asked."""
    emulator = Emulator(account)
    reply = ask(emulator, "page[size]=1", path=LIST + suffix)
    assert reply.ids == [2]
    assert f"{LIST}{suffix}?" in reply.body["links"]["next"]
    one = ask(emulator, path=f"{LIST}/1{suffix}")
    assert one.body == {"audit_log": account[0]}


@pytest.mark.parametrize("name", ["3", "0", "-1", "x", "1x", "9" * 30, "\u0661"])
def test_an_id_that_no_record_has(ask, account, name) -> None:
    """The body of the 404 is the recorded one, to the byte."""
    reply = ask(Emulator(account), path=f"{LIST}/{name}.json")
    assert reply.status == 404
    assert reply.body == {"error": "RecordNotFound", "description": "Not found"}


@pytest.mark.parametrize(
    "path",
    ["/", "/api/v2", f"{LIST}/", f"{LIST}/1/2", "/api/v2/audit_log", f"/x{LIST}"],
)
def test_a_path_that_is_not_routed(ask, account, path) -> None:
    """The code tells a wrong path from a wrong id."""
    reply = ask(Emulator(account), path=path)
    assert reply.status == 404
    assert reply.body == {"error": "InvalidEndpoint", "description": "Not found"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [LIST, f"{LIST}/1"])
def test_the_log_is_read_only(ask, account, method, path) -> None:
    """Another verb is not routed."""
    reply = ask(Emulator(account), path=path, method=method)
    assert reply.status == 404
    assert reply.body["error"] == "InvalidEndpoint"


def test_head_is_get_without_a_body(ask, account) -> None:
    """The status and the headers are those of GET."""
    emulator = Emulator(account)
    assert ask(emulator, "page[size]=1", method="HEAD").status == 200
    assert ask(emulator, "page[size]=1", method="HEAD").body == ""
    assert ask(emulator, "page[size]=0", method="HEAD").status == 400


@pytest.mark.parametrize(
    ("auth", "headers", "status", "error"),
    [
        (BearerAuth(("t", "u")), {"authorization": "Bearer u"}, 200, None),
        (BearerAuth(("t",)), {"authorization": "bearer t"}, 200, None),
        (BearerAuth(("t",)), {"authorization": "Bearer x"}, 401, "invalid_token"),
        (BearerAuth(("t",)), {"authorization": "Bearer "}, 401, "invalid_token"),
        (BearerAuth(("t",)), {}, 401, "Couldn't authenticate you"),
        (BearerAuth(("t",)), basic("t", ""), 401, "Couldn't authenticate you"),
        (ApiTokenAuth("a@x.test", "k"), basic("a@x.test/token", "k"), 200, None),
        (
            ApiTokenAuth("a@x.test", "k"),
            basic("a@x.test", "k"),
            401,
            "Couldn't authenticate you",
        ),
        (
            ApiTokenAuth("a@x.test", "k"),
            basic("a@x.test/token", "wrong"),
            401,
            "Couldn't authenticate you",
        ),
        (
            ApiTokenAuth("a@x.test", "k"),
            {"authorization": "Basic %%%"},
            401,
            "Couldn't authenticate you",
        ),
        (
            ApiTokenAuth("a@x.test", "k"),
            {"authorization": "Bearer k"},
            401,
            "invalid_token",
        ),
        (
            ClientCredentialsAuth("c", "s"),
            {"authorization": "Bearer never"},
            401,
            "invalid_token",
        ),
        (ClientCredentialsAuth("c", "s"), {}, 401, "Couldn't authenticate you"),
    ],
)
@pytest.mark.parametrize("path", [LIST, f"{LIST}/1"])
def test_credentials(ask, account, auth, headers, status, error, path) -> None:
    """Each scheme has its own 401."""
    reply = ask(Emulator(account, Settings(auth=auth)), "", path, headers=headers)
    assert status == reply.status
    if error is not None:
        assert error == reply.body["error"]


def test_the_bodies_of_401_and_403_are_the_reported_ones(ask, account) -> None:
    """To the letter, since clients tell the cases apart by them."""
    bearer = Emulator(account, Settings(auth=BearerAuth(("t",))))
    assert ask(bearer).body == {"error": "Couldn't authenticate you"}
    assert ask(bearer, headers={"authorization": "Bearer x"}).body == {
        "error": "invalid_token",
        "error_description": "The access token provided is expired, revoked, "
        "malformed or invalid for other reasons.",
    }
    closed = ask(Emulator(account, Settings(admits=False)))
    assert closed.status == 403
    assert closed.body == {
        "error": {
            "title": "Forbidden",
            "message": "You do not have access to this page. Please contact the "
            "account owner of this help desk for further help.",
        }
    }


def test_every_answer_has_a_date_and_an_id_of_its_own(ask, account) -> None:
    """The date is the clock's; ids differ and repeat from run to run."""
    emulator = Emulator(account, clock=lambda: NOW_S)
    replies = [ask(emulator, q) for q in ("", "page[size]=0", "a=%zz")]
    assert {"Tue, 10 Mar 2026 12:00:00 GMT"} == {r.headers["date"] for r in replies}
    ids = [reply.headers["x-request-id"] for reply in replies]
    assert len(set(ids)) == 3
    again = ask(Emulator(account, clock=lambda: NOW_S)).headers["x-request-id"]
    assert ids[0] == again
    assert {r.headers["content-type"] for r in replies} == {
        "application/json; charset=utf-8"
    }


def test_rate_limit_headers_come_in_all_spellings(ask, account) -> None:
    """Three spellings were recorded; all say the same."""
    settings = Settings(rate_limit=RateLimitKind.FIXED_MINUTE, per_minute=3)
    emulator = Emulator(account, settings, clock=lambda: NOW_S + 15)
    headers = ask(emulator).headers
    expected = {
        "x-rate-limit": "3",
        "x-rate-limit-remaining": "2",
        "ratelimit-limit": "3",
        "ratelimit-remaining": "2",
        "ratelimit-reset": "45",
        "rate-limit": "3",
        "rate-limit-remaining": "2",
        "rate-limit-reset": "45",
    }
    assert expected == {name: headers[name] for name in expected}
    assert "ratelimit-limit" not in ask(Emulator(account)).headers


def test_too_many_requests_are_429_in_plain_text(ask, account) -> None:
    """With Retry-After; after that wait requests pass again."""
    settings = Settings(rate_limit=RateLimitKind.FIXED_MINUTE, per_minute=2)
    now = [NOW_S]
    emulator = Emulator(account, settings, clock=lambda: now[0])
    assert [200, 200, 429] == [ask(emulator).status for _ in range(3)]
    refused = ask(emulator)
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["content-type"] == "text/plain; charset=utf-8"
    assert refused.body == "Number of allowed API requests per minute exceeded"
    assert refused.headers["x-rate-limit-remaining"] == "0"
    now[0] += 60
    assert ask(emulator).status == 200


def test_refusals_count_against_the_limit_as_well(ask, account) -> None:
    """A 400 and a 404 are requests too."""
    settings = Settings(rate_limit=RateLimitKind.BUCKET, per_minute=2)
    emulator = Emulator(account, settings, clock=lambda: NOW_S)
    assert ask(emulator, "page[size]=0").status == 400
    assert ask(emulator, path="/api/v2/x").status == 404
    assert ask(emulator).status == 429


def test_tokens_cost_nothing(ask) -> None:
    """The allowance is that of the API, not of the token endpoint."""
    settings = Settings(rate_limit=RateLimitKind.BUCKET, per_minute=1)
    emulator = Emulator([], settings, clock=lambda: NOW_S)
    replies = [ask(emulator, path="/oauth/tokens", method="POST") for _ in range(3)]
    assert [401, 401, 401] == [reply.status for reply in replies]
    assert [200, 429] == [ask(emulator).status for _ in range(2)]


def test_requests_are_logged_as_received(ask, account) -> None:
    """Method, path, ordered parameters, origin, outcome; never a credential."""
    emulator = Emulator(account, clock=lambda: NOW_S)
    ask(emulator, "b=1&a[]=x%20y&a[]=2", headers={"authorization": "Bearer secret"})
    ask(emulator, path="/nowhere", method="POST")
    first, second = emulator.requests
    assert first.params == (("b", "1"), ("a[]", "x y"), ("a[]", "2"))
    assert (first.method, first.path) == ("GET", f"{LIST}.json")
    assert first.origin == "https://x.test"
    assert first.had_credential
    assert "secret" not in repr(first)
    assert first.received_s == NOW_S
    assert (first.status, second.status) == (400, 404)
    assert not second.had_credential


def test_the_log_of_requests_is_bounded(account) -> None:
    """A long run keeps the last ones only."""
    assert Emulator(account).requests.maxlen == REQUESTS_KEPT


def test_handle_speaks_httpx(account) -> None:
    """It fits MockTransport, so client code runs unchanged."""
    emulator = Emulator(account, Settings(auth=BearerAuth(("t",))))
    transport = httpx.MockTransport(emulator.handle)
    with httpx.Client(transport=transport, base_url="https://acme.test:8443") as client:
        params = [
            ("filter[action][]", "update"),
            ("filter[action][]", "login"),
            ("page[size]", "1"),
        ]
        response = client.get(
            LIST, params=params, headers={"Authorization": "Bearer t"}
        )
        assert client.post("/oauth/tokens", json={}).status_code == 401
    assert response.status_code == 200
    assert response.json()["audit_logs"] == [account[1]]
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    received = emulator.requests[0]
    assert received.params == tuple(params)
    assert received.origin == "https://acme.test:8443"
    assert received.had_credential


def test_settings_hide_their_secrets() -> None:
    """A failing test prints settings; a token must not be in them."""
    for auth in (
        BearerAuth(("hush",)),
        ApiTokenAuth("a@x.test", "hush"),
        ClientCredentialsAuth("c", "hush"),
    ):
        assert "hush" not in repr(Settings(auth=auth))

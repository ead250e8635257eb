"""Forms of credentials, and what a token endpoint's answer means."""

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import (
    LIFETIME_S,
    SCOPE,
    ApiToken,
    Bearer,
    ClientCredentials,
    Minted,
    NoCredential,
    minted,
)
from auditql.providers.zendesk.secret import Secret


def secret(text: str = "canary") -> Secret:
    return Secret(text, "x")


def test_a_pair_is_sent_as_zendesk_wants_it() -> None:
    """RFC 7617 over `EMAIL/token:TOKEN`; umlauts as UTF-8."""
    assert "YUBiLmMvdG9rZW46Y2FuYXJ5" == ApiToken("a@b.c", secret()).pair()
    assert "w6RAYi90b2tlbjpjYW5hcnk=" == ApiToken("ä@b", secret()).pair()


@pytest.mark.parametrize("email", ["", "a", "a b@c", "a@b\n", "a:x@b", "a@b\udcff"])
def test_an_address_that_basic_would_not_carry_is_refused(email: str) -> None:
    """A colon ends the user name; a line end ends the header."""
    with pytest.raises(ConfigurationError, match="e-mail"):
        ApiToken(email, secret())


@pytest.mark.parametrize("name", ["", "a b", "a\n", "ä", "\udcff"])
def test_a_client_id_with_stray_characters_is_refused(name: str) -> None:
    """Before a token is asked for with it."""
    with pytest.raises(ConfigurationError, match="OAuth client's id"):
        ClientCredentials(name, secret())


def test_a_token_is_asked_for_with_the_least_scope_and_a_time() -> None:
    """The answer may lack the time unless it was asked for."""
    body = ClientCredentials("id", secret()).body()
    assert {
        "grant_type": "client_credentials",
        "client_id": "id",
        "client_secret": "canary",
        "scope": "auditlogs:read",
        "expires_in": 1800,
    } == body


@pytest.mark.parametrize(
    "credential",
    [
        NoCredential(),
        Bearer(secret()),
        ApiToken("a@b.c", secret()),
        ClientCredentials("id", secret()),
    ],
)
def test_credentials_do_not_show_and_say_what_may_be_wrong(credential) -> None:
    """In their repr; `doubts` is one line for a 401."""
    assert "canary" not in repr(credential)
    assert "canary" not in repr(credential.secrets)
    assert credential.doubts
    assert "\n" not in credential.doubts


def test_what_is_masked_is_what_is_sent() -> None:
    """The token and its Base64 pair alike."""
    pair = ApiToken("a@b.c", secret())
    assert {"canary", pair.pair()} == {s.reveal() for s in pair.secrets}


@pytest.mark.parametrize(
    ("told", "life_s"),
    [
        (1800, 1740.0),
        (600, 540.0),
        (300, 270.0),
        (100.0, 90.0),
        (None, LIFETIME_S - 60),
        (0, LIFETIME_S - 60),
        (-5, LIFETIME_S - 60),
        (True, LIFETIME_S - 60),
        ("1800", LIFETIME_S - 60),
        (10**400, LIFETIME_S - 60),
    ],
)
def test_a_token_is_used_until_a_little_before_its_end(told, life_s: float) -> None:
    """A life that is not told, or is none, is taken for half an hour."""
    body = {"access_token": "t", "token_type": "bearer", "expires_in": told}
    found = minted(body, 3, 1000.0)
    assert isinstance(found, Minted)
    assert (3, 1000.0 + life_s) == (found.generation, found.until_s)
    assert "t" == found.token.reveal()


@pytest.mark.parametrize("scope", [SCOPE, "read", "read write", "", None, ["read"]])
def test_a_scope_that_covers_reading_is_enough(scope: object) -> None:
    """Nothing told is nothing to object to: a 403 would say it."""
    assert isinstance(minted({"access_token": "t", "scope": scope}, 1, 0.0), Minted)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "no access token"),
        ([], "no access token"),
        ({}, "no access token"),
        ({"access_token": 5}, "no access token"),
        ({"access_token": ""}, "no access token"),
        ({"access_token": "a\nb"}, "no access token"),
        ({"access_token": "t", "token_type": "mac"}, "unknown type"),
        ({"access_token": "t", "token_type": None}, "unknown type"),
        ({"access_token": "t", "scope": "tickets:read"}, "`tickets:read`"),
        ({"access_token": "t", "scope": "write x"}, "`write x`"),
    ],
)
def test_an_answer_without_a_usable_token_says_why(body: object, said: str) -> None:
    """Never an exception, never the token."""
    found = minted(body, 1, 0.0)
    assert isinstance(found, str)
    assert said in found

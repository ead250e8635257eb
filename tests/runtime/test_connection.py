"""Which account is asked and as whom: the environment, and what a program names."""

import traceback
from datetime import date

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.connection import connect, from_environment

TODAY = date(2026, 11, 23)
ACME = {"ZENDESK_SUBDOMAIN": "acme"}
HERE = {"ZENDESK_BASE_URL": "http://127.0.0.1:8080"}
CLIENT = {"ZENDESK_CLIENT_ID": "auditor", "ZENDESK_CLIENT_SECRET": "canary-s"}
TOKEN = {"ZENDESK_OAUTH_TOKEN": "canary-t"}
PAIR = {"ZENDESK_EMAIL": "ada@example.com", "ZENDESK_API_TOKEN": "canary-p"}


def secrets(credential: Credential) -> set[str]:
    return {secret.reveal() for secret in credential.secrets}


@pytest.mark.parametrize(
    ("environment", "base"),
    [
        (ACME | TOKEN, "https://acme.zendesk.com"),
        ({"ZENDESK_SUBDOMAIN": " Acme "} | TOKEN, "https://acme.zendesk.com"),
        (
            {"ZENDESK_BASE_URL": "https://help.acme.example/"} | TOKEN,
            "https://help.acme.example",
        ),
        (ACME | TOKEN | {"ZENDESK_BASE_URL": ""}, "https://acme.zendesk.com"),
        (HERE, "http://127.0.0.1:8080"),
    ],
)
def test_the_environment_names_the_account(
    environment: dict[str, str], base: str
) -> None:
    """By subdomain or base URL; an empty variable is an unset one."""
    assert base == from_environment(environment, TODAY).origin.base


@pytest.mark.parametrize(
    ("environment", "kind", "first"),
    [
        (CLIENT | TOKEN | PAIR, ClientCredentials, "canary-s"),
        (CLIENT | PAIR, ClientCredentials, "canary-s"),
        (TOKEN | PAIR, Bearer, "canary-t"),
        (CLIENT, ClientCredentials, "canary-s"),
        (TOKEN, Bearer, "canary-t"),
        (PAIR, ApiToken, "canary-p"),
        (PAIR | {"ZENDESK_EMAIL": "ada@example.com/token"}, ApiToken, "canary-p"),
        (TOKEN | {"ZENDESK_CLIENT_ID": "", "ZENDESK_EMAIL": ""}, Bearer, "canary-t"),
    ],
)
def test_credentials_come_in_one_order(
    environment: dict[str, str], kind: type, first: str
) -> None:
    """Client, token, pair; more than one is said, with the one in use."""
    found = from_environment(ACME | environment, TODAY)
    assert kind is type(found.credential)
    assert first in secrets(found.credential)
    several = [w for w in found.warnings if "several credentials" in w]
    assert (len([v for v in environment.values() if "canary" in v]) > 1) == bool(
        several
    )
    if isinstance(found.credential, ApiToken):
        assert "ada@example.com" == found.credential.email


def test_loopback_needs_no_credential() -> None:
    """The emulator; one that is set is sent there."""
    assert NoCredential() == from_environment(HERE, TODAY).credential
    assert {"canary-t"} == secrets(from_environment(HERE | TOKEN, TODAY).credential)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no account is set.*ZENDESK_SUBDOMAIN.*demo"),
        (TOKEN, "no account is set"),
        (ACME, "no credential is set.*ZENDESK_CLIENT_ID"),
        (ACME | HERE | TOKEN, "both set"),
        (ACME | {"ZENDESK_CLIENT_ID": "canary-i"}, "ZENDESK_CLIENT_SECRET is not"),
        (ACME | {"ZENDESK_CLIENT_SECRET": "canary-s"}, "ZENDESK_CLIENT_ID is not"),
        (ACME | {"ZENDESK_EMAIL": "a@b"}, "ZENDESK_API_TOKEN is not"),
        (ACME | {"ZENDESK_API_TOKEN": "canary-p"}, "ZENDESK_EMAIL is not"),
        (ACME | TOKEN | {"ZENDESK_EMAIL": "a@b"}, "ZENDESK_API_TOKEN is not"),
        (ACME | PAIR | {"ZENDESK_EMAIL": "canary"}, "e-mail"),
        (ACME | PAIR | {"ZENDESK_EMAIL": "a:canary@b"}, "e-mail"),
        (ACME | {"ZENDESK_OAUTH_TOKEN": "canary\n"}, "ZENDESK_OAUTH_TOKEN has"),
        (ACME | {"ZENDESK_OAUTH_TOKEN": " canary"}, "ZENDESK_OAUTH_TOKEN has"),
        (ACME | PAIR | {"ZENDESK_API_TOKEN": "canary\r"}, "ZENDESK_API_TOKEN has"),
        (ACME | CLIENT | {"ZENDESK_CLIENT_ID": "a\udcff"}, "client's id"),
        ({"ZENDESK_SUBDOMAIN": "evil.com/"} | TOKEN, "subdomain"),
        ({"ZENDESK_BASE_URL": "http://acme.zendesk.com"} | TOKEN, "https only"),
        (
            {"ZENDESK_BASE_URL": "https://u:canary@acme.com"} | TOKEN,
            "user or a password",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_not_shown(
    environment: dict[str, str], words: str
) -> None:
    """Neither the message nor the variables of its traceback hold a secret."""
    with pytest.raises(ConfigurationError, match=words) as caught:
        from_environment(environment, TODAY)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    report = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    frames = [str(f.locals) for f in report.stack if "/tests/" not in f.filename]
    assert frames
    assert "canary" not in "".join(frames)


@pytest.mark.parametrize(
    ("today", "when"),
    [
        (date(2026, 11, 23), "in 158 days"),
        (date(2027, 4, 28), "in 2 days"),
        (date(2027, 4, 29), "in 1 day;"),
        (date(2027, 4, 30), "2027-04-30, today"),
    ],
)
def test_an_api_token_is_said_to_end(today: date, when: str) -> None:
    """With the days left, that an idle one dies, and how to move."""
    for found in (
        from_environment(ACME | PAIR, today),
        connect("acme", None, ApiToken("a@b", Secret("canary", "x")), {}, today),
    ):
        (warning,) = found.warnings
        assert when in warning
        assert "idle for 30 days" in warning
        assert "ZENDESK_CLIENT_ID" in warning
        assert "canary" not in warning


@pytest.mark.parametrize("today", [date(2027, 5, 1), date(2030, 1, 1)])
def test_an_api_token_fails_after_its_last_day(today: date) -> None:
    """From the environment or named; one that is not used does not matter."""
    with pytest.raises(ConfigurationError, match=r"ended on 2027-04-30.*OAuth client"):
        from_environment(ACME | PAIR, today)
    with pytest.raises(ConfigurationError, match="ended on 2027-04-30"):
        connect("acme", None, ApiToken("a@b", Secret("canary", "x")), {}, today)
    assert Bearer is type(from_environment(ACME | PAIR | TOKEN, today).credential)


def test_a_program_names_account_and_credential() -> None:
    """Each as it is named; the environment is left alone then."""
    bearer = Bearer(Secret("mine", "x"))
    noise = ACME | HERE | TOKEN
    assert (
        "https://other.zendesk.com"
        == connect("other", None, bearer, noise, TODAY).origin.base
    )
    assert bearer is connect(None, "https://o.example", bearer, noise, TODAY).credential
    assert (
        NoCredential() == connect(None, "http://[::1]:9", None, noise, TODAY).credential
    )


def test_a_credential_alone_goes_to_the_account_of_the_environment() -> None:
    """Which then needs no credential of its own."""
    bearer = Bearer(Secret("mine", "x"))
    found = connect(None, None, bearer, ACME, TODAY)
    assert ("https://acme.zendesk.com", bearer) == (found.origin.base, found.credential)


def test_a_credential_of_the_environment_goes_to_its_account_alone() -> None:
    """Never to one that a program names."""
    for subdomain, url in (("other", None), (None, "https://other.example")):
        with pytest.raises(ConfigurationError, match="needs a credential"):
            connect(subdomain, url, None, ACME | TOKEN, TODAY)


def test_two_names_for_an_account_are_one_too_many() -> None:
    """Neither is guessed."""
    with pytest.raises(ConfigurationError, match="not both"):
        connect("acme", "https://acme.zendesk.com", None, {}, TODAY)


def test_a_connection_does_not_show_its_secret() -> None:
    """In its repr."""
    for environment in (CLIENT, TOKEN, PAIR):
        assert "canary" not in repr(from_environment(ACME | environment, TODAY))

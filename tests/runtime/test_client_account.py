"""Which account a client asks, with which credential."""

import pytest
from asking import BASE, settings

import auditql
from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings
from auditql.emulator.settings import BearerAuth
from auditql.providers.zendesk.auth import ApiToken, Bearer
from auditql.providers.zendesk.secret import Secret


def test_the_credential_is_sent_to_the_account(ask, store) -> None:
    """And a wrong one is refused."""
    emulator = Emulator(store, Settings(auth=BearerAuth(("right-token",))))
    good = Bearer(Secret("right-token", "x"))
    assert 1 == len(ask(settings(emulator, credential=good), "limit 1"))
    with pytest.raises(auditql.AuthenticationFailed):
        ask(settings(emulator, credential=Bearer(Secret("wrong", "x"))), "limit 1")


def test_the_environment_is_read_where_nothing_is_named(emulator, monkeypatch) -> None:
    """As the command line reads it."""
    for name in ("ZENDESK_SUBDOMAIN", "ZENDESK_CLIENT_ID", "ZENDESK_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZENDESK_BASE_URL", BASE)
    monkeypatch.setenv("ZENDESK_OAUTH_TOKEN", "canary")
    client = auditql.Client(transport=AsyncEmulatorTransport(emulator))
    assert BASE == client.connection.origin.base
    assert "canary" not in repr(client.connection)
    client.close()


def test_what_is_to_be_said_of_a_credential_stands_in_the_connection() -> None:
    """An API token ends one day."""
    pair = ApiToken("a@b.c", Secret("canary", "x"))
    client = auditql.Client(subdomain="acme", credential=pair)
    assert "2027-04-30" in client.connection.warnings[0]


@pytest.mark.parametrize(
    "named",
    [
        {"subdomain": "evil.com/", "credential": Bearer(Secret("canary", "x"))},
        {"subdomain": "acme", "base_url": BASE},
        {"subdomain": "acme"},
        {"base_url": "http://acme.zendesk.com"},
    ],
)
@pytest.mark.parametrize("kind", [auditql.Client, auditql.AsyncClient])
def test_an_account_that_cannot_be_asked_is_refused(kind: type, named: dict) -> None:
    """When the client is made."""
    with pytest.raises(auditql.ConfigurationError):
        kind(**named)

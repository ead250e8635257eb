"""How an account stands, and what is asked of the account in force."""

import asyncio
import itertools
import json
import socket
from collections.abc import Callable

import pytest
from people import AUTH, CANARY, Person, asked

from auditql.emulator import Emulator, Settings, generate, serve
from auditql.emulator.settings import (
    ApiTokenAuth,
    BearerAuth,
    ClientCredentialsAuth,
    RateLimitKind,
)
from auditql.errors import RateLimited
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.route import Route
from auditql.shell.reaching import reach

NOW = "2026-03-10T12:00:00Z"


def test_status_for_a_program(person: Person, account: Callable[..., object]) -> None:
    """One JSON object: what is known, null for what is not."""
    emulator, server = account(
        auth=AUTH, rate_limit=RateLimitKind.BUCKET, per_minute=2500
    )
    person.log_in(server.url)
    emulator.requests.clear()
    assert {
        "account": server.url,
        "profile": "default",
        "credential": {
            "kind": "oauth-client",
            "source": "auditql login",
            "name": "cli",
        },
        "token": {
            "scope": ["auditlogs:read"],
            "beyond_reading": [],
            "lifetime_s": 1800,
        },
        "api_token_days_left": None,
        "audit_log": {"answers": True, "status": None, "error": None},
        "rate_limit": {"per_minute": 2500, "remaining": 2498},
    } == json.loads(person.run("status", "--json").stdout)
    assert ["POST /oauth/tokens", "GET /api/v2/audit_logs"] == asked(emulator)


@pytest.mark.parametrize(
    ("settings", "status", "words"),
    [
        ({"auth": BearerAuth(("another",))}, 401, "new ones live for 30 minutes"),
        ({"admits": False}, 403, "the user may not read the audit log"),
    ],
)
def test_status_of_an_account_that_refuses(
    person: Person,
    account: Callable[..., object],
    settings: dict[str, object],
    status: int,
    words: str,
) -> None:
    """An expired token, a missing role: the report, the reason, exit 4, one request."""
    emulator, server = account(**settings)
    env = {"ZENDESK_BASE_URL": server.url, "ZENDESK_OAUTH_TOKEN": "canary-token"}
    done = person.run("status", "--json", env=env)
    found = json.loads(done.stdout)
    assert 4 == done.returncode
    assert [False, status] == [
        found["audit_log"]["answers"],
        found["audit_log"]["status"],
    ]
    assert words in found["audit_log"]["error"]
    assert done.stderr.startswith(b"error: ")
    assert words.encode() in done.stderr
    assert 1 == len(emulator.requests)


def test_status_of_an_api_token_counts_the_days(
    person: Person, account: Callable[..., object]
) -> None:
    """Days to 2027-04-30, and how to move; the token is not shown."""
    _, server = account(auth=ApiTokenAuth("ada@acme.example", CANARY))
    env = {
        "ZENDESK_BASE_URL": server.url,
        "ZENDESK_EMAIL": "ada@acme.example",
        "ZENDESK_API_TOKEN": CANARY,
    }
    done = person.run("status", "--json", env=env)
    found = json.loads(done.stdout)
    assert ("api-token", "the environment", "ada@acme.example") == tuple(
        found["credential"].values()
    )
    assert isinstance(found["api_token_days_left"], int)
    assert done.stderr.startswith(b"warning: API tokens end on 2027-04-30, in ")
    assert b"ZENDESK_CLIENT_ID" in done.stderr
    text = person.run("status", env=env).stdout.decode()
    assert "API tokens  end on 2027-04-30, in " in text


def test_a_token_command_and_the_environment(
    person: Person, account: Callable[..., object]
) -> None:
    """Which of several sources is used is said."""
    _, server = account(auth=BearerAuth(("made-by-command", "canary-env")))
    person.configure(
        f"[profiles.a]\nbase_url = '{server.url}'\n"
        "token_command = ['printf', 'made-by-command']\n"
    )
    done = person.run("status", "--json")
    assert (b"", "token_command") == (
        done.stderr,
        json.loads(done.stdout)["credential"]["source"],
    )
    done = person.run("status", "--json", env={"ZENDESK_OAUTH_TOKEN": "canary-env"})
    assert "the environment" == json.loads(done.stdout)["credential"]["source"]
    assert (
        b"warning: the OAuth token of the environment is used, not what the profile "
        b"`a` has\n"
    ) == done.stderr


def test_query_and_show_ask_the_account_in_force(
    person: Person, account: Callable[..., object]
) -> None:
    """What login stored opens it; zone, limit and format of the profile hold, and
    what the command line says comes first."""
    emulator, server = account(auth=AUTH)
    person.configure(
        f"[profiles.a]\nbase_url = '{server.url}'\nformat = 'jsonl'\nlimit = 3\n"
        "[profiles.b]\nbase_url = 'http://127.0.0.1:1'\n"
    )
    person.log_in(server.url, "-P", "a")
    query = ("query", "-P", "a", "--now", NOW, "action = login")
    done = person.run(*query)
    assert b"note: at most 3 rows, the limit of the profile `a`\n" == done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert 3 == len(rows)
    done = person.run(*query, "-f", "json", "--limit", "2")
    assert (b"", rows[:2]) == (done.stderr, json.loads(done.stdout))
    done = person.run(*query, "--format", "table", "--limit", "1")
    assert done.stdout.startswith(b"id ") or b"created_at" in done.stdout
    done = person.run("show", "-P", "a", str(rows[0]["id"]), "-f", "jsonl")
    assert rows[0] == json.loads(done.stdout)
    assert {200, 201} == {r.status for r in emulator.requests}


@pytest.mark.parametrize("tells", [True, False])
def test_tokens_that_end_every_second(person: Person, tells: bool) -> None:
    """login, status and query, with as many cursors as ever and a server whose clock
    leaps 0.3 s with each request: a token serves three of them."""
    ticks = itertools.count(1_773_144_000.0, 0.3)
    auth = ClientCredentialsAuth("cli", CANARY, cap_s=1, never_tell_expiry=not tells)
    records = generate(3, 500, 1_773_000_000, 1_773_144_000)
    emulator = Emulator(records, Settings(auth=auth), clock=lambda: next(ticks))
    with serve(emulator) as server:
        assert 0 == person.log_in(server.url).returncode
        found = json.loads(person.run("status", "--json").stdout)
        read = person.run("query", "-f", "jsonl", "--now", NOW, "action is not null")
    assert list(emulator.store.ids) == sorted(
        json.loads(line)["id"] for line in read.stdout.splitlines()
    )
    assert (1 if tells else None) == found["token"]["lifetime_s"]
    assert found["audit_log"]["answers"]


def test_an_account_that_is_silent_is_not_waited_for_long() -> None:
    """Within the time that a person waits; what the rate limit holds up counts too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = of_base_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        found = asyncio.run(reach(origin, NoCredential(), Route(), within_s=0.2))
    assert isinstance(found.refused, RateLimited)
    assert "gave no answer within 0.2 s" in str(found.refused)

"""`auditql probe` over a socket: what is printed, what is sent, how it ends."""

import asyncio
import json
import re
from collections.abc import Callable

import pytest

from auditql.emulator import Emulator, Settings, serve
from auditql.emulator.deliveries import Silence
from auditql.emulator.errors import invalid_paging
from auditql.emulator.settings import BearerAuth, ClientCredentialsAuth, RateLimitKind
from auditql.errors import RateLimited
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.probe import MOST_REQUESTS
from auditql.providers.zendesk.probe_findings import QUESTIONS
from auditql.runtime.connection import Connection
from auditql.shell.commands import probe
from auditql.shell.probing import carry_out

CANARY = "canary-token-0123456789"
SAID = "at most 20 requests: reads of the audit log, and a token where one is needed\n"

Run = Callable[..., "object"]


def test_a_probe_for_a_person(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """A row for each question, the bound before it starts, GETs of the log alone."""
    emulator, server = account(
        auth=BearerAuth((CANARY,)), end_included=False, rate_limit=RateLimitKind.BUCKET
    )
    done = run("probe", env=to_account(server))
    assert (0, f"asking {server.url} {SAID}") == (done.returncode, done.stderr.decode())
    lines = done.stdout.decode().splitlines()
    assert len(QUESTIONS) + 2 == len(lines)
    cells = [re.split(" {2,}", line) for line in lines[2:]]
    rows = {(about, question): rest for about, question, *rest in cells}
    end = rows[("created_at", "the end of a range")]
    assert ["observed", "excluded"] == end[:2]
    status, answer, evidence, _ = rows[("source_id", "without source_type")]
    assert ("as documented", "refused", "…") == (status, answer, evidence[-1])
    assert len(emulator.requests) <= MOST_REQUESTS
    assert {("GET", True)} == {(r.method, r.had_credential) for r in emulator.requests}
    assert all(r.path.startswith("/api/v2/audit_logs") for r in emulator.requests)
    assert CANARY not in done.stdout.decode() + done.stderr.decode()


def test_a_probe_for_a_program(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """One object; the sum of the requests is what was sent, the token's included."""
    emulator, server = account(auth=ClientCredentialsAuth("cli", CANARY))
    env = {
        "ZENDESK_BASE_URL": server.url,
        "ZENDESK_CLIENT_ID": "cli",
        "ZENDESK_CLIENT_SECRET": CANARY,
    }
    done = run("probe", "--json", env=env)
    found = json.loads(done.stdout)
    assert 0 == done.returncode
    assert ["account", "profile", "at", "requests", "most_requests", "complete",
            "ended", "findings", "against"] == list(found)  # fmt: skip
    assert (server.url, None, "2026-03-10T12:00:00Z", 20, True, None, []) == (
        found["account"],
        found["profile"],
        found["at"],
        found["most_requests"],
        found["complete"],
        found["ended"],
        found["against"],
    )
    assert len(emulator.requests) == found["requests"]
    assert found["requests"] == sum(f["requests"] for f in found["findings"])
    assert {
        "name": "count",
        "about": "paging",
        "question": "count of a small closed range",
        "status": "observed",
        "answer": "exact",
        "requests": 1,
    }.items() <= {f["name"]: f for f in found["findings"]}["count"].items()


def test_a_bound_that_is_reached(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """What is known is printed, the rest is named, exit 6."""
    emulator, server = account()
    done = run("probe", "--json", "--max-requests", "5", env=to_account(server))
    found = json.loads(done.stdout)
    assert 6 == done.returncode
    assert (False, 5) == (found["complete"], len(emulator.requests))
    assert b"at most 5 requests: " in done.stderr
    assert b"\nerror: 5 requests are made, the most that were allowed" in done.stderr
    states = {f["name"]: f["status"] for f in found["findings"]}
    assert ("observed", "not observable here") == (
        states["range_start"],
        states["count"],
    )


def test_an_account_that_refuses(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """Nothing is known, nothing is printed, exit 4 after one request."""
    emulator, server = account(admits=False)
    done = run("probe", env=to_account(server))
    assert (4, b"") == (done.returncode, done.stdout)
    assert b"error: the user may not read the audit log" in done.stderr
    assert 1 == len(emulator.requests)


class NoFuture(Emulator):
    """An account that refuses a range which ends after its now."""

    def answer(self, call: object) -> object:
        if "T13%3A00%3A00Z" in call.query:
            return invalid_paging("range is not valid \x1b[31m").answer
        return super().answer(call)


def test_what_plans_rely_on_and_does_not_hold_is_an_error(
    run: Run, account: Callable[..., object], to_account: Callable[..., object]
) -> None:
    """The table as ever, a line that says what it means, exit 1; text is harmless."""
    usual, _ = account()
    lying = NoFuture(usual.store, Settings(), lambda: 1_773_144_000.0)
    with serve(lying) as server:
        for more in ((), ("--json",)):
            done = run("probe", *more, env=to_account(server))
            assert 1 == done.returncode
            said = done.stderr.decode()
            assert "\nerror: created_at, an end in the future: refused (" in said
            assert "plans rely on the contrary, so answers may be wrong" in said
            assert "\x1b" not in said + done.stdout.decode()
        assert ["range_future"] == json.loads(done.stdout)["against"]


class Silent(Emulator):
    """An account that takes requests and answers none."""

    def deliver(self, call: object) -> object:
        return Silence()


def test_an_account_that_does_not_answer_in_time() -> None:
    """Nothing is known, so it is an error, which says why it may be."""
    with serve(Silent([])) as server:
        asked = Connection(of_base_url(server.url), NoCredential())
        with pytest.raises(RateLimited, match=r"0\.05 s are over: the account fails"):
            asyncio.run(carry_out(asked, 20, within_s=0.05))


def test_the_help_names_the_bound_of_the_probe() -> None:
    """The verb's own number, which it need not load the probe for."""
    assert MOST_REQUESTS == probe._MOST_REQUESTS

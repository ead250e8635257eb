"""`auditql explain --probe` over a socket: what is asked, what is said of a read."""

import json
import re
import socket
from collections.abc import Callable

import pytest

from auditql.emulator.settings import RateLimitKind

NOW = ("--now", "2026-03-10T12:00:00Z")
CANARY = "canary-token-0123456789"

Run = Callable[..., "object"]
Account = Callable[..., "object"]


def flat(text: bytes) -> str:
    """The text with every line break a space."""
    return " ".join(text.decode().split())


def without_id(text: bytes) -> str:
    """The text without what names one request alone."""
    return re.sub(r"request id [\w-]+", "request id", text.decode())


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("action = login and created_at >= -20d", 1),
        ("order by created_at", 1),
        ("source_type = user or actor_id = 7", 2),
        ("created_at >= -20d | count by action", 1),
    ],
)
def test_the_read_takes_what_is_said(
    run: Run, account: Account, to_account: Callable, text: str, asked: int
) -> None:
    """As many requests and records as the read then takes, one page after another."""
    emulator, server = account()
    env = to_account(server)
    plain = run("explain", *NOW, text, env=env)
    assert 0 == len(emulator.requests)
    done = run("explain", *NOW, "--probe", text, env=env)
    assert (0, asked) == (done.returncode, len(emulator.requests))
    assert all("per_page=1" in r.query for r in emulator.requests)
    assert done.stdout.startswith(plain.stdout)
    read = run(
        *("query", *NOW, "-f", "none", "--stats", "--concurrency", "1", text), env=env
    )
    counts = json.loads(read.stderr.decode().splitlines()[-1])
    said = re.search(
        r"\nprobe +(\d+) requests?, ([\d,]+) records", done.stdout.decode()
    )
    assert said is not None
    assert [counts["requests"], counts["rows_fetched"]] == [
        int(number.replace(",", "")) for number in said.groups()
    ]
    assert f"this took {asked} request" in flat(done.stdout)


def test_time_at_the_limit_of_the_account(
    run: Run, account: Account, to_account: Callable
) -> None:
    """The limit is what the answer told, and 80 % of it is used."""
    _, server = account(rate_limit=RateLimitKind.FIXED_MINUTE, per_minute=10)
    done = run(
        "explain", *NOW, "--probe", "order by created_at", env=to_account(server)
    )
    assert (
        "probe 20 requests, 2,000 records, about 2.5 min at 8 requests a minute (80% of"
        " the account's limit of 10); several pages at once may need some requests"
        " more; this took 1 request"
    ) in flat(done.stdout)


def test_no_limit_is_told(run: Run, account: Account, to_account: Callable) -> None:
    """Without the header nothing is said of time but that."""
    _, server = account()
    done = run("explain", *NOW, "--probe", "actor_name = 'x' limit 1",
               env=to_account(server))  # fmt: skip
    assert (
        "probe at most 20 requests, 2,000 records, in an unknown time: the account"
        " tells no rate limit;"
    ) in flat(done.stdout)
    assert CANARY not in done.stdout.decode() + done.stderr.decode()


def test_several_queries(run: Run, account: Account, to_account: Callable) -> None:
    """Each explanation with its own figures; what is known is not asked."""
    emulator, server = account()
    text = "action = login; id = 5; action = create"
    done = run("explain", *NOW, "--probe", text, env=to_account(server))
    lines = done.stdout.decode().splitlines()
    assert 3 == sum(line.startswith("filter ") for line in lines)
    assert 3 == sum(line.startswith("probe ") for line in lines)
    assert 2 == len(emulator.requests)


def test_nothing_is_sent_without_the_option(
    run: Run, account: Account, to_account: Callable
) -> None:
    """`explain` alone asks no account, though one is named."""
    emulator, server = account()
    done = run("explain", *NOW, "action = login", env=to_account(server))
    assert (0, 0) == (done.returncode, len(emulator.requests))
    assert b"\nprobe" not in done.stdout


def test_an_account_that_refuses(
    run: Run, account: Account, to_account: Callable
) -> None:
    """The explanation is out, the error is that of `query`, exit 4."""
    _, server = account(admits=False)
    env = to_account(server)
    done = run("explain", *NOW, "--probe", "action = login", env=env)
    query = run("query", *NOW, "action = login", env=env)
    assert 4 == done.returncode == query.returncode
    assert without_id(query.stderr) == without_id(done.stderr)
    assert run("explain", *NOW, "action = login").stdout == done.stdout


@pytest.mark.full  # it is tried again first
def test_nobody_answers(run: Run) -> None:
    """The exit code of `query`: 3, and the explanation is out."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens there
        env = {
            "ZENDESK_BASE_URL": f"http://127.0.0.1:{held.getsockname()[1]}",
            "ZENDESK_OAUTH_TOKEN": CANARY,
        }
        done = run("explain", *NOW, "--probe", "action = login", env=env)
    assert 3 == done.returncode
    assert done.stdout.startswith(b"filter ")

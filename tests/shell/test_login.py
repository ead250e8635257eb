"""Logging in and out over a socket: what is stored, what is sent, what is shown."""

import asyncio
import itertools
import json
import os
import pty
import select
import signal
import socket
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

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

CANARY = "canary-9b27-client-secret"
AUTH = ClientCredentialsAuth("cli", CANARY)
NOW = "2026-03-10T12:00:00Z"
WITHIN_S = 30.0

Done = subprocess.CompletedProcess[bytes]
Run = Callable[..., Done]


class Person:
    """Someone with a folder of settings of their own."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run = run
        self.folder = folder / "auditql"
        self.stored = self.folder / "credentials.json"
        self.env = {"XDG_CONFIG_HOME": str(folder)}

    def run(self, *arguments: str, **settings: object) -> Done:
        env = self.env | settings.pop("env", {})
        done = self._run(*arguments, env=env, **settings)
        for text in (done.stdout, done.stderr):
            assert b"canary" not in text
            assert b"Traceback" not in text
        return done

    def log_in(self, url: str, *more: str, secret: str = CANARY) -> Done:
        words = ("login", "--base-url", url, "--client-id", "cli", *more)
        return self.run(*words, stdin=f"{secret}\n".encode())

    def configure(self, text: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


@pytest.fixture
def person(run: Run, tmp_path: Path) -> Person:
    """A person who never ran auditql."""
    return Person(run, tmp_path / "config")


def asked(emulator: Emulator) -> list[str]:
    return [f"{r.method} {r.path}" for r in emulator.requests]


def test_what_login_stores_opens_the_account(
    person: Person, account: Callable[..., object], tmp_path: Path
) -> None:
    """Tried with one token and one record, then stored; status needs no word more;
    after logout nothing is there. The secret is in its file and nowhere else."""
    emulator, server = account(auth=AUTH)
    done = person.log_in(server.url)
    assert (0, b"") == (done.returncode, done.stdout)
    assert (
        f"{server.url} answers; the client `cli` is stored in {person.stored} for the "
        "profile `default`\n"
    ).encode() == done.stderr
    assert ["POST /oauth/tokens", "GET /api/v2/audit_logs"] == asked(emulator)
    assert 0o600 == stat.S_IMODE(person.stored.stat().st_mode)
    assert 0o700 == stat.S_IMODE(person.folder.stat().st_mode)
    holding = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert [person.stored] == holding

    done = person.run("status")
    assert (
        f"account     {server.url}\n"
        "profile     default\n"
        "credential  OAuth client `cli`, from auditql login\n"
        "token       scope auditlogs:read, life 1800 s\n"
        "audit log   answers\n"
    ).encode() == done.stdout
    assert (0, b"") == (done.returncode, done.stderr)

    done = person.run("logout")
    assert (0, b"the client of the profile `default` is forgotten\n") == (
        done.returncode,
        done.stderr,
    )
    assert CANARY.encode() not in person.stored.read_bytes()
    assert 2 == person.run("status").returncode


@pytest.mark.parametrize(
    ("settings", "secret", "words"),
    [
        ({"auth": AUTH}, "canary-wrong", "gets no token"),
        (
            {"auth": ClientCredentialsAuth("cli", CANARY, ceiling=("tickets:read",))},
            CANARY,
            "invalid_scope",
        ),
        ({"auth": AUTH, "admits": False}, CANARY, "the user may not read the audit"),
    ],
)
def test_what_does_not_work_is_not_stored(
    person: Person,
    account: Callable[..., object],
    settings: dict[str, object],
    secret: str,
    words: str,
) -> None:
    """A wrong secret, a scope above the client's, a user without the role: exit 4,
    and what was stored before stays."""
    _, good = account(auth=AUTH)
    assert 0 == person.log_in(good.url).returncode
    before = person.stored.read_bytes()
    _, server = account(**settings)
    done = person.log_in(server.url, "--debug", secret=secret)
    assert 4 == done.returncode
    assert done.stderr.startswith(b"nothing was stored\nerror: ")
    assert words.encode() in done.stderr
    assert before == person.stored.read_bytes()


def test_a_scope_that_is_too_small_is_not_used(
    person: Person, account: Callable[..., object]
) -> None:
    """Told before the audit log is asked; nothing is stored."""
    auth = ClientCredentialsAuth("cli", CANARY, grants="tickets:read")
    emulator, server = account(auth=auth)
    done = person.log_in(server.url)
    assert 4 == done.returncode
    assert (
        b"error: the OAuth client was granted `tickets:read`, and `auditlogs:read` is "
        b"needed"
    ) in done.stderr
    assert ["POST /oauth/tokens"] == asked(emulator)
    assert not person.stored.exists()


def test_what_is_granted_beyond_reading_is_warned_of(
    person: Person, account: Callable[..., object]
) -> None:
    """It works and it is stored; less would do."""
    _, server = account(auth=ClientCredentialsAuth("cli", CANARY, grants="read write"))
    done = person.log_in(server.url)
    assert 0 == done.returncode
    assert done.stderr.startswith(
        b"warning: the client was granted `write` beyond reading; auditlogs:read is "
        b"enough\n"
    )
    text = person.run("status").stdout.decode()
    assert "token       scope read write (beyond reading: write), life 1800 s\n" in text


def test_each_profile_has_its_own(
    person: Person, account: Callable[..., object]
) -> None:
    """Two accounts: `-P` tells them apart, and of several none is guessed."""
    urls = {}
    for name in ("one", "two"):
        _, server = account(auth=AUTH)
        urls[name] = server.url
        assert 0 == person.log_in(server.url, "-P", name).returncode
    for name, url in urls.items():
        found = json.loads(person.run("status", "--json", "-P", name).stdout)
        assert (url, name) == (found["account"], found["profile"])
    done = person.run("status")
    assert 2 == done.returncode
    assert 0 == person.run("logout", "-P", "one").returncode
    found = json.loads(person.run("status", "--json").stdout)
    assert urls["two"] == found["account"]


def test_login_takes_account_and_client_from_the_profile(
    person: Person, account: Callable[..., object]
) -> None:
    """The secret is all that is left to say; a second login needs no more either."""
    _, server = account(auth=AUTH)
    person.configure(f"[profiles.a]\nbase_url = '{server.url}'\nclient_id = 'cli'\n")
    assert 0 == person.run("login", stdin=CANARY.encode()).returncode
    assert 0 == person.run("status").returncode
    before = (person.folder / "config.toml").read_bytes()
    (person.folder / "config.toml").unlink()
    assert 0 == person.run("login", "-P", "a", stdin=CANARY.encode()).returncode
    assert b"base_url" in before


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


def test_the_keyring_takes_the_secret_instead_of_the_file(
    person: Person, account: Callable[..., object], tmp_path: Path
) -> None:
    """Only for a profile that says so; forgotten there too."""
    package = tmp_path / "package"
    package.mkdir()
    kept = package / "kept"
    (package / "keyring.py").write_text(
        "from pathlib import Path\n"
        "KEPT = Path(__file__).with_name('kept')\n"
        "def get_password(service, name):\n"
        "    return KEPT.read_text() if KEPT.exists() else None\n"
        "def set_password(service, name, text):\n"
        "    KEPT.write_text(text)\n"
        "def delete_password(service, name):\n"
        "    KEPT.unlink()\n",
        encoding="utf-8",
    )
    _, server = account(auth=AUTH)
    person.env["PYTHONPATH"] = str(package)
    person.configure(f"[profiles.a]\nbase_url = '{server.url}'\nkeyring = true\n")
    done = person.log_in(server.url)
    assert b"is stored in the keyring for the profile `a`" in done.stderr
    assert not person.stored.exists()
    assert CANARY in kept.read_text(encoding="utf-8")
    found = json.loads(person.run("status", "--json").stdout)
    assert "the keyring" == found["credential"]["source"]
    assert 0 == person.run("logout").returncode
    assert not kept.exists()


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
    """login and status with a server whose clock leaps 0.3 s with each request."""
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


def test_a_stored_link_is_refused(
    person: Person, account: Callable[..., object], tmp_path: Path
) -> None:
    """A link in place of the file is neither read nor written through."""
    emulator, server = account(auth=AUTH)
    person.log_in(server.url)
    elsewhere = tmp_path / "elsewhere"
    person.stored.rename(elsewhere)
    person.stored.symlink_to(elsewhere)
    emulator.requests.clear()
    for done in (person.run("status"), person.log_in(server.url)):
        assert 2 == done.returncode
        assert b"is a symbolic link, which is not followed" in done.stderr
    assert [] == list(emulator.requests)


def test_a_person_types_what_is_missing_and_the_secret_is_not_echoed(
    person: Person, account: Callable[..., object], environment: dict[str, str]
) -> None:
    """On a terminal: a client's name and a secret, asked for on standard error."""
    _, server = account(auth=AUTH)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "auditql", "login", "--base-url", server.url],
        env=environment | person.env,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = _until(ours, b"client identifier: ", b"")
        os.write(ours, b"cli\n")
        shown = _until(ours, b"(not shown): ", shown)
        os.write(ours, f"{CANARY}\n".encode())
        shown = _until(ours, b"profile `default`", shown)
        assert 0 == process.wait(WITHIN_S)
        assert b"" == process.stdout.read()
    os.close(ours)
    assert CANARY.encode() not in shown
    assert CANARY in person.stored.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_person_who_gives_up_gets_the_echo_back(
    person: Person, environment: dict[str, str], number: signal.Signals
) -> None:
    """Ctrl-C or a kill while the secret is asked for: exit 130, nothing stored, and
    the terminal shows again what is typed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "auditql", "login", "--subdomain", "acme"],
        env=environment | person.env,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        _until(ours, b"client identifier: ", b"")
        assert _echoes(theirs)
        os.write(ours, b"cli\n")
        _until(ours, b"(not shown): ", b"")
        assert not _echoes(theirs)
        process.send_signal(number)
        assert 130 == process.wait(WITHIN_S)
        assert b"" == process.stdout.read()
    assert _echoes(theirs)
    assert not person.stored.exists()
    os.close(ours)
    os.close(theirs)


def test_an_account_that_is_silent_is_not_waited_for_long() -> None:
    """Within the time that a person waits; what the rate limit holds up counts too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = of_base_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        found = asyncio.run(reach(origin, NoCredential(), Route(), within_s=0.2))
    assert isinstance(found.refused, RateLimited)
    assert "gave no answer within 0.2 s" in str(found.refused)


def _echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def _until(terminal: int, part: bytes, shown: bytes) -> bytes:
    """What the terminal shows, once it shows that part."""
    until_s = time.monotonic() + WITHIN_S
    while part not in shown:
        left_s = until_s - time.monotonic()
        ready, _, _ = select.select([terminal], [], [], max(0.0, left_s))
        assert ready, shown
        shown += os.read(terminal, 65_536)
    return shown

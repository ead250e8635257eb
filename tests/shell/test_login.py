"""Logging in and out over a socket: what is stored, what is sent, what is shown."""

import json
import os
import pty
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from people import AUTH, CANARY, Person, asked

from auditql.emulator.settings import (
    ClientCredentialsAuth,
)

WITHIN_S = 30.0


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

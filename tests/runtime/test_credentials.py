"""Stored secrets: one file that only we can read, and what is wrong with others."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from leaks import CANARY, full_trace, stored

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.profiles import private
from auditql.runtime.profiles.store import Store, Stored

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose folder does not exist yet."""
    return Store(tmp_path / "auditql")


def test_what_was_stored_is_found_again(store: Store) -> None:
    """Account, client and secret, for each profile by itself."""
    store.put("a", stored("one", "acme"))
    store.put("b", stored("two", "other"))
    store.put("a", stored("three", "acme"))
    assert ("a", "b") == store.names()
    found = store.find("a")
    assert "https://acme.zendesk.com" == found.origin.base
    assert "cli" == found.client.client_id
    assert "three" == found.client.client_secret.reveal()
    assert "two" == store.find("b").client.client_secret.reveal()
    assert store.find("c") is None


def test_the_account_of_a_loopback_server_is_found_again(store: Store) -> None:
    """A base URL keeps its port."""
    origin = of_base_url("http://127.0.0.1:8080")
    store.put("a", Stored(origin, stored().client))
    assert origin == store.find("a").origin


def test_what_is_dropped_is_gone(store: Store) -> None:
    """Only what was stored can be dropped; the others stay."""
    assert not store.drop("a")
    store.put("a", stored())
    store.put("b", stored("two"))
    assert store.drop("a")
    assert not store.drop("a")
    assert ("b",) == store.names()
    assert CANARY not in store.path.read_text(encoding="utf-8")


@POSIX
def test_nobody_else_can_read_file_or_folder(store: Store) -> None:
    """0600 in 0700 whatever the umask lets through, and nothing left beside it."""
    before = os.umask(0)
    try:
        store.put("a", stored())
        store.put("b", stored())
    finally:
        os.umask(before)
    assert 0o600 == stat.S_IMODE(store.path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(store.path.parent.stat().st_mode)
    assert [store.path] == list(store.path.parent.iterdir())


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_a_file_that_others_can_read_is_refused(store: Store, mode: int) -> None:
    """Not read, not written, not forgotten; the message says what to do."""
    store.put("a", stored())
    store.path.chmod(mode)
    words = (
        f"others can read {store.path} (mode {mode:04o}); run `chmod 600 {store.path}`"
    )
    for act in (
        lambda: store.find("a"),
        lambda: store.put("b", stored()),
        lambda: store.drop("a"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            act()
        assert words == str(caught.value)
        assert CANARY not in full_trace(caught.value)


@POSIX
def test_a_link_is_refused(store: Store, tmp_path: Path) -> None:
    """Neither read through nor written through."""
    store.put("a", stored())
    other = tmp_path / "other"
    store.path.rename(other)
    store.path.symlink_to(other)
    before = other.read_bytes()
    for act in (lambda: store.find("a"), lambda: store.put("b", stored())):
        with pytest.raises(ConfigurationError, match="is a symbolic link, which is"):
            act()
    assert before == other.read_bytes()


@POSIX
def test_a_link_that_waits_for_the_new_file_is_not_written_through(
    store: Store, tmp_path: Path
) -> None:
    """The name that the new file is written under may be taken: it is freed."""
    store.put("a", stored())
    target = tmp_path / "target"
    target.touch()
    store.path.with_name(f".{store.path.name}.new").symlink_to(target)
    store.put("b", stored())
    assert b"" == target.read_bytes()
    assert ("a", "b") == store.names()


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="needs root")
def test_a_file_of_another_user_is_refused(store: Store) -> None:
    """Whoever owns a file can change it."""
    store.put("a", stored())
    os.chown(store.path, 65534, -1)
    with pytest.raises(ConfigurationError, match="belongs to another user; move it"):
        store.find("a")
    os.chown(store.path, os.geteuid(), -1)
    os.chown(store.path.parent, 65534, -1)
    with pytest.raises(ConfigurationError, match=r"the folder .* belongs to another"):
        store.put("a", stored())


@POSIX
def test_a_pipe_in_place_of_the_file_does_not_hang(store: Store) -> None:
    """What is no regular file is refused at once."""
    store.path.parent.mkdir(mode=0o700)
    os.mkfifo(store.path, 0o600)
    with pytest.raises(ConfigurationError, match="is no regular file; move it away"):
        store.find("a")


@POSIX
def test_a_folder_that_others_can_write_in_is_refused(store: Store) -> None:
    """They could put another file there."""
    store.path.parent.mkdir()
    store.path.parent.chmod(0o777)
    with pytest.raises(ConfigurationError) as caught:
        store.put("a", stored())
    folder = store.path.parent
    assert f"others can write in {folder}; run `chmod 700 {folder}`" == str(
        caught.value
    )
    assert [] == list(folder.iterdir())
    assert CANARY not in full_trace(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "profiles": {}}',
        '{"version": 1, "profiles": []}',
        '{"version": 1, "profiles": {"a": {"client_secret": "SECRET"}}}',
        '{"version": 1, "profiles": {"a": {"base_url": "http://acme.zendesk.com",'
        ' "client_id": "c", "client_secret": "SECRET"}}}',
        '{"version": 1, "profiles": {"a": {"base_url": "https://acme.zendesk.com",'
        ' "client_id": "c", "client_secret": "SECRET\\n"}}}',
        '"SECRET',
        "[" * 20_000,
    ],
)  # fmt: skip
def test_a_file_that_is_not_ours_is_refused(store: Store, content: str) -> None:
    """Whatever is wrong with it, nothing of it is shown."""
    store.path.parent.mkdir(mode=0o700)
    store.path.write_text(content.replace("SECRET", CANARY), encoding="utf-8")
    store.path.chmod(0o600)
    with pytest.raises(ConfigurationError) as caught:
        store.find("a")
    assert (
        f"{store.path} is not as auditql wrote it; delete it and run `auditql login` "
        "again"
    ) == str(caught.value)
    assert CANARY not in full_trace(caught.value)


def test_a_file_without_end_is_refused(store: Store) -> None:
    """It is not read into memory."""
    store.path.parent.mkdir(mode=0o700)
    store.path.write_bytes(b" " * (private.MOST_BYTES + 1))
    store.path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="is longer than 65,536 bytes"):
        store.find("a")


def test_two_that_store_at_once_lose_nothing(store: Store) -> None:
    """Whoever writes holds the folder: each profile is there at the end."""
    names = [f"p{number}" for number in range(16)]
    threads = [
        threading.Thread(target=store.put, args=(name, stored())) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == sorted(store.names(), key=lambda name: int(name[1:]))


@POSIX
def test_a_file_that_cannot_be_written_is_as_before(store: Store) -> None:
    """A disk without room, or a file-size limit, tears nothing."""
    store.put("a", stored())
    before = store.path.read_bytes()
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from auditql.errors import ConfigurationError\n"
        "from auditql.runtime.profiles import private\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try:\n"
        "    private.replace(Path(sys.argv[1]), b'x' * 100)\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert f"{store.path} cannot be written: File too large\n" == done.stdout
    assert before == store.path.read_bytes()
    assert [store.path] == list(store.path.parent.iterdir())


STORING = """
import sys
from pathlib import Path
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.origin import of_subdomain
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.profiles.store import Store, Stored
store = Store(Path(sys.argv[1]))
for number in range(100_000):
    secret = Secret(f"{number:06}" * 500, "secret")
    store.put("a", Stored(of_subdomain("acme"), ClientCredentials("cli", secret)))
    print(number, flush=True)
"""


@POSIX
@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.full)])
def test_a_kill_leaves_a_whole_file(store: Store, rounds: int) -> None:
    """kill -9 in the midst of storing: the old secret or the new one, whole, and the
    next login is not in the way of what was left."""
    for number in range(rounds):
        with subprocess.Popen(
            [sys.executable, "-c", STORING, str(store.path.parent)],
            stdout=subprocess.PIPE,
        ) as process:
            for _ in range(3 + number):
                last = int(process.stdout.readline())
            process.kill()
        found = int(store.find("a").client.client_secret.reveal()[:6])
        assert last <= found
        assert f"{found:06}" * 500 == store.find("a").client.client_secret.reveal()
    store.put("a", stored())
    assert [store.path] == list(store.path.parent.iterdir())

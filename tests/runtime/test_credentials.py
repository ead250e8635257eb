"""Secrets: files that only we can read, commands that print a token, the keyring."""

import json
import os
import pickle
import stat
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.auth import ClientCredentials
from auditql.providers.zendesk.origin import of_base_url, of_subdomain
from auditql.providers.zendesk.secret import Secret
from auditql.runtime.profiles import private
from auditql.runtime.profiles.command import MOST_BYTES, token_of
from auditql.runtime.profiles.keyring import Keyring
from auditql.runtime.profiles.store import Store, Stored

CANARY = "canary-77d1-secret"
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


def stored(secret: str = CANARY, subdomain: str = "acme") -> Stored:
    client = ClientCredentials("cli", Secret(secret, "secret"))
    return Stored(of_subdomain(subdomain), client)


def full_trace(error: BaseException) -> str:
    """A traceback with the variables of every frame but ours, and the pickle."""
    kept = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            kept.append((frame, line))
    told = traceback.StackSummary.extract(kept, capture_locals=True)
    assert error.__cause__ is None or isinstance(error.__cause__, OSError)
    return "".join(told.format()) + str(error) + repr(pickle.dumps(error))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose folder does not exist yet."""
    return Store(tmp_path / "auditql")


# --- the file


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


# --- a command that prints a token


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n"])
def test_one_line_is_the_token(end: str) -> None:
    """A line end behind it is the command's manner, no part of the token."""
    code = f"import sys; sys.stdout.write('{CANARY}{end}')"
    assert CANARY == token_of(python(code)).reveal()


def test_no_shell_reads_a_command() -> None:
    """What a shell would replace comes as it is written."""
    code = "import sys; print(sys.argv[1])"
    assert "$HOME;`id`*" == token_of([*python(code), "$HOME;`id`*"]).reveal()


def test_a_command_gets_no_input_and_shows_no_errors(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Standard input is at its end; standard error may hold the token."""
    code = f"import sys; sys.stderr.write('{CANARY}'); print(len(sys.stdin.read()))"
    assert "0" == token_of(python(code)).reveal()
    assert ("", "") == tuple(capfd.readouterr())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pass", "printed nothing"),
        ("print()", "printed nothing"),
        (f"print('{CANARY}'); print('x')", "printed 2 lines where one token is wanted"),
        (f"print('{CANARY}'); raise SystemExit(3)", "ended with code 3; run it by hand"
         " to see why"),
        (f"print('{CANARY}' * 1000)", f"printed more than {MOST_BYTES:,} bytes"),
        (f"while True: print('{CANARY}')", f"printed more than {MOST_BYTES:,} bytes"),
    ],
)  # fmt: skip
def test_a_command_that_prints_anything_else_is_refused(code: str, said: str) -> None:
    """The message names the program and shows nothing it printed, nor its arguments."""
    with pytest.raises(ConfigurationError) as caught:
        token_of(python(code))
    assert f"token_command: `{sys.executable}` {said}" == str(caught.value)
    assert "SystemExit" not in str(caught.value)


@pytest.mark.parametrize("text", [f"{CANARY} x", f"{CANARY}\\t", f"{CANARY}\\xe9"])
def test_a_token_with_stray_characters_is_refused(text: str) -> None:
    """What could not be sent as it is, is not sent."""
    with pytest.raises(ConfigurationError) as caught:
        token_of(python(f"print('{text}')"))
    assert str(caught.value).startswith("what the token_command printed has blanks")
    assert CANARY not in str(caught.value)


def test_what_a_command_printed_is_in_no_traceback(tmp_path: Path) -> None:
    """Not in the variables of a frame, not in a pickle."""
    script = tmp_path / "print_it.py"
    for code in (f"print('{CANARY} x')", f"print('{CANARY}\\nx')"):
        script.write_text(code, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            token_of([sys.executable, str(script)])
        assert CANARY not in full_trace(caught.value)


def test_a_command_that_does_not_end_is_killed() -> None:
    """Within its time, also where it prints now and then, or a child holds on."""
    for code in (
        "import time; time.sleep(600)",
        "import sys, time\nwhile True: print('x', flush=True); time.sleep(0.05)",
        "import os, time\nprint('x', flush=True)\nos.close(1)\ntime.sleep(600)",
    ):
        with pytest.raises(ConfigurationError, match=r"did not end within 0\.3 s"):
            token_of(python(code), within_s=0.3)


def test_a_program_that_is_not_there_is_told() -> None:
    """The name, and why."""
    with pytest.raises(ConfigurationError) as caught:
        token_of(["no-such-program-3141", CANARY])
    assert (
        "token_command: `no-such-program-3141` cannot be started: "
        "No such file or directory"
    ) == str(caught.value)


# --- the keyring

PACKAGE = """
import json, pathlib
FILE = pathlib.Path(__file__).with_name("kept.json")
def _all():
    return json.loads(FILE.read_text()) if FILE.exists() else {}
def get_password(service, name):
    if name == "locked":
        raise OSError("the secret is canary-77d1-secret")
    return _all().get(service + "/" + name)
def set_password(service, name, text):
    FILE.write_text(json.dumps(_all() | {service + "/" + name: text}))
def delete_password(service, name):
    kept = _all()
    del kept[service + "/" + name]
    FILE.write_text(json.dumps(kept))
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring that keeps its entries in a file, under the package's name."""
    (tmp_path / "keyring.py").write_text(PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    made = Keyring()
    monkeypatch.delitem(sys.modules, "keyring")
    return made


def test_the_keyring_keeps_what_the_file_would(keyring: Keyring) -> None:
    """Found, replaced, dropped; the account goes with the secret."""
    assert keyring.find("a") is None
    keyring.put("a", stored())
    found = keyring.find("a")
    assert ("https://acme.zendesk.com", "cli", CANARY) == (
        found.origin.base,
        found.client.client_id,
        found.client.client_secret.reveal(),
    )
    assert keyring.drop("a")
    assert not keyring.drop("a")


def test_a_keyring_that_fails_is_told_without_its_words(
    keyring: Keyring, tmp_path: Path
) -> None:
    """A backend may repeat what it was given; an entry may be another's."""
    with pytest.raises(ConfigurationError) as caught:
        keyring.find("locked")
    assert "the system's keyring does not answer (OSError); " in str(caught.value)
    assert CANARY not in str(caught.value)
    (tmp_path / "kept.json").write_text(json.dumps({"auditql/b": f'"{CANARY}'}))
    with pytest.raises(
        ConfigurationError, match="is not as auditql wrote it"
    ) as strange:
        keyring.find("b")
    assert CANARY not in full_trace(strange.value)


def test_without_the_extra_the_keyring_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is loaded only for a profile that wants it, and may be absent."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'auditql\[keyring\]'"):
        Keyring()

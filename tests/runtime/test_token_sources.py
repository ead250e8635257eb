"""Secrets that others keep: commands that print a token, the system's keyring."""

import json
import sys
from pathlib import Path

import pytest
from leaks import CANARY, full_trace, stored

from auditql.errors import ConfigurationError
from auditql.runtime.profiles.command import MOST_BYTES, token_of
from auditql.runtime.profiles.keyring import Keyring

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

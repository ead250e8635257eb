"""Profiles: the file they are written in."""

from pathlib import Path

import pytest

from auditql.errors import ConfigurationError
from auditql.providers.zendesk.origin import of_subdomain
from auditql.runtime.profiles.file import parse, read_config, told
from auditql.runtime.profiles.folders import CONFIG_NAME
from auditql.runtime.profiles.forms import Profile

WHOLE = """\
default = "acme"

[profiles.acme]
subdomain = "acme"
client_id = "auditql"
tz = "Europe/Berlin"
format = "jsonl"
limit = 1000
rate_share = 0.5
concurrency = 4
token_command = ["op", "read", "op://vault/zendesk"]
keyring = true
proxy = "http://proxy.example:3128"

[profiles.demo]
base_url = "http://127.0.0.1:8080"
"""


def faults(text: str) -> list[str]:
    return [told(fault, Path("c.toml")) for fault in parse(text, Path("c.toml"))[1]]


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / CONFIG_NAME
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_every_key_of_a_profile_is_read() -> None:
    """A file without a mistake is what it says."""
    config, found = parse(WHOLE, Path("c.toml"))
    assert () == found
    assert "acme" == config.default
    assert (
        Profile(
            name="acme",
            origin=of_subdomain("acme"),
            client_id="auditql",
            tz="Europe/Berlin",
            format="jsonl",
            limit=1000,
            rate_share=0.5,
            concurrency=4,
            token_command=("op", "read", "op://vault/zendesk"),
            keyring=True,
            proxy="http://proxy.example:3128",
        )
        == config.profiles[0]
    )
    assert "http://127.0.0.1:8080" == config.profiles[1].origin.base


def test_ca_file_is_a_file_that_is_there(tmp_path: Path) -> None:
    """The path of a file of authorities is whole and names a file."""
    there = tmp_path / "ca.pem"
    there.touch()
    config, found = parse(f'[profiles.a]\nca_file = "{there}"', Path("c.toml"))
    assert () == found
    assert there == config.profiles[0].ca_file
    assert ["c.toml:2: `ca_file` names a file that is not there"] == faults(
        f'[profiles.a]\nca_file = "{there}x"'
    )


def test_nesting_without_end_is_no_toml() -> None:
    """What the reader of TOML gives up on is a mistake of the file."""
    assert ["c.toml: this is not TOML: no TOML"] == faults("a = " + "[" * 5000)


def test_all_mistakes_are_found_at_their_own_lines() -> None:
    """The same key in two profiles, values that go on for lines, dotted keys."""
    text = """\
[profiles.a]
limit = 5
token_command = [
  "limit",
  3,
]
[profiles.b]
limit = "limit"
"keyring" = 1
[profiles]
c.tz = 5
"""
    assert ["c.toml:3", "c.toml:8", "c.toml:9", "c.toml:11"] == [
        said.partition(": ")[0] for said in faults(text)
    ]


def test_a_file_with_a_mistake_is_not_used(tmp_path: Path) -> None:
    """Half of what a person set is not what they set: the first is told, the rest
    counted."""
    path = write(tmp_path, "[profiles.a]\nx = 1\ny = 2\n")
    with pytest.raises(ConfigurationError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}:2: a profile has no key `x`")
    assert str(caught.value).endswith("(and 1 more: see `auditql config validate`)")


def test_no_file_is_no_configuration(tmp_path: Path) -> None:
    """Nobody needs the file."""
    assert read_config(tmp_path / CONFIG_NAME) is None


def test_a_file_without_a_secret_may_be_read_by_others(tmp_path: Path) -> None:
    """It is used as any other, and its mistakes are told."""
    assert "acme" == read_config(write(tmp_path, WHOLE, 0o644)).default
    path = write(tmp_path, "[profiles.a]\nsubdomian = 'a'\n", 0o644)
    with pytest.raises(ConfigurationError, match="did you mean `subdomain`"):
        read_config(path)
    path = write(tmp_path, "[profiles.a\n", 0o644)
    with pytest.raises(ConfigurationError, match=":1: this is not TOML"):
        read_config(path)


@pytest.mark.parametrize(
    "line",
    [
        "client_secret = 'x'",
        "token = 'x'",
        "'api_token' = 'x'",
        "# oauth_token='x'",
        'inner = {Password = "x"}',
        "zendesk_secret = 'x",
        '"tok\\u0065n" = "x"',
        "list = [[{'s\u0065cret' = 1}]]",
        "proxy = 'http://me:x@proxy.example'",
        "token_command = ['curl', '-H', 'Authorization: Bearer x']",
        "token_command = ['echo', 'abcdefghijkl0123456789abcdef']",
    ],
)
def test_a_file_with_a_secret_that_others_can_read_is_refused(
    tmp_path: Path, line: str
) -> None:
    """Whatever else is wrong with it; the message says what to do."""
    path = write(tmp_path, f"[profiles.a]\n{line}\n", 0o644)
    with pytest.raises(ConfigurationError) as caught:
        read_config(path)
    assert f"others can read {path} (mode 0644); run `chmod 600 {path}`" == str(
        caught.value
    )


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o664, 0o666])
def test_a_file_that_others_can_change_is_refused(tmp_path: Path, mode: int) -> None:
    """It names a program that is run."""
    path = write(tmp_path, WHOLE, mode)
    with pytest.raises(ConfigurationError, match=f"mode {mode:04o}"):
        read_config(path)


def test_a_link_to_a_file_of_ours_is_followed(tmp_path: Path) -> None:
    """Where settings are kept under version control, the file is a link."""
    write(tmp_path, WHOLE)
    (tmp_path / "link").symlink_to(tmp_path / CONFIG_NAME)
    assert "acme" == read_config(tmp_path / "link").default


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfdefault = 'a'\r\n[profiles.a]\r\n", None),
        (b"a = 1\nb = '\xff'", ":2: the file is not UTF-8; save it as UTF-8"),
        (b"#" * 65_537, " is longer than 65,536 bytes"),
    ],
)
def test_the_bytes_of_a_file(tmp_path: Path, content: bytes, said: str | None) -> None:
    """A byte order mark and CR LF are read over; what is no text is refused."""
    path = write(tmp_path, "")
    path.write_bytes(content)
    if said is None:
        assert "a" == read_config(path).default
        return
    with pytest.raises(ConfigurationError) as caught:
        read_config(path)
    assert f"{path}{said}" == str(caught.value)

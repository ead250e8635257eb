"""What is kept of what was typed: where, by whom it can be read, and what never is."""

import json
import os
from pathlib import Path

import pytest

from auditql.shell.credentials import holds_credential
from auditql.shell.terminal.history import MOST, History

SAMPLE = "3f9ab27c51de4f60b8a1c7d92e5f0a4b3f9ab27c"


def kept(path: Path, *entries: str, secrets: tuple[str, ...] = ()) -> list[str]:
    """What a shell that begins now finds, after another took in the entries."""
    faults: list[str] = []
    history = History(path, faults.append, lambda: secrets)
    for entry in entries:
        history.add(entry)
    assert [] == faults
    return list(History(path, faults.append).entries())


def test_whole_entries_come_back(tmp_path: Path) -> None:
    """Lines, quotes, other scripts and lone surrogates, in the order of typing."""
    entries = ["a = 'x'\nand b = 2", "actor_name = 'محمد'", "x = '\ud800'", "\\q"]
    assert entries == kept(tmp_path / "h" / "acme.jsonl", *entries)


def test_the_newest_of_the_same_stays(tmp_path: Path) -> None:
    """An entry that is typed again moves to the end."""
    assert ["b", "a"] == kept(tmp_path / "h.jsonl", "a", "b", "a", "a")


def test_a_leading_blank_keeps_a_line_out(tmp_path: Path) -> None:
    """As in a shell; and nothing blank is kept."""
    assert ["a"] == kept(tmp_path / "h.jsonl", " b", "a", "\tc", "", "\n")


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """The file is 0600 and its folder 0700, whatever the umask."""
    before = os.umask(0)
    try:
        kept(tmp_path / "h" / "acme.jsonl", "a")
    finally:
        os.umask(before)
    assert 0o600 == (tmp_path / "h" / "acme.jsonl").stat().st_mode & 0o777
    assert 0o700 == (tmp_path / "h").stat().st_mode & 0o777


def test_nobody_else_can_look_into_the_folders_above_it(tmp_path: Path) -> None:
    """Each folder that is made for it is 0700; one that was there stays."""
    (tmp_path / "home").mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        kept(tmp_path / "home" / "state" / "auditql" / "history" / "acme.jsonl", "a")
    finally:
        os.umask(before)
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (tmp_path / "home").rglob("*")
    }
    assert {"state": 0o700, "auditql": 0o700, "history": 0o700} | {
        "acme.jsonl": 0o600
    } == modes
    assert 0o755 == (tmp_path / "home").stat().st_mode & 0o777


def test_ten_thousand_at_most(tmp_path: Path) -> None:
    """The oldest go; a file that grew is written anew."""
    path = tmp_path / "h.jsonl"
    lines = [json.dumps(f"id = {n}") for n in range(MOST + 2_000)]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    found = kept(path)
    assert MOST == len(found)
    assert f"id = {MOST + 1_999}" == found[-1]
    assert MOST == len(path.read_text().splitlines())
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_line_that_was_cut_off_is_no_fault(tmp_path: Path) -> None:
    """Those around it are there."""
    path = tmp_path / "h.jsonl"
    path.write_bytes(b'"a"\n"b\n17\nnull\n\xff\xfe\n"c"\n')
    path.chmod(0o600)
    assert ["a", "c"] == kept(path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.chmod(0o644), "others can read"),
        (lambda path: (path.unlink(), path.mkdir()), "is no regular file"),
        (lambda path: (path.unlink(), path.symlink_to("x")), "symbolic link"),
    ],
    ids=["open to others", "a folder", "a link"],
)
def test_a_file_that_may_not_be_used_is_told_once(
    tmp_path: Path, spoil: object, words: str
) -> None:
    """The shell goes on, and remembers what is typed as long as it runs."""
    path = tmp_path / "h.jsonl"
    path.write_text('"old"\n')
    path.chmod(0o600)
    spoil(path)
    faults: list[str] = []
    history = History(path, faults.append)
    assert () == history.entries()
    history.add("a")
    history.add("b")
    assert ("a", "b") == history.entries()
    (fault,) = faults
    assert words in fault
    assert "what is typed is not kept" in fault


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path: Path) -> None:
    """The same, where there is nothing to write in."""
    (tmp_path / "h").write_text("")
    faults: list[str] = []
    history = History(tmp_path / "h" / "acme.jsonl", faults.append)
    history.add("a")
    history.add("b")
    assert ("a", "b") == history.entries()
    assert 1 == len(faults)


@pytest.mark.parametrize(
    "text",
    [
        f"actor_name = '{SAMPLE}'",
        f"\\set token {SAMPLE}",
        "Authorization: Bearer abcdefghijklmnop",
        "export ZENDESK_API_TOKEN=hunter2hunter2",
        "client_secret: 's3cr3t-value'",
        "my-own-secret stands here",
    ],
)
def test_a_credential_never_gets_in(tmp_path: Path, text: str) -> None:
    """What is known to be one, and what looks like one."""
    path = tmp_path / "h.jsonl"
    assert ["a"] == kept(path, "a", text, secrets=("my-own-secret",))
    assert path.read_text() == '"a"\n'


@pytest.mark.parametrize(
    "text",
    [
        "action in (create, destroy) and created_at >= -30d | count by actor_name",
        "source_label = '3f9ab27c-51de-4f60-b8a1-c7d92e5f0a4b'",
        "actor_id in (11111111111111111,22222222222222222,33333333333333333)",
        "change_description contains 'password changed'",
        "source_type = 'account_setting/security/password_policy_name'",
        "ip_address in (2001:db8:1e44:0:1234:5678:9abc:def0)",
        "ip_address = 2001:0db8:1e44:0000:1234:5678:9abc:def0",
    ],
)
def test_a_query_is_no_credential(text: str) -> None:
    """Identifiers, lists of numbers, addresses, and the word itself."""
    assert not holds_credential(text, ())

"""The kept grammar table: JSON in the user's own directory, trusted by hash alone."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditql.language import grammar

SOURCE = "action in (create, 'x') and created_at >= now - 7d limit 5 | count by action"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory that the table is kept in, not made yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "auditql"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept table, built once for all."""
    place = tmp_path_factory.mktemp("table")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place))
        load()
    return kept(place / "auditql")


@pytest.fixture
def home(empty: Path, table: Path) -> Path:
    """The directory with the table in it."""
    empty.mkdir(mode=0o700, parents=True)
    shutil.copy2(table, empty)
    return empty


def load() -> object:
    """The parser, past the memory of this process; what it makes of a query."""
    parser = grammar.load.__wrapped__()
    return parser.parse(SOURCE, start="script")


def kept(home: Path) -> Path:
    """The one file of the cache."""
    (path,) = home.iterdir()
    return path


def test_a_kept_table_reads_as_a_built_one(empty: Path) -> None:
    """The first run keeps the table, the second reads it; both parse alike."""
    built = load()
    before = kept(empty).stat().st_mtime_ns
    assert built == load()
    assert before == kept(empty).stat().st_mtime_ns


def test_a_kept_table_is_not_built_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building takes most of a start."""
    built = load()

    def refuse() -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(grammar, "build", refuse)
    assert built == load()


def test_only_the_user_may_read_the_directory_and_the_file(empty: Path) -> None:
    """0700 and 0600, whatever the umask says."""
    before = os.umask(0)
    try:
        load()
    finally:
        os.umask(before)
    assert 0o700 == stat.S_IMODE(empty.stat().st_mode)
    assert 0o600 == stat.S_IMODE(kept(empty).stat().st_mode)


def assert_sound(path: Path) -> None:
    """The file holds the hash of its second line, which is a whole table."""
    digest, _, body = path.read_text(encoding="utf-8").partition("\n")
    assert digest == hashlib.sha256(body.encode()).hexdigest()
    table = json.loads(body)
    assert {"data", "memo"} == set(table)
    assert len(table["data"]["parser"]["parser"]["states"]) > 200


def test_the_table_is_json_behind_its_hash(home: Path) -> None:
    """Never a pickle: what is read can hold nothing that runs."""
    load()
    assert_sound(kept(home))
    assert "pickle" not in Path(grammar.__file__).read_text().replace("a pickle", "")


def signed(body: str) -> bytes:
    """A body with its right hash, as only somebody who means it would write."""
    return f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}".encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda good: good[: len(good) // 2],
    "one letter changed": lambda good: good.replace(b"WORD", b"WORT", 1),
    "something after it": lambda good: good + b"\n",
    "no text": lambda _: b"\xff\xfe" * 500,
    "a pickle": lambda _: b"\x80\x04\x95cos\nsystem\n(S'false'\ntR.",
    "no JSON, signed": lambda _: signed("no JSON"),
    "a list, signed": lambda _: signed("[]"),
    "empty tables, signed": lambda _: signed('{"data": {}, "memo": {}}'),
    "nested deep, signed": lambda _: signed("[" * 100_000),
    "no states, signed": lambda good: signed(
        json.dumps(
            json.loads(good.partition(b"\n")[2])
            | {"memo": {"0": {"__type__": "TerminalDef"}}}
        )
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_a_damaged_table_is_built_again_and_kept_anew(
    home: Path, damage: Callable[[bytes], bytes]
) -> None:
    """No query fails because of a cache, and the next run is quick again."""
    built = load()
    good = kept(home).read_bytes()
    kept(home).write_bytes(damage(good))
    assert built == load()
    assert_sound(kept(home))


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_read(
    home: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may say anything, hash included."""
    built = load()
    kept(home).chmod(mode)
    read: list[str] = []
    monkeypatch.setattr(grammar, "_revive", read.append)
    assert built == load()
    assert [] == read
    assert 0o600 == stat.S_IMODE(kept(home).stat().st_mode)


def test_a_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    """It could lead into a directory of somebody else; it is replaced."""
    built = load()
    path = kept(home)
    elsewhere = tmp_path / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert built == load()
    assert not path.is_symlink()


@pytest.mark.timeout(10)
def test_a_pipe_in_its_place_holds_nobody_up(home: Path) -> None:
    """Opening a named pipe would wait for a writer for ever."""
    built = load()
    path = kept(home)
    path.unlink()
    os.mkfifo(path)
    assert built == load()
    assert path.is_file()


def test_a_directory_in_its_place_is_left_alone(home: Path) -> None:
    """The table is built each time, and nothing is left behind."""
    built = load()
    path = kept(home)
    path.unlink()
    path.mkdir()
    assert built == load()
    assert [path] == list(home.iterdir())


def test_a_home_that_cannot_be_made_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only home, or a file where the directory would be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load() == load()


def test_a_huge_file_is_not_read(home: Path) -> None:
    """A table has about 300 kB."""
    built = load()
    with kept(home).open("ab") as file:
        file.truncate(1_000_000_000)
    assert built == load()
    assert kept(home).stat().st_size < 1_000_000


def test_two_processes_may_begin_at_once(empty: Path) -> None:
    """Both answer; one whole file is left."""
    code = (
        "from auditql.language.parser import parse\n"
        f"print(len(parse({SOURCE!r}).statements))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ
        )
        for _ in range(3)
    ]
    said = [run.communicate(timeout=60)[0] for run in runs]
    assert [b"1\n"] * 3 == said
    assert_sound(kept(empty))


def test_another_grammar_has_another_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is a hash of the grammar and the versions."""
    load()
    copy = tmp_path / "grammar"
    copy.mkdir()
    for path in grammar.directory().glob("*.lark"):
        (copy / path.name).write_bytes(path.read_bytes() + b"\n// changed\n")
    monkeypatch.setattr(grammar, "directory", lambda: copy)
    load()
    assert 2 == len(list(home.iterdir()))

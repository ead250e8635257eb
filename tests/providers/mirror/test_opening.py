"""What stands where a mirror should be: each case its own words."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from kept import NOW_S, fill, held, opened, place, records

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.errors import (
    AuditQLError,
    ConfigurationError,
    MirrorDamaged,
    RunError,
)
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror, Place

START, END = 1_772_000_000, 1_772_100_000


def made(folder: Path, count: int = 200) -> Place:
    """A mirror with records in it."""
    there = place(folder)
    with closing(opened(there)) as writer:
        fill(writer, found(count), START, END)
    return there


def found(count: int = 200, seed: int = 1) -> list[Record]:
    """Records of the window."""
    return records(generate(seed, count, START, END - 1, subdomain="acme"))


def pragma(path: Path, text: str) -> None:
    """Change a file's head by hand."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {text}")


def test_who_reads_remembers_little_of_the_file(tmp_path: Path) -> None:
    """2 MiB, however large it is; memory does not grow with the records."""
    mirror = Mirror(made(tmp_path))
    (size,) = mirror.connection.execute("PRAGMA cache_size").fetchone()
    assert -2_048 == size
    mirror.close()


def test_no_mirror_is_said(tmp_path: Path) -> None:
    """And how to have one."""
    with pytest.raises(ConfigurationError, match=r"no mirror of .*`auditql sync`"):
        Mirror(place(tmp_path))


def test_a_file_that_was_begun_and_not_made_is_no_mirror(tmp_path: Path) -> None:
    """A writer that was killed at once left it; the next one makes it."""
    there = place(tmp_path)
    there.path.parent.mkdir(mode=0o700)
    there.path.touch(0o600)
    with pytest.raises(ConfigurationError, match="no mirror of"):
        Mirror(there)
    with closing(opened(there)) as writer:
        assert () == writer.covered()
    with closing(Mirror(there)) as mirror:
        assert () == mirror.covered()


def test_the_mirror_of_another_account_is_refused(tmp_path: Path) -> None:
    """For reading and for writing; both accounts are named."""
    there = Place(made(tmp_path).path, "https://other.zendesk.com")
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match=r"acme.*, not of .*other"):
            open_it(there)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """What it may mean is not known here."""
    there = made(tmp_path)
    pragma(there.path, "user_version = 7")
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match=r"newer auditql \(format 7"):
            open_it(there)


@pytest.mark.parametrize("content", [b"{}\n" * 999, b"\0" * 8192, b"SQLite format 3"])
def test_another_file_is_no_mirror(tmp_path: Path, content: bytes) -> None:
    """It is refused and stays as it is."""
    there = place(tmp_path)
    there.path.parent.mkdir(mode=0o700)
    there.path.write_bytes(content)
    there.path.chmod(0o600)
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match="is no mirror of auditql"):
            open_it(there)
    assert content == there.path.read_bytes()


def test_another_database_is_no_mirror(tmp_path: Path) -> None:
    """Even one with tables in it."""
    there = place(tmp_path)
    there.path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(there.path)) as connection:
        connection.execute("CREATE TABLE meta (key, value)")
    there.path.chmod(0o600)
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match="is no mirror of auditql"):
            open_it(there)


def test_a_file_that_is_cut_is_damaged(tmp_path: Path) -> None:
    """It says how to have it whole again."""
    there = made(tmp_path)
    os.truncate(there.path, there.path.stat().st_size - 4096)
    for open_it in (Mirror, opened):
        with pytest.raises(
            MirrorDamaged, match=r"is damaged: .*auditql mirror rebuild"
        ):
            open_it(there)


def test_what_others_can_read_is_refused(tmp_path: Path) -> None:
    """A company's log is not for everybody on the machine."""
    there = made(tmp_path)
    there.path.chmod(0o640)
    with pytest.raises(ConfigurationError, match=r"others can read .*chmod 600"):
        Mirror(there)


def test_a_folder_that_others_can_write_in_is_refused(tmp_path: Path) -> None:
    """They could put another file there."""
    there = made(tmp_path)
    there.path.parent.chmod(0o777)
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match=r"others can write .*chmod 700"):
            open_it(there)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", ".lock"])
def test_a_link_is_not_followed(tmp_path: Path, suffix: str) -> None:
    """Neither in place of the file nor of those beside it."""
    there = made(tmp_path)
    path = there.path.with_name(there.path.name + suffix)
    target = tmp_path / "target"
    if path.exists():
        shutil.move(path, target)
    path.symlink_to(target)
    for open_it in (Mirror, opened):
        with pytest.raises(ConfigurationError, match="symbolic link"):
            open_it(there)
    assert suffix == "" or not target.exists() or target.stat().st_size < 20


def test_what_is_made_is_for_us_alone(tmp_path: Path) -> None:
    """Files 0600, folders 0700, also those beside it while it is open."""
    there = Place(tmp_path / "a" / "b" / "m.sqlite", "https://acme.zendesk.com")
    old = os.umask(0)
    try:
        with closing(opened(there)) as writer:
            fill(writer, found(), START, END)
            modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.rglob("*")}
    finally:
        os.umask(old)
    assert {"a": 0o700, "b": 0o700} == {n: modes.pop(n) for n in ("a", "b")}
    assert {"m.sqlite", "m.sqlite-wal", "m.sqlite-shm", "m.sqlite.lock"} == set(modes)
    assert {0o600} == set(modes.values())


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """By its process; when that one is done, it may write."""
    there = place(tmp_path)
    with closing(opened(there)):
        words = f"being written by process {os.getpid()};"
        with pytest.raises(ConfigurationError, match=words):
            opened(there)
    opened(there).close()


def test_a_reader_sees_one_moment_while_another_writes(tmp_path: Path) -> None:
    """Within a snapshot rows and covered time agree; the next one sees more."""
    there = place(tmp_path)
    middle = (START + END) // 2
    with closing(opened(there)) as writer:
        fill(writer, found(), middle, END)
        with closing(Mirror(there)) as mirror:
            with mirror.snapshot():
                before = held(mirror)
                assert (Interval(middle, END),) == mirror.covered()
                fill(writer, found(), START, middle)
                assert len(before) == len(held(mirror))
                assert (Interval(middle, END),) == mirror.covered()
            assert len(held(mirror)) == 200 > len(before)
            assert (Interval(START, END),) == mirror.covered()


def test_codes_that_were_given_out_again_are_read_anew(tmp_path: Path) -> None:
    """An open reader does not take a pruned text for the one that has its code."""
    there = place(tmp_path)
    with closing(opened(there)) as writer:
        fill(writer, found(), START, END)
        with closing(Mirror(there)) as mirror:
            held(mirror)
            writer.prune(END)
            assert [] == held(mirror)
            others = found(seed=2)
            fill(writer, others, START, END)
            assert [r.raw for r in others] == [r.raw for r in held(mirror)]


def test_a_clock_that_is_ahead_or_went_back_is_refused(tmp_path: Path) -> None:
    """What has settled cannot be said; nothing is written."""
    there = made(tmp_path)
    with closing(opened(there)) as writer:
        with pytest.raises(RunError, match="more than a day ahead"):
            writer.begin(Interval(END, None), NOW_S + 90_000)
        with pytest.raises(RunError, match="went back"):
            writer.begin(Interval(END, None), END - 1)
        assert (Interval(START, END),) == writer.covered()


def test_what_has_not_settled_is_not_covered(tmp_path: Path) -> None:
    """The last 300 seconds of the server's time; their records are left out."""
    there = place(tmp_path)
    second = {"created_at": "2026-03-01T08:00:00Z"}
    (old,) = records([{"id": 1, **second}])
    (young,) = records([{"id": 2, "created_at": "2026-03-01T08:00:01Z"}])
    with closing(opened(there)) as writer:
        filling = writer.begin(Interval(0, None), old.created_s + 301)
        assert old.created_s + 1 == filling.top_s
        assert 1 == writer.page([young, old], 0).new
        assert (Interval(0, old.created_s + 1),) == writer.covered()
        with closing(Mirror(there)) as mirror:
            assert [1] == [record.id for record in held(mirror)]


def test_every_error_is_of_the_tree(tmp_path: Path) -> None:
    """A name that no system takes is an error like any other."""
    there = Place(tmp_path / "a\0b" / "m.sqlite", "https://acme.zendesk.com")
    for open_it in (Mirror, opened):
        with pytest.raises(AuditQLError):
            open_it(there)

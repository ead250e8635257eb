"""Disks that are full, fail, or are closed: words for each, and nothing is lost."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kept import fill, held, opened, place, records

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.errors import ConfigurationError, OutputError, RunError
from auditql.providers.mirror.opening import Mirror, Place
from auditql.providers.mirror.rebuilding import _put
from auditql.providers.mirror.verify import verify
from auditql.providers.mirror.writer import MirrorWriter
from auditql.runtime.mirrors import place_at

START, END = 1_772_000_000, 1_772_100_000


@pytest.fixture(scope="module")
def found() -> list[Record]:
    """More than fits on the disks of these tests."""
    return records(generate(1, 3_000, START, END - 1, subdomain="acme"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    yield from _mounted(folder, "size=512k,mode=700")


def _mounted(folder: Path, options: str) -> Iterator[Path]:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, check=False, capture_output=True)
    except OSError as error:
        pytest.skip(f"nothing can be mounted here: {error}")
    if done.returncode:
        pytest.skip("nothing can be mounted here without rights")
    try:
        yield folder
    finally:
        command = ["umount", "-l", str(folder)]
        subprocess.run(command, check=True)


def _check_prefix(there: Place, found: list[Record], writer: MirrorWriter) -> None:
    """What is covered is there, whole, and not all of it."""
    (covered,) = writer.covered()
    assert covered.start is not None
    assert START < covered.start
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        expected = [r.raw for r in found if r.created_s >= covered.start]
        assert expected == [r.raw for r in held(mirror)]


def test_a_limit_of_pages_keeps_what_was_written(
    tmp_path: Path, found: list[Record]
) -> None:
    """The page without room is not kept at all; with room again, the rest is read."""
    there = place(tmp_path)
    with closing(opened(there)) as writer:
        execute = writer._store.connection.execute
        (pages,) = execute("PRAGMA page_count").fetchone()
        execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(OutputError, match="disk is full"):
            fill(writer, found, START, END)
        _check_prefix(there, found, writer)
        execute("PRAGMA max_page_count = 100000")
        fill(writer, found, START, END)
        with closing(Mirror(there)) as mirror:
            assert verify(mirror).is_sound
            assert [r.raw for r in found] == [r.raw for r in held(mirror)]


def test_a_full_disk_keeps_what_was_written(
    small_disk: Path, found: list[Record]
) -> None:
    """A mirror of what fits; it can be read, verified, and refuses to be vacuumed."""
    there = place(small_disk)
    with closing(opened(there)) as writer:
        with pytest.raises(OutputError, match="disk is full"):
            fill(writer, found, START, END)
        _check_prefix(there, found, writer)


def test_a_full_disk_has_no_room_for_a_mirror(small_disk: Path) -> None:
    """It is said; what was begun is no mirror."""
    (small_disk / "else").write_bytes(b"x" * 480 * 1024)
    with pytest.raises(OutputError, match="disk is full"):
        opened(place(small_disk))
    with pytest.raises(RunError, match="could not be read: the disk is full"):
        Mirror(place(small_disk))
    (small_disk / "else").unlink()
    with pytest.raises(ConfigurationError, match="no mirror of"):
        Mirror(place(small_disk))


def test_a_full_disk_keeps_what_is_made_anew_away(
    small_disk: Path, found: list[Record]
) -> None:
    """The new file is not put in the place of one that is only short of room."""
    there, other = place(small_disk), place(small_disk / "new")
    for one, part in ((there, found[:200]), (other, found[:100])):
        with closing(opened(one)) as writer:
            fill(writer, part, part[-1].created_s, END)
    rest = os.statvfs(small_disk)
    (small_disk / "else").write_bytes(b"x" * (rest.f_bavail - 9) * rest.f_frsize)
    with pytest.raises(OutputError, match="disk is full"):
        _put(other.path, there)
    (small_disk / "else").unlink()
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert [r.raw for r in found[:200]] == [r.raw for r in held(mirror)]


def test_a_disk_that_fails_is_said(tmp_path: Path, found: list[Record]) -> None:
    """Writing beyond a limit of the system fails as a broken disk does."""
    there = place(tmp_path)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(opened(there)) as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, most))
        try:
            with pytest.raises(OutputError, match="could not be written: disk I/O"):
                fill(writer, found, START, END)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        _check_prefix(there, found, writer)
        fill(writer, found, START, END)
        with closing(Mirror(there)) as mirror:
            assert verify(mirror).is_sound
            assert [r.raw for r in found] == [r.raw for r in held(mirror)]


def test_a_disk_that_is_read_only_can_be_read(
    tmp_path: Path, found: list[Record]
) -> None:
    """A reader needs to write nothing there; who would write is told."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    for disk in _mounted(folder, "size=8m,mode=700"):
        there = place(disk)
        with closing(opened(there)) as writer:
            fill(writer, found, START, END)
        command = ["mount", "-o", "remount,ro", str(disk)]
        subprocess.run(command, check=True)
        with closing(Mirror(there)) as mirror:
            assert len(found) == len(held(mirror))
            assert verify(mirror).is_sound
        assert there == place_at(there.path)
        with pytest.raises(ConfigurationError, match="cannot be used: Read-only"):
            opened(there)


def _closed_with_log(folder: Path, found: list[Record], log: bytes) -> Iterator[Place]:
    """A mirror on a disk that is read-only, as a run that was killed left it."""
    folder.mkdir(mode=0o700)
    for disk in _mounted(folder, "size=8m,mode=700"):
        there = place(disk)
        with closing(opened(there)) as writer:
            fill(writer, found, START, END)
        there.log.write_bytes(log)
        there.log.chmod(0o600)
        command = ["mount", "-o", "remount,ro", str(disk)]
        subprocess.run(command, check=True)
        yield there


def test_an_empty_log_on_a_closed_disk_is_no_bar(
    tmp_path: Path, found: list[Record]
) -> None:
    """Nothing is left to be read from it."""
    for there in _closed_with_log(tmp_path / "disk", found, b""):
        with closing(Mirror(there)) as mirror:
            assert len(found) == len(held(mirror))


def test_a_log_on_a_closed_disk_is_to_be_read_first(
    tmp_path: Path, found: list[Record]
) -> None:
    """Without it the mirror would say what was so before: where to read it is said."""
    for there in _closed_with_log(tmp_path / "disk", found, b"x" * 99):
        with pytest.raises(ConfigurationError, match="where its folder can be written"):
            Mirror(there)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_can_be_read(
    tmp_path: Path, found: list[Record]
) -> None:
    """The same where the folder's mode says so."""
    there = place(tmp_path)
    with closing(opened(there)) as writer:
        fill(writer, found, START, END)
    there.lock.unlink()
    there.path.parent.chmod(0o500)
    try:
        with closing(Mirror(there)) as mirror:
            assert len(found) == len(held(mirror))
        assert there == place_at(there.path)
        with pytest.raises(ConfigurationError, match="cannot be used: Permission"):
            opened(there)
    finally:
        there.path.parent.chmod(0o700)

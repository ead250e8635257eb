"""A mirror made anew, and damage that no write may hide."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from kept import NOW_S, exactly, fill, held, opened, place, records

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.errors import ConfigurationError, MirrorDamaged, RunError
from auditql.plan.model import Interval
from auditql.providers.mirror import opening
from auditql.providers.mirror.opening import Mirror, Place
from auditql.providers.mirror.rebuilding import Rebuilt, _put, rebuild
from auditql.providers.mirror.tidying import FEWEST
from auditql.providers.mirror.verify import verify

START, END = 1_772_000_000, 1_772_100_000
PART = (END - START) // FEWEST


def found() -> list[Record]:
    """The records of the account."""
    return records(generate(6, 400, START, END - 1, subdomain="acme"))


def made(folder: Path) -> Place:
    """A mirror of several slices."""
    there = place(folder)
    with closing(opened(there)) as writer:
        for start in range(END - PART, START - 1, -PART):
            fill(writer, found(), start, start + PART)
    return there


def change(there: Place, sql: str) -> None:
    """Change what a mirror holds, without its knowledge."""
    with closing(sqlite3.connect(there.path)) as connection, connection:
        connection.execute(sql)


def rebuilt(there: Place) -> Rebuilt:
    """A mirror made anew."""
    return rebuild(there, clock=lambda: NOW_S)


DAMAGE = {
    "another value": "UPDATE record SET actor_id = 5 WHERE created_s = "
    "(SELECT min(created_s) FROM record WHERE actor_id != 5)",
    "a record less": "DELETE FROM record WHERE created_s = "
    "(SELECT min(created_s) FROM record)",
    "no such text": "UPDATE record SET action = 99 WHERE created_s = "
    "(SELECT min(created_s) FROM record)",
    "no such shape": "UPDATE record SET shape = 99 WHERE created_s = "
    "(SELECT min(created_s) FROM record)",
}
"""What changes a record of the oldest slice."""


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_slice_is_found_dropped_and_read_again(
    tmp_path: Path, damage: str
) -> None:
    """Only that slice; then all is as it was."""
    there = made(tmp_path)
    change(there, DAMAGE[damage])
    with closing(Mirror(there)) as mirror:
        verified = verify(mirror)
    assert (Interval(START, START + PART),) == verified.damaged
    with closing(opened(there)) as writer:
        writer.drop(verified.damaged)
        assert (Interval(START + PART, END),) == writer.covered()
        with closing(Mirror(there)) as mirror:
            assert verify(mirror).is_sound
        fill(writer, found(), START, START + PART)
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert list(map(exactly, found())) == list(map(exactly, held(mirror)))


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_slice_is_left_out_of_what_is_made_anew(
    tmp_path: Path, damage: str
) -> None:
    """What is lost is named; who has the file open reads on."""
    there = made(tmp_path)
    change(there, DAMAGE[damage])
    expected = [exactly(r) for r in found() if r.created_s >= START + PART]
    with closing(Mirror(there)) as reader:
        assert Rebuilt(len(expected), (Interval(START, START + PART),)) == rebuilt(
            there
        )
        assert expected == list(map(exactly, held(reader)))
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert expected == list(map(exactly, held(mirror)))


SAID = {
    "a slice is gone": "DELETE FROM slice WHERE start_s = "
    "(SELECT min(start_s) FROM slice)",
    "a slice claims more": f"UPDATE slice SET end_s = {END + 9} WHERE end_s = {END}",
    "the last sync was later": "UPDATE meta SET value = 5 WHERE key = 'last_sync_s'",
    "a text is there twice": "INSERT INTO text_action (hash, value) "
    "SELECT hash, value FROM text_action LIMIT 1",
    "a text has another hash": "UPDATE text_action SET hash = 1",
    "a text is none": "UPDATE text_action SET value = x'ff'",
    "an index is gone": "DROP INDEX record_id",
    "a record lies outside": "INSERT INTO record (created_s, id, variant, shape) "
    "VALUES (1, 1, 0, 1)",
    "a record is at another time": "UPDATE record SET created_s = created_s + 1 "
    "WHERE created_s = (SELECT max(created_s) FROM record)",
}
"""What changes what a mirror says of itself, or how records are found."""


@pytest.mark.parametrize("damage", SAID)
def test_what_is_wrong_with_the_file_is_found_and_made_anew(
    tmp_path: Path, damage: str
) -> None:
    """Whatever it was, the new file is sound, and the account's records complete it."""
    there = made(tmp_path)
    change(there, SAID[damage])
    with closing(Mirror(there)) as mirror:
        assert not verify(mirror).is_sound
    rebuilt(there)
    with closing(opened(there)) as writer:
        fill(writer, found(), START, END)
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert (Interval(START, END),) == mirror.covered()
        assert list(map(exactly, found())) == list(map(exactly, held(mirror)))


@pytest.mark.parametrize("damage", ["a slice is gone", "the last sync was later"])
def test_a_broken_seal_is_not_written_over(tmp_path: Path, damage: str) -> None:
    """Who would write is told; a new seal would hide it."""
    there = made(tmp_path)
    change(there, SAID[damage])
    with pytest.raises(MirrorDamaged, match="its seal is broken"):
        opened(there)


def test_no_digest_is_made_of_what_is_damaged(tmp_path: Path) -> None:
    """Neither by pruning a part, nor by putting slices together, nor by adding."""
    there = made(tmp_path)
    change(there, DAMAGE["another value"])
    with closing(opened(there)) as writer:
        with pytest.raises(MirrorDamaged):
            writer.prune(START + PART - 1)
        with pytest.raises(MirrorDamaged):
            writer.begin(Interval(START, END), NOW_S)  # puts slices together
    with closing(Mirror(there)) as mirror:
        assert (Interval(START, START + PART),) == verify(mirror).damaged


def _cut_page_size(content: bytearray) -> None:
    content[17] ^= 1


def _cut_first_page(content: bytearray) -> None:
    content[100:4096] = bytes(3996)


@pytest.mark.parametrize("cut", [_cut_page_size, _cut_first_page])
def test_a_file_that_cannot_be_opened_is_made_anew(
    tmp_path: Path, cut: Callable[[bytearray], None]
) -> None:
    """Empty, for nothing of it can be read."""
    there = made(tmp_path)
    content = bytearray(there.path.read_bytes())
    cut(content)
    there.path.write_bytes(content)
    with pytest.raises(MirrorDamaged):
        Mirror(there)
    with pytest.raises(MirrorDamaged):
        opened(there)
    assert Rebuilt(0, ()) == rebuilt(there)
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert () == mirror.covered()
    assert 0o600 == there.path.stat().st_mode & 0o777
    there_now = set(there.path.parent.iterdir())
    assert there_now <= {there.path, there.lock, *there.beside}


def test_nothing_is_made_anew_of_what_is_no_mirror(tmp_path: Path) -> None:
    """A damaged file of somebody else's stays as it is, another account's as well."""
    there = made(tmp_path)
    content = bytearray(there.path.read_bytes())
    content[68:72] = bytes(4)
    content[100:4096] = bytes(3996)
    there.path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is no mirror"):
        rebuilt(there)
    assert bytes(content) == there.path.read_bytes()
    other = made(tmp_path / "other")
    with pytest.raises(ConfigurationError, match="not of https://else"):
        rebuilt(Place(other.path, "https://else.zendesk.com"))


def test_where_no_mirror_is_an_empty_one_is_made(tmp_path: Path) -> None:
    """Also where one that was begun and killed lies around."""
    there = place(tmp_path)
    there.path.parent.mkdir(mode=0o700)
    there.path.with_name(f".{there.path.name}.new").write_bytes(b"half")
    assert Rebuilt(0, ()) == rebuilt(there)
    with closing(Mirror(there)) as mirror:
        assert () == mirror.covered()


def test_a_mirror_that_is_written_is_not_made_anew(tmp_path: Path) -> None:
    """It has one writer, and that is another."""
    there = made(tmp_path)
    with closing(opened(there)), pytest.raises(ConfigurationError, match="by process"):
        rebuilt(there)


def test_a_lock_of_another_program_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, nobody waits for ever, and the mirror stays as it was."""
    monkeypatch.setattr(opening, "BUSY_S", 0.0)
    there = made(tmp_path)
    with closing(sqlite3.connect(there.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RunError, match="is held by another program; try again"):
            rebuilt(there)
    check_whole(there)


def test_the_old_file_stays_until_the_new_one_is_in_its_place(tmp_path: Path) -> None:
    """Also where that cannot be."""
    there = made(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        _put(tmp_path / "none", there)
    check_whole(there)


def check_whole(there: Place) -> None:
    """See that a mirror holds all that was put into it."""
    with closing(Mirror(there)) as mirror:
        assert verify(mirror).is_sound
        assert list(map(exactly, found())) == list(map(exactly, held(mirror)))


def test_what_sqlite_says_of_small_slices_is_said(tmp_path: Path) -> None:
    """Before a window is read they are put together: errors have the file's name."""
    there = made(tmp_path)
    with closing(opened(there)) as writer:
        change(there, "ALTER TABLE slice RENAME COLUMN read_s TO gone")
        with pytest.raises(MirrorDamaged, match="no such column: read_s"):
            writer.begin(Interval(START, END), NOW_S)

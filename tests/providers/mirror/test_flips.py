"""A bit that flips in a mirror is found, or nothing that is said changes."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from kept import exactly, fill, held, opened, place, records

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.errors import ConfigurationError, MirrorDamaged
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror, meta
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.rebuilding import rebuild
from auditql.providers.mirror.schema import DICTIONARIES
from auditql.providers.mirror.texts import stored
from auditql.providers.mirror.verify import verify

START, END = 1_772_000_000, 1_772_100_000
PART = 10_000


def _made(folder: Path) -> Place:
    """A mirror of several slices, with free pages, a conflict and further fields."""
    raws: list[dict[str, object]] = [
        dict(raw) for raw in generate(3, 300, START, END - 1, subdomain="acme")
    ]
    rng = Random(3)
    for raw in rng.sample(raws, 30):
        raw[f"further_{rng.randrange(4)}"] = [rng.random(), None, "\ud800"]
    made = records(raws)
    other = records([{**made[50].raw, "action_label": "Otherwise"}])
    writer = opened(place(folder))
    fill(writer, records({**r.raw, "actor_name": f"Old {r.id}"} for r in made), 0, END)
    writer.prune(END)
    for start in range(END - PART, START - PART, -PART):
        fill(writer, [*other, *made], start, start + PART)
    writer.close()
    return place(folder)


def _said(mirror: Mirror) -> object:
    """All that a mirror says, also by way of each index."""
    with mirror.snapshot():
        execute = mirror.connection.execute
        rows = execute(
            "SELECT id, created_s, variant FROM record INDEXED BY record_id "
            "WHERE id > -1 ORDER BY id"
        ).fetchall()
        actions = execute(
            "SELECT id FROM record INDEXED BY record_action WHERE action > -1"
        ).fetchall()
        conflicts = execute("SELECT id FROM record WHERE variant > 0").fetchall()
        texts = [
            execute(f"SELECT code, hash, value FROM {table} ORDER BY code").fetchall()
            for table in DICTIONARIES
        ]
        slices = execute("SELECT * FROM slice ORDER BY start_s").fetchall()
        said = meta(mirror.connection)
    found = [exactly(record) for record in held(mirror)]
    return (found, mirror.covered(), said, rows, actions, conflicts, slices, texts)


def _flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def _check_flip(clean: Path, folder: Path, bit: int, said: object) -> str:
    """How a flip was found; empty if it was not, and then nothing may differ."""
    there = place(folder)
    shutil.copyfile(clean, there.path)
    _flip(there.path, bit)
    try:
        mirror = Mirror(there)
    except MirrorDamaged:
        return "opening"
    except ConfigurationError:
        return "opening as another"
    try:
        found = verify(mirror)
        if found.damaged:
            return "slice"
        if found.faults:
            return "file"
        assert said == _said(mirror), f"bit {bit} changes what is said, unnoticed"
    finally:
        mirror.close()
    return ""


def _flips(folder: Path, choose: Callable[[int], list[int]]) -> dict[str, int]:
    clean = _made(folder / "clean").path
    mirror = Mirror(place(folder / "clean"))
    said = _said(mirror)
    mirror.close()
    target = place(folder / "flipped")
    target.path.parent.mkdir(mode=0o700, parents=True)
    target.path.touch(0o600)
    ways: dict[str, int] = {}
    for bit in choose(8 * clean.stat().st_size):
        way = _check_flip(clean, folder / "flipped", bit, said)
        ways[way] = ways.get(way, 0) + 1
    return ways


def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """60 bits anywhere in the file."""
    rng = Random(1)
    ways = _flips(tmp_path, lambda bits: [rng.randrange(bits) for _ in range(60)])
    assert ways["slice"], "records are hit"
    assert ways["file"], "and the rest of the file"


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_are_found_or_change_nothing(tmp_path: Path, seed: int) -> None:
    """Every bit of the first page's header, and 300 anywhere."""
    rng = Random(100 + seed)
    ways = _flips(
        tmp_path,
        lambda bits: [
            *range(seed, 800, 4),
            *(rng.randrange(bits) for _ in range(300)),
        ],
    )
    assert ways["slice"] > 25
    assert ways["file"] > 25


def test_a_bit_of_each_text_is_found(tmp_path: Path) -> None:
    """Wherever a text of a record stands in the file, also where it is short."""
    clean = _made(tmp_path / "clean")
    mirror = Mirror(clean)
    texts = {
        value
        for table in DICTIONARIES
        for (value,) in mirror.connection.execute(f"SELECT value FROM {table}")
    }
    mirror.close()
    content = clean.path.read_bytes()
    rng = Random(5)
    target = place(tmp_path / "flipped")
    target.path.parent.mkdir(mode=0o700, parents=True)
    target.path.touch(0o600)
    for text in rng.sample(sorted(texts, key=str), 40):
        data = text if isinstance(text, bytes) else str(text).encode()
        at = content.find(data)
        assert at >= 0, "each is there in one piece"
        bit = 8 * (at + rng.randrange(len(data))) + rng.randrange(8)
        assert _check_flip(clean.path, tmp_path / "flipped", bit, None), text


def test_a_rebuilt_mirror_holds_what_was_whole(tmp_path: Path) -> None:
    """The slices that the flip did not reach, as they were; the others are named."""
    there = _made(tmp_path)
    mirror = Mirror(there)
    before = [exactly(record) for record in held(mirror)]
    covered = mirror.covered()
    mirror.close()
    content = there.path.read_bytes()
    rng = Random(9)
    bits = [rng.randrange(8 * 4096, 8 * len(content)) for _ in range(12)]
    for bit in [*bits, *(rng.randrange(8 * 4096) for _ in range(40))]:
        there.path.write_bytes(content)
        _flip(there.path, bit)
        flipped = there.path.read_bytes()
        try:
            rebuilt = rebuild(there)
        except ConfigurationError:  # it says that it is another's
            assert bit < 8 * 4096
            assert flipped == there.path.read_bytes()
            continue
        mirror = Mirror(there)
        assert verify(mirror).is_sound
        kept = [exactly(record) for record in held(mirror)]
        assert rebuilt.records == len(kept)
        lost = [one for one in before if one not in kept]
        assert [one for one in before if one not in lost] == kept
        if bit >= 8 * 4096 or kept:  # else it could not be opened, to say what
            times = rebuilt.lost
            assert all(any(t.start <= one[1] < t.end for t in times) for one in lost)
            assert bool(times) == (mirror.covered() != covered)
        mirror.close()


@pytest.mark.parametrize("seed", range(2))
def test_a_flip_in_the_log_costs_the_last_pages_at_most(
    tmp_path: Path, seed: int
) -> None:
    """A kill leaves a log: what it says from the flip on is not there, or is found."""
    made = records(generate(4, 2_500, START, END - 1, subdomain="acme"))
    there, target = place(tmp_path / "open"), place(tmp_path / "flipped")
    target.path.parent.mkdir(mode=0o700, parents=True)
    rng = Random(seed)
    shorter = 0
    with closing(opened(there)) as writer:
        fill(writer, made, START, END, page=25)
        log = there.log.read_bytes()
        assert len(log) > 100_000, "pages that the file does not have yet"
        for _ in range(8):
            bit = rng.randrange(8 * len(log))
            shutil.copyfile(there.path, target.path)
            target.log.write_bytes(log)
            _flip(target.log, bit)
            for path in (target.path, target.log):
                path.chmod(0o600)
            shorter += _check_log(target, made)
            for path in target.beside:
                path.unlink(missing_ok=True)
    assert shorter, "some flips are within what was written last"


def _check_log(there: Place, made: list[Record]) -> bool:
    """Whether less is covered; what is, is there, or verify says that it is not."""
    try:
        mirror = Mirror(there)
    except MirrorDamaged:
        return True
    with closing(mirror):
        if not verify(mirror).is_sound:
            return True
        covered = mirror.covered()
        expected = [
            exactly(record)
            for record in made
            if any(i.start <= record.created_s < i.end for i in covered)
        ]
        assert expected == [exactly(record) for record in held(mirror)]
        return covered != (Interval(START, END),)


def test_a_text_that_bytes_hold_is_text_again() -> None:
    """NUL and half a pair of surrogates are kept as bytes, all else as text."""
    assert "é" == stored("é")
    assert b"a\0b" == stored("a\0b")
    assert b"\xed\xa0\x80" == stored("\ud800")

"""What is pruned leaves the file, whatever was in the way of it at first."""

from contextlib import closing
from pathlib import Path

import pytest
from kept import fill, opened, place, records

from auditql.emulator.generator import generate
from auditql.errors import OutputError
from auditql.plan.model import Interval
from auditql.providers.mirror import opening, pruning
from auditql.providers.mirror.opening import Mirror, Place
from auditql.providers.mirror.pruning import Pruned

START, END = 1_772_000_000, 1_772_100_000
MIDDLE = (START + END) // 2
WORD = "the word that has to go"
MARK = WORD.encode()


def made(folder: Path) -> Place:
    """A mirror whose older half has a word of its own, in many texts."""
    there = place(folder)
    raws = []
    for raw in generate(3, 600, START, END - 1, subdomain="acme"):
        (record,) = records([raw])
        if record.created_s < MIDDLE:
            raw["change_description"] = f"{WORD} {record.id} " * 20
        raws.append(raw)
    with closing(opened(there)) as writer:
        fill(writer, records(raws), START, END)
    assert MARK in there.path.read_bytes()
    return there


def pruned(there: Place) -> Pruned:
    """What a run took out."""
    with closing(opened(there)) as writer:
        return writer.prune(MIDDLE)


def test_a_prune_that_could_not_shrink_the_file_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one does, though it has nothing to take out."""
    there = made(tmp_path)
    before = there.path.stat().st_size

    def full(_store: object) -> None:
        raise OutputError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(pruning, "_shrink", full)
        with pytest.raises(OutputError):
            pruned(there)
    assert before == there.path.stat().st_size
    assert Pruned(0, ()) == pruned(there)
    assert before > 2 * there.path.stat().st_size


def test_a_reader_in_the_way_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken out is in the file until it ends and another prune is run."""
    monkeypatch.setattr(opening, "BUSY_S", 0.0)
    there = made(tmp_path)
    with closing(Mirror(there)) as idle:
        with closing(Mirror(there)) as mirror, mirror.snapshot():
            found = pruned(there)
            assert (Interval(START, MIDDLE),) == found.intervals
            assert not found.is_overwritten
            assert MARK in there.path.read_bytes()
        assert Pruned(0, ()) == pruned(there)
        assert idle.covered() == (Interval(MIDDLE, END),)
        for path in (there.path, there.log):
            assert MARK not in path.read_bytes()

"""When a checkpoint is kept, and when a signal is obeyed."""

import json
import os
from pathlib import Path

import pytest

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.errors import ConfigurationError
from auditql.plan.reader import Statistics
from auditql.results import position
from auditql.results.formats import Begun
from auditql.results.position import Position
from auditql.runtime.checkpoint import Asking, Checkpoint
from auditql.runtime.checkpoint_files import load
from auditql.runtime.writer import FileWriter
from auditql.shell.interrupts import Interrupts
from auditql.shell.keeping import Keeper, Resumed
from auditql.shell.report import clock_warning

ASKING = Asking("", (), 0, None, None, "jsonl", None, False, "a", "b", "c")


class Kept:
    """A keeper of a file, its clock, and what it has on the disk."""

    def __init__(self, file: FileWriter, warned: list[Diagnostic]) -> None:
        self.now = 100.0
        self.statistics = Statistics()
        self.file = file
        self.keeper = Keeper(
            ASKING,
            None,
            file,
            manifest=False,
            statistics=self.statistics,
            warned=warned,
            clock=lambda: self.now,
        )

    def row(self, number: int) -> None:
        """One more row is written and flushed."""
        self.file.write(f"{number}\n")
        self.file.flush()
        self.keeper.wrote(Position(number, number, (number,)), Begun())
        self.keeper.flushed()

    @property
    def rows(self) -> int | None:
        """Those of the checkpoint; None where there is none."""
        if not self.file.resume.exists():
            return None
        return load(self.file.resume).position.rows


def test_a_checkpoint_is_kept_at_once_and_then_every_second(tmp_path: Path) -> None:
    """Its rows are on the disk before it is, and it never says more than they."""
    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, [])
        assert kept.rows is None
        for number, after_s, expected in [
            (1, 0.0, 1),
            (2, 0.5, 1),
            (3, 0.4, 1),
            (4, 0.2, 4),
            (5, 0.9, 4),
        ]:
            kept.now += after_s
            kept.row(number)
            assert expected == kept.rows
            written = load(file.resume).written
            assert written is not None
            assert 2 * expected == written.bytes
        assert str(tmp_path / "rows") == kept.keeper.stopped()
        assert 5 == kept.rows


def test_rows_are_on_the_disk_before_the_checkpoint_that_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between the two leaves rows too many, never too few."""
    events = []
    synced = os.fsync

    def sync(descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        events.append("rows" if inode == file.part.stat().st_ino else "other")
        synced(descriptor)

    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, [])
        monkeypatch.setattr(os, "fsync", sync)
        kept.row(1)
    assert ["rows", "other", "other"] == events  # the checkpoint, then its folder


def test_the_earliest_time_of_the_server_is_claimed(tmp_path: Path) -> None:
    """What a later run reads does not make older rows any more complete."""
    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, [])
        kept.statistics.server_s = 1000
        kept.row(1)
        assert 1000 == load(file.resume).server_s


@pytest.mark.parametrize(
    ("earlier_s", "now_s", "expected"),
    [(1000, 2000, 1000), (None, 2000, None), (1000, None, 1000)],
)
def test_rows_of_an_earlier_run_are_claimed_by_its_time_alone(
    earlier_s: int | None, now_s: int | None, expected: int | None, tmp_path: Path
) -> None:
    """Where that run was told no time, nothing is claimed."""
    kept = Checkpoint(ASKING, Position(1, 1, (1,)), Begun(), None, earlier_s, False)
    keeper = Keeper(
        ASKING,
        Resumed(tmp_path / "x.resume", kept),
        None,
        manifest=False,
        statistics=Statistics(server_s=now_s),
        warned=[],
        clock=lambda: 0.0,
    )
    assert expected == keeper.server_s


def test_a_read_out_of_order_is_not_gone_on_with(tmp_path: Path) -> None:
    """What is out does not say then what is missing."""
    warned = [Diagnostic(Code.OUT_OF_ORDER, "x", severity=Severity.WARNING)]
    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, warned)
        kept.row(1)
        assert kept.rows is None
        assert kept.keeper.stopped() is None


def test_a_second_of_too_many_records_keeps_the_place_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkpoint stays small; going on reads that second again."""
    monkeypatch.setattr(position, "MOST_IDS", 3)
    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, [])
        kept.row(1)
        kept.now += 5
        kept.keeper.wrote(Position(9, 2, (1, 2, 3, 4)), Begun())
        kept.keeper.flushed()
        assert 1 == kept.rows
        assert str(tmp_path / "rows") == kept.keeper.stopped()
        assert 1 == kept.rows


def test_a_checkpoint_that_cannot_be_kept_is_told_and_the_read_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before stays, whole."""
    with FileWriter(str(tmp_path / "rows")) as file:
        kept = Kept(file, [])
        kept.row(1)
        kept.now += 5
        with monkeypatch.context() as patch:

            def full(_descriptor: int) -> None:
                raise OSError(28, os.strerror(28))

            patch.setattr("auditql.runtime.profiles.private.os.fsync", full)
            patch.setattr(file, "sync", lambda: None)
            kept.row(2)
        assert "No space left" in str(kept.keeper.trouble)
        assert 1 == kept.rows
        assert {"rows.part", "rows.part.resume"} == {p.name for p in tmp_path.iterdir()}
        json.loads(file.resume.read_bytes())


def test_a_signal_waits_for_what_must_not_be_divided() -> None:
    """At once outside; inside once it is done; an error of its own comes first."""
    interrupts = Interrupts()
    with pytest.raises(KeyboardInterrupt):
        interrupts.came()
    done = []

    def step() -> None:
        with interrupts:
            interrupts.came()
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        step()
    assert ["whole"] == done

    def fails() -> None:
        with interrupts:
            interrupts.came()
            raise ConfigurationError("own")

    with pytest.raises(ConfigurationError, match="own"):
        fails()
    with interrupts:
        done.append("again")


@pytest.mark.parametrize(
    ("expected", "local_s", "server_s"),
    [
        (None, 1000, None),
        (None, 1060, 1000),
        (None, 940, 1000),
        ("1,061 s ahead of the server's", 2061, 1000),
        ("61 s behind the server's", 939, 1000),
    ],
)
def test_a_clock_more_than_a_minute_off_is_told(
    expected: str | None, local_s: int, server_s: int | None
) -> None:
    """Relative times follow this machine's clock, so it matters."""
    said = clock_warning(Statistics(server_s=server_s, local_s=local_s))
    assert (said is None) if expected is None else (expected in str(said))

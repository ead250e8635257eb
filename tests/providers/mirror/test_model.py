"""A mirror after any run of operations is what a plain model of it is."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from kept import NOW_S, exactly, held, opened, place, records

from auditql.catalog.record import Record
from auditql.plan.model import Interval
from auditql.providers.mirror.digests import Kept
from auditql.providers.mirror.filling import Filling
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.pruning import Pruned
from auditql.providers.mirror.status import status
from auditql.providers.mirror.tidying import FEWEST
from auditql.providers.mirror.verify import slices, verify
from auditql.providers.mirror.writer import MirrorWriter

FIRST, LAST = 1_772_000_000, 1_772_000_080


class Model:
    """What a mirror should hold: seconds that are covered, and records."""

    def __init__(self) -> None:
        self.covered: set[int] = set()
        self.kept: list[Kept] = []

    def page(self, found: list[Record], start: int, end: int) -> tuple[int, int]:
        """Take the records of a stretch; how many were new and known."""
        new = known = 0
        for record in found:
            if start <= record.created_s < end:
                others = [kept for kept in self.kept if kept[0].id == record.id]
                if any(record.is_same(other) for other, _ in others):
                    known += 1
                    continue
                new += 1
                variants = [variant for _, variant in others]
                self.kept.append((record, max(variants, default=-1) + 1))
        self.covered.update(range(start, end))
        return new, known

    def drop(self, start: int, end: int) -> int:
        """Lose a stretch; how many records went."""
        before = len(self.kept)
        self.kept = [k for k in self.kept if not start <= k[0].created_s < end]
        self.covered.difference_update(range(start, end))
        return before - len(self.kept)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The covered stretches."""
        return tuple(
            Interval(start, next(s for s in range(start, LAST + 2) if s not in self))
            for start in sorted(self.covered)
            if start - 1 not in self
        )

    def __contains__(self, second: int) -> bool:
        return second in self.covered

    @property
    def answer(self) -> list[Record]:
        """The records in the order of answers."""
        order = sorted(self.kept, key=lambda k: (-k[0].created_s, k[0].id, k[1]))
        return [record for record, _ in order]


class Account:
    """Records that get more, and rarely other ones under an id."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.raws = [self._raw(number) for number in range(60)]

    def _raw(self, number: int) -> dict[str, object]:
        second = self.rng.randrange(FIRST, LAST)
        minute, rest = divmod(second - FIRST + 20, 60)  # FIRST is at 06:13:20
        return {
            "id": number,
            "created_at": f"2026-02-25T06:{13 + minute}:{rest:02d}Z",
            "action": self.rng.choice(["login", "update", None]),
        }

    def change(self) -> None:
        """One more record, or one that says something else than before."""
        if self.rng.random() < 0.5:
            self.raws.append(self._raw(len(self.raws)))
        else:
            self.rng.choice(self.raws)["action"] = "restored"

    @property
    def found(self) -> list[Record]:
        """What it answers now."""
        return records(dict(raw) for raw in self.raws)


def _operate(writer: MirrorWriter, model: Model, account: Account) -> None:
    """One operation on both."""
    rng = account.rng
    luck = rng.random()
    if luck < 0.15:
        account.change()
    elif luck < 0.25:
        before = rng.randrange(FIRST, LAST)
        pruned = writer.prune(before)
        gone = [i for i in model.intervals if i.start is not None and i.start < before]
        assert model.drop(FIRST, before) == pruned.records
        assert bool(gone) == bool(pruned.intervals)
    elif luck < 0.35:
        found = list(slices(writer._store.connection))
        lost = rng.sample(found, min(2, len(found)))
        dropped = writer.drop([Interval(one.start_s, one.end_s) for one in lost])
        assert dropped == sum(model.drop(one.start_s, one.end_s) for one in lost)
    else:
        _read(writer, model, account)


def _read(writer: MirrorWriter, model: Model, account: Account) -> None:
    """Read one window, or two at a time, some way down."""
    rng = account.rng
    fillings = []
    for _ in range(rng.choice([1, 1, 2])):
        start, end = sorted(rng.sample(range(FIRST, LAST + 1), 2))
        fillings.append((writer.begin(Interval(start, end), NOW_S), start))
    for filling, down_to in _steps(rng, fillings):
        if rng.random() < 0.3:
            account.change()
        expected = model.page(account.found, down_to, filling.top_s)
        added = filling.page(account.found, down_to)
        assert expected == (added.new, added.known)


def _steps(
    rng: Random, fillings: list[tuple[Filling, int]]
) -> Iterator[tuple[Filling, int]]:
    while fillings and rng.random() < 0.95:
        filling, start = rng.choice(fillings)
        yield filling, max(start, filling.top_s - rng.randrange(1, 12))
        if filling.top_s == start:
            fillings.remove((filling, start))


def _check(folder: Path, model: Model) -> None:
    with closing(Mirror(place(folder))) as mirror:
        assert model.intervals == mirror.covered()
        assert [exactly(r) for r in model.answer] == [exactly(r) for r in held(mirror)]
        assert verify(mirror).is_sound
        found = status(mirror)
        conflicts = sum(variant > 0 for _, variant in model.kept)
        assert (len(model.kept), conflicts) == (found.records, found.conflicts)


def _run(folder: Path, seed: int, operations: int) -> None:
    model, account = Model(), Account(Random(seed))
    writer = opened(place(folder))
    for number in range(operations):
        if account.rng.random() < 0.3:
            writer.close()
            writer = opened(place(folder))
        _operate(writer, model, account)
        if number % 3 == 0:
            _check(folder, model)
    writer.close()
    _check(folder, model)


@pytest.mark.parametrize("seed", range(2))
def test_a_mirror_is_what_its_model_is(tmp_path: Path, seed: int) -> None:
    """25 operations: windows in any order, two at a time, late and changed records."""
    _run(tmp_path, seed, 25)


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(100, 106))
def test_many_mirrors_are_what_their_models_are(tmp_path: Path, seed: int) -> None:
    """120 operations each."""
    _run(tmp_path, seed, 120)


def test_small_slices_are_put_together(tmp_path: Path) -> None:
    """Many that follow one another become one; what they cover stays the same."""
    account = Account(Random(5))
    with closing(opened(place(tmp_path))) as writer:
        for start in range(FIRST, FIRST + 4 * FEWEST, 4):
            writer.begin(Interval(start, start + 4), NOW_S)
            writer.page(account.found, start)
        assert FEWEST == len(list(slices(writer._store.connection)))
    with closing(opened(place(tmp_path))) as writer:
        writer.begin(Interval(LAST, LAST), NOW_S)
        assert 1 == len(list(slices(writer._store.connection)))
        assert (Interval(FIRST, FIRST + 4 * FEWEST),) == writer.covered()
    with closing(Mirror(place(tmp_path))) as mirror:
        assert verify(mirror).is_sound


def test_what_is_pruned_is_gone_from_the_file(tmp_path: Path) -> None:
    """Neither a record nor a text of it is left in any byte."""
    there = place(tmp_path)
    raws = [
        {
            "id": n,
            "created_at": f"2026-03-01T08:00:{n:02d}Z",
            "actor_name": f"Zoë-{n:02d}",
        }
        for n in range(60)
    ]
    found = records(raws)
    first = found[-1].created_s
    with closing(opened(there)) as writer:
        writer.begin(Interval(first, first + 60), NOW_S)
        writer.page(found, first)
        expected = Pruned(30, (Interval(first, first + 30),))
        assert expected == writer.prune(first + 30)
        files = [p for p in there.path.parent.iterdir() if p.suffix != ".lock"]
        content = b"".join(path.read_bytes() for path in files)
    assert [n >= 30 for n in range(60)] == [
        f"Zoë-{n:02d}".encode() in content for n in range(60)
    ]

"""Thousands of worlds in virtual time: what comes out is exact, or an error.

One seed decides all of a world; `python tests/simulation/one_seed.py SEED` runs
it again and shows what happened.
"""

from collections import Counter
from dataclasses import replace

import pytest
from ending import Ending, run
from rules import broken
from world import EPOCH_S, draw

from auditql.catalog.record import Record
from auditql.emulator.faults import Fault
from auditql.results.completeness import whole as claim_of

SMALL = 1_000
FULL = 20_000
MET = 1_000
"""How often each fault is met in the full tier, at least."""


def run_all(seeds: range) -> tuple[dict[int, str], Counter[Fault], int]:
    """A broken rule by seed, how often each fault was met, whole answers with rows."""
    wrong: dict[int, str] = {}
    met: Counter[Fault] = Counter()
    whole = 0
    for seed in seeds:
        ending = run(draw(seed))
        said = broken(ending)
        if said:
            wrong[seed] = said[0]
        met.update(ending.line.counts)
        whole += ending.error is None and bool(ending.rows)
    return wrong, met, whole


def test_every_answer_is_exact_or_an_error() -> None:
    """No rule is broken; each fault is met; a third of the answers say something."""
    wrong, met, whole = run_all(range(SMALL))
    assert {} == wrong
    assert [] == [fault for fault in Fault if met[fault] < 10]
    assert whole > SMALL / 3


@pytest.mark.full
@pytest.mark.timeout(1_200)
def test_every_answer_is_exact_or_an_error_in_many_worlds() -> None:
    """The same with twenty times the worlds; each fault is met a thousand times."""
    wrong, met, whole = run_all(range(SMALL, SMALL + FULL))
    assert {} == wrong
    assert {} == {fault: met[fault] for fault in Fault if met[fault] < MET}
    assert whole > FULL / 3


@pytest.mark.parametrize("seed", [3, 14, 159])
def test_a_seed_replays_its_world(seed) -> None:
    """Requests, faults, times and rows are the same on every run."""

    def seen(ending: Ending) -> object:
        return (
            ending.sent,
            ending.line.journal,
            [row.raw for row in ending.rows],
            repr(ending.error),
            ending.took_s,
        )

    assert seen(run(draw(seed))) == seen(run(draw(seed)))


@pytest.mark.parametrize("seed", [13, 16])
def test_a_machine_two_hours_slow_claims_no_more_than_it_asked_for(seed) -> None:
    """An open end is this machine's now and an hour: later records are not claimed."""
    drawn = draw(seed)
    query = replace(drawn.drawn.query, now_s=EPOCH_S - 7_200, limit=None, offset=0)
    slow = replace(
        drawn,
        behind_s=7_200,
        drawn=replace(drawn.drawn, query=query),
        faults=replace(drawn.faults, kinds=()),
    )
    ending = run(slow)
    claim = claim_of(ending.plan, ending.statistics.server_s).until_s
    assert claim is not None
    readable = [Record.from_json(raw) for raw in slow.drawn.records]
    passing = {r.id for r in readable if ending.plan.matches(r)}
    given = {r.id for r in ending.rows}
    missing = [r for r in readable if r.id in passing - given]
    assert missing, "the world shows nothing"
    assert all(record.created_s > claim for record in missing)

"""One seed, run and judged, whatever its world wishes for.

In: a seed. Out: the rules that are broken, and what was met on the way.
"""

from collections import Counter
from dataclasses import dataclass

import ending
import life_rules
import lives
import rules
from world import BODY_BYTES, World, draw

from auditql.emulator.faults import Fault


@dataclass(frozen=True)
class Judged:
    """What came of a world.

    Attributes:
        broken: the rules that do not hold, in words.
        faults: how often each was met.
        kinds: what sort of world it was, how often each thing happened.
        is_whole: it gave a whole answer with something in it.
    """

    broken: list[str]
    faults: Counter[Fault]
    kinds: Counter[str]
    is_whole: bool


def judged(seed: int) -> Judged:
    """The world of a seed, run and judged."""
    world = draw(seed)
    return _read(world) if world.file is None else _lived(world)


def _read(world: World) -> Judged:
    found = ending.run(world)
    query, kinds = world.drawn.query, Counter[str]()
    kinds["counts"] += bool(found.counts)
    kinds["counts by the API"] += bool(found.counts and found.plan.reads_count)
    kinds["offset pages"] += query.page is not None and found.error is None
    kinds["pages at the cap"] += any(s.length == BODY_BYTES for s in found.sent)
    kinds["pages over the cap"] += any(s.length > BODY_BYTES for s in found.sent)
    kinds["complete up to some time"] += found.claim.until_s is not None
    kinds["partial with a reason"] += not found.claim.complete
    kinds.update(_giants(world))
    whole = found.error is None and bool(found.rows or found.counts)
    return Judged(rules.broken(found), found.line.counts, kinds, whole)


def _lived(world: World) -> Judged:
    found = lives.run(world)
    kinds = Counter[str]()
    kinds["files"] += 1
    kinds["files ended and gone on with"] += any(life.goes_on for life in found.lives)
    for life in found.lives:
        kinds["lives"] += 1
        kinds["lives that go on"] += life.goes_on
        if life.was_ended and life.stop is not None:
            kinds[f"ended by {life.stop.how.name}"] += 1
            kinds[f"ended by {life.stop.measure.name}"] += 1
        if life.stats is not None:
            kinds["complete up to some time"] += life.stats["complete"] is True
            kinds["partial with a reason"] += life.stats["complete"] is False
    kinds.update(_giants(world))
    whole = len(found.whole) > 0
    return Judged(life_rules.broken(found), found.line.counts, kinds, whole)


def _giants(world: World) -> Counter[str]:
    name = None if world.giant is None else f"giant: {world.giant.name}"
    return Counter() if name is None else Counter({name: 1})

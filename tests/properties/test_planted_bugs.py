"""The end-to-end check bites: each of these bugs, planted, is found by it.

In: a table of bugs, each with the world in which it first shows. In the same
worlds nothing is wrong without it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import end_to_end
import planted
import pytest


@dataclass(frozen=True)
class Bug:
    """A bug, and the seed of the first world in which it shows.

    Where the worlds have changed, the search goes on from that seed.
    """

    plant: Callable[[pytest.MonkeyPatch], None]
    first: int


BUGS = (
    Bug(planted.limit_before_residual, 0),
    Bug(planted.offset_per_stream, 22),
    Bug(planted.limit_without_offset, 0),
    Bug(planted.page_without_offset, 682),
    Bug(planted.exact_without_companion, 74),
    Bug(planted.companion_not_minded, 63),
    Bug(planted.complemented_set, 181),
    Bug(planted.exact_hull, 122),
    Bug(planted.range_not_widened, 608),
    Bug(planted.half_of_a_negated_interval, 118),
    Bug(planted.touching_is_overlapping, 54),
    Bug(planted.edge_not_checked, 762),
    Bug(planted.duplicates_kept, 47),
    Bug(planted.ids_unordered, 39),
    Bug(planted.groups_turned, 118),
    Bug(planted.missing_sorts_first, 21),
    Bug(planted.like_without_escape, 239),
    Bug(planted.missing_is_not_unequal, 52),
)


def is_found(seed: int) -> bool:
    """Whether anything is wrong in the world of a seed, a crash included."""
    try:
        return bool(end_to_end.faults(end_to_end.run(end_to_end.draw(seed))))
    except Exception:
        return True


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.plant.__name__)
def test_a_planted_bug_is_found(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is wrong with it, nothing in the same worlds without it."""
    with monkeypatch.context() as patch:
        bug.plant(patch)
        seeds = range(bug.first, bug.first + 1_000)
        found = next((seed for seed in seeds if is_found(seed)), None)
    assert found is not None
    assert [] == [seed for seed in range(bug.first, found + 1) if is_found(seed)]

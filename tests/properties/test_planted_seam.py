"""The check of the seam bites: each of these bugs, planted, is found by it."""

from collections.abc import Callable
from pathlib import Path

import planted_seam
import pytest
import seam
import seam_worlds

from auditql.errors import AuditQLError

BUGS: dict[Callable[[pytest.MonkeyPatch], None], int] = {
    planted_seam.last_second_lost: 0,
    planted_seam.edge_second_twice: 0,
    planted_seam.pieces_turned: 0,
    planted_seam.gap_skipped: 0,
    planted_seam.beginning_skipped: 0,
    planted_seam.tail_skipped: 0,
    planted_seam.until_too_late: 0,
    planted_seam.part_called_covered: 0,
    planted_seam.absent_here_is_absent: 4,
    planted_seam.grouped_a_second_less: 2,
    planted_seam.grouped_out_of_order: 24,
    planted_seam.gap_not_told: 1,
    planted_seam.covered_more_than_is_held: 0,
    planted_seam.present_is_behind_any_time: 7,
    planted_seam.open_end_forgotten: 4,
}
"""Each with the seed of the first world in which it shows."""

MOST = 40
QUICK = 4
"""Bugs that are planted in the small tier too: the first ones."""


def is_found(seed: int, folder: Path) -> bool:
    """Whether anything is wrong in the world of a seed.

    An answer refused is; a crash is none of the check's, and fails the test.
    """
    folder.mkdir()
    try:
        return bool(seam.answers(seam_worlds.draw(seed), folder).wrong)
    except AuditQLError:
        return True


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(bug, marks=() if place < QUICK else pytest.mark.full)
        for place, bug in enumerate(BUGS)
    ],
    ids=lambda bug: bug.__name__,
)
def test_a_planted_bug_of_the_seam_is_found(
    bug: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Something is wrong with it, nothing in the same world without it."""
    seeds = range(BUGS[bug], BUGS[bug] + MOST)
    with monkeypatch.context() as patch:
        bug(patch)
        found = next((s for s in seeds if is_found(s, tmp_path / f"bad-{s}")), None)
    assert found is not None
    assert not is_found(found, tmp_path / "good")

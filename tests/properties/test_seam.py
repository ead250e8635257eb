"""The API, a mirror, any mix of both, a naive scan: the same answers, in order."""

from pathlib import Path

import pytest
import seam
import seam_worlds


def check(seeds: range, folder: Path) -> seam.Found:
    """Nothing is wrong in any world; each way of answering was taken."""
    all_ = seam.Found([])
    for seed in seeds:
        found = seam.answers(seam_worlds.draw(seed), folder)
        assert (seed, []) == (seed, found.wrong[:2])
        all_.queries += found.queries
        all_.answers += found.answers
        all_.mixed += found.mixed
        all_.in_sql += found.in_sql
        all_.free += found.free
    assert all_.mixed >= 0.1 * all_.answers
    assert all_.free >= 0.15 * all_.answers
    assert all_.in_sql >= 0.05 * all_.answers
    return all_


def test_every_mix_of_mirror_and_api_is_one_answer(tmp_path: Path) -> None:
    """Rows, order, completeness; nothing is asked for what is covered."""
    check(range(6), tmp_path)


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_mixes_of_mirror_and_api_are_one_answer(tmp_path: Path) -> None:
    """The same for more than 5,000 queries, each from six places."""
    assert 5_000 <= check(range(6, 323), tmp_path).queries

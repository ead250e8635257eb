"""The checks of stages bite: each of these bugs, planted, is found by them.

In: a table of bugs, and which check finds each. In the same worlds nothing is
wrong without it: that is what the checks themselves say.
"""

from collections.abc import Callable

import planted_stages as planted
import pytest
import staged
import test_stages

Plant = Callable[[pytest.MonkeyPatch], None]

STAGES: tuple[Plant, ...] = (
    planted.missing_key_left_out,
    planted.ties_as_they_came,
    planted.top_of_each_page,
    planted.missing_first_where_descending,
    planted.cut_before_sorting,
    planted.first_to_come,
    planted.case_of_actions,
    planted.spelling_of_addresses,
    planted.each_value_each_time,
    planted.only_what_was_met,
    planted.range_with_its_end,
    planted.buckets_of_utc,
    planted.days_of_utc,
    planted.limit_of_each_page,
    planted.done_one_early,
    planted.distinct_of_each_page,
    planted.nothing_is_no_row,
    planted.order_never_matters,
)
COUNTS: tuple[Plant, ...] = (planted.edges_counted, planted.one_box_counted)
MOST = 400
"""Seeds in which a bug must show; the small tiers of the checks have as many."""


def stages_differ(seed: int) -> bool:
    try:
        return bool(test_stages.differences(seed))
    except Exception:
        return True


def answers_differ(seed: int) -> bool:
    asked = staged.ask(seed)
    return asked.got != asked.expected


@pytest.mark.parametrize("plant", STAGES, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_a_stage_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second implementation says something else."""
    plant(monkeypatch)
    assert any(stages_differ(seed) for seed in range(MOST))


@pytest.mark.parametrize("plant", COUNTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_of_counting_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive scan counts otherwise."""
    plant(monkeypatch)
    assert any(answers_differ(seed) for seed in range(MOST))

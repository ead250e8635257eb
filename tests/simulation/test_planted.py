"""Bugs planted into the reading of answers, each found by the simulation.

One row is one bug: what breaks, in the words of the rule that it breaks, and
the first of so many seeds in which it must show. Seeds begin near the one that
showed it, so that few of them are run.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import wrong_lives
import wrong_pages
import wrong_runs
from judged import judged

WITHIN = 300
"""Seeds that a bug has to show itself in."""

NOT_EXACT = "the answer is not the oracle's"
HELD = "asked to hold until"
REFUSED = "it ended with ConfigurationError"
ANOTHER_FILE = "the file is another one"
TOO_LATE = "too late"


@dataclass(frozen=True)
class Bug:
    """A bug, the words that find it, and where it was found."""

    plant: Callable[[pytest.MonkeyPatch], None]
    says: str
    first: int


BUGS = (
    Bug(wrong_pages.empty_page_is_the_end, NOT_EXACT, 40),
    Bug(wrong_pages.missing_meta_is_the_end, NOT_EXACT, 17),
    Bug(wrong_pages.missing_records_are_none, NOT_EXACT, 540),
    Bug(wrong_pages.bad_records_are_left_out, NOT_EXACT, 54),
    Bug(wrong_pages.html_is_an_empty_answer, NOT_EXACT, 27),
    Bug(wrong_pages.the_last_of_two_keys_counts, NOT_EXACT, 489),
    Bug(wrong_pages.broken_json_is_read_as_far_as_it_goes, NOT_EXACT, 137),
    Bug(wrong_pages.records_come_twice, NOT_EXACT, 40),
    Bug(wrong_pages.order_is_believed, NOT_EXACT, 40),
    Bug(wrong_pages.circles_are_walked, "the run goes on and on", 30),
    Bug(wrong_pages.a_short_page_is_the_last, NOT_EXACT, 154),
    Bug(wrong_pages.a_refused_cursor_is_the_end, NOT_EXACT, 30),
    Bug(wrong_pages.links_are_followed, "a request went to https://evil.test", 53),
    Bug(wrong_pages.redirects_are_followed, "a request went to https://evil.test", 23),
    Bug(wrong_runs.retry_after_is_ignored, HELD, 2),
    Bug(wrong_runs.a_long_retry_after_is_garbage, HELD, 26),
    Bug(wrong_runs.a_denial_is_a_failure, "one credential was denied", 36),
    Bug(wrong_runs.tries_have_no_end, "was tried 6 times", 56),
    Bug(wrong_runs.one_try_is_enough, "only passing faults were met", 5),
    Bug(wrong_runs.a_drip_is_an_answer, "are accounted for", 95),
    Bug(wrong_runs.partial_is_complete, NOT_EXACT, 30),
    Bug(wrong_runs.a_failure_is_an_empty_answer, NOT_EXACT, 23),
    Bug(wrong_runs.limit_before_residual, NOT_EXACT, 28),
    Bug(wrong_runs.secrets_are_shown, "a credential stands in the error", 151),
    Bug(wrong_lives.a_checkpoint_before_its_data, REFUSED, 157),
    Bug(wrong_lives.a_checkpoint_of_what_was_taken, ANOTHER_FILE, 27),
    Bug(wrong_lives.a_checkpoint_is_written_in_place, REFUSED, 17),
    Bug(wrong_lives.the_last_row_comes_again, ANOTHER_FILE, 13),
    Bug(wrong_lives.the_rest_begins_behind_its_second, ANOTHER_FILE, 17),
    Bug(wrong_lives.a_limit_begins_anew, ANOTHER_FILE, 528),
    Bug(wrong_lives.now_is_this_machines, TOO_LATE, 5),
    Bug(wrong_lives.nothing_has_to_settle, TOO_LATE, 0),
    Bug(wrong_lives.the_last_run_is_claimed, TOO_LATE, 17),
    Bug(wrong_lives.a_partial_answer_claims, "is called", 0),
    Bug(wrong_lives.a_page_is_the_count, "records are counted", 77),
    Bug(wrong_lives.edges_are_counted, "records are counted", 77),
    Bug(wrong_lives.every_page_is_the_first, NOT_EXACT, 44),
    Bug(wrong_lives.the_cap_is_too_much, "only passing faults were met", 575),
    Bug(wrong_lives.a_large_page_is_empty, "a page that is too large", 81),
    Bug(wrong_lives.long_texts_are_cut, "is not as it was received", 154),
)


def shows(seed: int, says: str) -> bool:
    """Whether a rule with these words is broken in the world of a seed."""
    return any(says in said for said in judged(seed).broken)


SLOW = wrong_pages.circles_are_walked
"""It goes round 100,000 times before it is found: in the full tier alone."""


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(bug, marks=pytest.mark.full if bug.plant is SLOW else ())
        for bug in BUGS
    ],
    ids=lambda bug: bug.plant.__name__,
)
def test_a_planted_bug_is_found(bug, monkeypatch) -> None:
    """It shows within so many seeds, and the world that shows it is right without."""
    seeds = range(bug.first, bug.first + WITHIN)
    with monkeypatch.context() as patch:
        bug.plant(patch)
        found = next((seed for seed in seeds if shows(seed, bug.says)), None)
    assert found is not None
    assert [] == judged(found).broken

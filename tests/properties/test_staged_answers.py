"""End to end: a query with stages, asked of the emulator, is the naive answer."""

import pytest
import staged


def check(seeds: range) -> None:
    """Nothing is wrong for any seed; some are counts by the service."""
    counts = telling = 0
    for seed in seeds:
        asked = staged.ask(seed)
        assert (seed, asked.text, ()) == (seed, asked.text, asked.wrong)
        assert (seed, asked.text, asked.expected) == (seed, asked.text, asked.got)
        counts += asked.server_count
        telling += bool(asked.got)
    assert counts >= 0.1 * len(seeds)
    assert telling >= 0.4 * len(seeds)


def test_a_staged_answer_is_the_naive_one() -> None:
    """Equal rows in equal order, by legal requests, with nothing to warn of."""
    check(range(300))


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_many_staged_answers_are_the_naive_ones() -> None:
    """The same for many more."""
    check(range(300, 2_500))

"""Slices give what one cursor gives, whatever the account and its answers.

Every world is decided by its seed: `sliced.read(sliced.draw(SEED))` repeats it.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
import sliced

from auditql.providers.zendesk.course import Course, Stretch
from auditql.providers.zendesk.leg import Leg
from auditql.providers.zendesk.pacer import Pacer
from auditql.providers.zendesk.windows import Windows

SEEDS = 200
FULL_SEEDS = 800


def wrong(seed: int) -> str | None:
    """What is wrong with the answer of a seed's world; None if nothing is."""
    world = sliced.draw(seed)
    outcome = sliced.read(world)
    expected = sliced.expected(world)
    if outcome.error is not None:
        # A crowded second may be refused again and again before it is read
        # whole. What was given before is right, and the reason is the refusal.
        expected = expected[: len(outcome.ids)]
        if not outcome.refused:
            return "an error"
    if outcome.ids != expected:
        return "another answer"
    if outcome.most_at_once > world.cursors:
        return "too many requests at once"
    return None


def first_wrong(seeds: range) -> int | None:
    """The first seed that goes wrong, a failed assertion included."""
    for seed in seeds:
        try:
            if wrong(seed) is not None:
                return seed
        except AssertionError:
            return seed
    return None


def test_slices_equal_a_naive_scan() -> None:
    """Records in the order of the request, each once, no task left behind."""
    assert [(s, w) for s in range(SEEDS) if (w := wrong(s))] == []


@pytest.mark.full
@pytest.mark.timeout(600)
def test_slices_equal_a_naive_scan_in_many_worlds() -> None:
    """The same, seeds that the short tier never sees."""
    seeds = range(SEEDS, SEEDS + FULL_SEEDS)
    assert [(s, w) for s in seeds if (w := wrong(s))] == []


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("cursors", range(1, 17, 3))
def test_requests_are_few(cursors, descending) -> None:
    """At most 1.02 of the pages, and one for each cursor."""
    for seed in range(6):
        random = Random(seed)
        count = random.choice((150, 900, 5_000, 20_000))
        span_s = random.choice((20_000, 10**6, 4 * 10**7))
        world = sliced.even(
            count,
            span_s,
            cursors=cursors,
            descending=descending,
            seed=seed,
            jitter=random.choice((0.0, 0.9)),
        )
        if random.random() < 0.5:
            world = sliced.opened(world)
        outcome = sliced.read(world)
        pages = sliced.pages_of(world, outcome.ids)
        assert outcome.requests <= 1.02 * pages + cursors + 1, seed


def excess(seed: int) -> float:
    """Requests of a seed's world beyond 1.02 of one cursor's and one a cursor."""
    world = replace(sliced.draw(seed), taken=None, wanted=None, forgets=0.0)
    one = sliced.read(world, cursors=1).requests
    return sliced.read(world).requests - 1.02 * one - world.cursors


ODD = (104, 123, 137, 330, 407, 656)
"""Seconds of many pages one beside the other, in a range of ten of them."""


@pytest.mark.parametrize("seed", [*ODD, *range(80)])
def test_requests_are_few_in_odd_worlds(seed) -> None:
    """Also where crowds and gaps make every guess wrong."""
    assert excess(seed) <= 0


@pytest.mark.full
@pytest.mark.timeout(600)
def test_requests_are_few_in_many_odd_worlds() -> None:
    """The same, seeds that the short tier never sees."""
    assert [s for s in range(80, 500) if excess(s) > 0] == []


@pytest.mark.parametrize("cursors", [4, 8, 16, 64])
@pytest.mark.parametrize("count", [101, 150, 450, 950, 1_950])
def test_a_small_read_without_a_range_costs_little(cursors, count) -> None:
    """Nothing says where it ends: a cursor is tried for each page that came."""
    world = sliced.opened(sliced.even(count, 10**7, cursors=cursors))
    pages = -(-count // world.page_size)
    assert sliced.read(world).requests <= pages + min(pages, cursors - 1)


def test_a_crowded_second_is_one_window() -> None:
    """5,359 records of one second among others: in order, and not read thrice."""
    quiet = sliced.even(3_000, 10**6)
    crowd = (sliced.NOW_S - 400_000,) * 5_359
    for descending in (True, False):
        world = sliced.even(0, 10**6, descending=descending, cursors=16)
        world = sliced.holding(world, (*quiet.seconds, *crowd))
        outcome = sliced.read(world)
        assert outcome.ids == sliced.expected(world)
        assert outcome.requests <= 84 + 2 * 54


# --- traps that others fell into, planted


def far_half_to_the_end(self: Windows, window: object, place: int) -> object:
    """After a second cut of a window its far half is read from its old end on."""
    new = _CUT_AT(self, window, place)
    if new is not None and new.leg.stretch.high is not None:
        high = new.leg.stretch.high
        new.leg = Leg(self._course, Stretch(high, high + (high - place)))
    return new


def appended(self: Windows, window: object, place: int) -> object:
    """The far half is put to the end instead of behind its window."""
    new = _CUT_AT(self, window, place)
    if new is not None:
        self.open.remove(new)
        self.open.append(new)
    return new


def narrow(self: Course, stretch: Stretch) -> object:
    """A part asks for its own seconds only, as if the ends were included."""
    low, high = stretch.low, stretch.high
    inside = Stretch(None if low is None else low + 1, high)
    return _PART(self, inside)


def ends_at_its_last_second(self: Leg, page: object) -> object:
    """A leg ends at the first record of its last second: its ties are lost."""
    kept = _TAKES(self, page)
    high = self.stretch.high
    if high is not None and self.at == high - 1:
        self.is_done = True
    return kept


def reaches_on(self: Leg, high: int | None) -> bool:
    """A neighbour takes over a second that its request did not ask for."""
    at = self.at
    return not self.is_done and (high is None or at is None or at < high)


_CUT_AT, _PART, _TAKES = Windows._cut_at, Course.part, Leg.takes
PLANTED: dict[str, tuple[type, str, Callable[..., object], int]] = {
    "walker on the wrong half": (Windows, "_cut_at", far_half_to_the_end, 0),
    "half in the wrong place": (Windows, "_cut_at", appended, 0),
    "tie lost at a slice edge": (Leg, "takes", ends_at_its_last_second, 0),
    "edge second not asked for": (Course, "part", narrow, 0),
    "neighbour beyond its request": (Leg, "can_end_at", reaches_on, 400),
}
"""A trap, and the first of the seeds in which it must show itself."""


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_trap_is_caught(name, monkeypatch) -> None:
    """The property above fails once the trap is there."""
    owner, attribute, trap, first = PLANTED[name]
    monkeypatch.setattr(owner, attribute, trap)
    assert first_wrong(range(first, first + SEEDS)) is not None


def test_a_planted_overstatement_of_credit_is_caught(monkeypatch) -> None:
    """`remaining` of whatever came last, less what is in flight: refused."""
    monkeypatch.setattr(Pacer, "_lower", lambda _self, credit: credit)
    monkeypatch.setattr(
        Pacer, "_sent_later", lambda self, _number: len(self._in_flight)
    )
    assert any(sliced.refusals(seed) for seed in range(4))


def test_without_the_trap_the_same_accounts_refuse_nothing() -> None:
    """So it is the trap that was caught."""
    assert not any(sliced.refusals(seed) for seed in range(4))

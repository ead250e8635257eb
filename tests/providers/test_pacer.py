"""The pace of an account: never refused when alone, near its ceiling, polite."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pacing import Account, run

from auditql.emulator.settings import RateLimitKind
from auditql.providers.zendesk.pacer import Pacer, Reading, reading

BUCKET, MINUTE = RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE


def told(limit: int, remaining: int, reset: int | None = None) -> dict[str, str]:
    """Headers as the service sends them."""
    headers = {"x-rate-limit": str(limit), "x-rate-limit-remaining": str(remaining)}
    return headers if reset is None else {**headers, "ratelimit-reset": str(reset)}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({"x-rate-limit": "700"}, None),
        (told(700, 699), Reading(700, 699, None)),
        (
            {
                "ratelimit-limit": "100",
                "ratelimit-remaining": "9",
                "ratelimit-reset": "7",
            },
            Reading(100, 9, 7),
        ),
        (
            {"rate-limit": "100", "rate-limit-remaining": "9", "rate-limit-reset": "7"},
            Reading(100, 9, 7),
        ),
        ({**told(700, 3), "rate-limit": "20"}, Reading(700, 3, None)),
        (told(700, 9000), Reading(700, 700, None)),
        (
            {"x-rate-limit": "700", "x-rate-limit-remaining": "-1", "rate-limit": "5"},
            None,
        ),
        ({"x-rate-limit": "\u0667\u0660\u0660", "x-rate-limit-remaining": "6"}, None),
        ({"x-rate-limit": "0", "x-rate-limit-remaining": "0"}, None),
    ],
)
def test_every_spelling_is_read_and_garbage_is_none(headers, found) -> None:
    """The account's own pair counts first; what is no plain number is not there."""
    assert reading(headers) == found


def test_the_first_request_leaves_alone() -> None:
    """Nothing is known before an answer is in, so nobody follows; then all may."""
    pacer = Pacer()
    assert pacer.delay_s(0.0) == 0.0
    first = pacer.leave(0.0)
    assert pacer.delay_s(0.1) is None
    pacer.answered(first, 0.2, {})
    for _ in range(1000):
        assert pacer.delay_s(0.2) == 0.0
        pacer.leave(0.2)
    assert pacer.rate == inf
    assert pacer.width(8) == 8


def test_a_first_request_without_an_answer_lets_the_next_try() -> None:
    """A lost request teaches nothing: again one leaves alone."""
    pacer = Pacer()
    pacer.lost(pacer.leave(0.0))
    assert pacer.delay_s(0.1) == 0.0
    pacer.leave(0.1)
    assert pacer.delay_s(0.2) is None


def test_credit_is_spent_at_once_and_then_paced() -> None:
    """Of 700, 560 are ours: 559 more at once, then 560 a minute."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), 0.0, told(700, 699, 1))
    sent = 0
    while pacer.delay_s(0.0) == 0.0:
        pacer.leave(0.0)
        sent += 1
    assert sent == 559
    assert pacer.delay_s(0.0) == pytest.approx(60 / 560)


def test_a_long_reset_is_a_fixed_window_that_is_waited_for() -> None:
    """At the end of the credit all wait for the window; then one asks alone."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), 0.0, told(10, 3, 40))
    assert pacer.delay_s(1.0) == 0.0
    pacer.leave(1.0)
    assert pacer.delay_s(1.0) == pytest.approx(39.0)
    assert pacer.delay_s(40.0) == 0.0
    scout = pacer.leave(40.0)
    assert pacer.delay_s(40.1) is None
    pacer.answered(scout, 40.2, told(10, 9, 60))
    assert pacer.delay_s(40.2) == 0.0


def test_an_answer_that_comes_late_does_not_raise_the_credit() -> None:
    """`remaining` 8 was true before two others were counted: 8 are left, not 9."""
    pacer = Pacer(share=1.0)
    pacer.answered(pacer.leave(0.0), 0.0, told(12, 11, 40))
    early, middle, late = (pacer.leave(0.1) for _ in range(3))
    pacer.answered(late, 0.3, told(12, 8, 40))
    pacer.answered(early, 0.4, told(12, 10, 40))
    pacer.answered(middle, 0.4, told(12, 9, 40))
    sent = 0
    while pacer.delay_s(0.5) == 0.0:
        pacer.leave(0.5)
        sent += 1
    assert sent == 8


def test_what_is_in_flight_is_not_counted_twice() -> None:
    """Ten left and four of ours in flight, all sent before: ten may leave."""
    pacer = Pacer(share=1.0)
    pacer.answered(pacer.leave(0.0), 0.0, told(20, 15, 40))
    flying = [pacer.leave(0.1) for _ in range(5)]
    pacer.answered(flying[-1], 0.3, told(20, 10, 40))
    sent = 0
    while pacer.delay_s(0.3) == 0.0:
        pacer.leave(0.3)
        sent += 1
    assert sent == 10


def test_an_answer_of_the_last_window_says_nothing_about_this_one() -> None:
    """A straggler with nothing left does not stop the new minute."""
    pacer = Pacer(share=1.0)
    straggler = pacer.leave(0.0)
    pacer.lost(pacer.leave(0.0))
    pacer.answered(pacer.leave(0.0), 0.1, told(10, 0, 2 + 1))
    assert pacer.delay_s(0.1) == pytest.approx(3.0)
    pacer.answered(pacer.leave(3.2), 3.3, told(10, 9, 60))
    pacer.answered(straggler, 3.4, told(10, 0, 1))
    assert pacer.delay_s(3.5) == 0.0


def test_one_refusal_holds_everybody_and_then_one_asks_alone() -> None:
    """Until Retry-After and the jitter are over nobody leaves; then one does."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), 0.1, told(700, 600, 1))
    one, two = pacer.leave(0.2), pacer.leave(0.2)
    pacer.lost(one)
    pacer.hold(0.3, 30.5)
    assert pacer.delay_s(0.3) == pytest.approx(30.5)
    pacer.lost(two)
    pacer.hold(0.4, 10.0)
    assert pacer.delay_s(0.4) == pytest.approx(30.4)
    assert pacer.delay_s(30.9) == 0.0
    pacer.leave(30.9)
    assert pacer.delay_s(31.0) is None


def test_an_answer_to_an_earlier_request_does_not_end_the_solitude() -> None:
    """Only the one that left alone after a refusal tells how it is now."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), 0.1, told(700, 600, 1))
    one, two = pacer.leave(0.2), pacer.leave(0.2)
    pacer.lost(one)
    pacer.hold(0.3, 1.0)
    scout = pacer.leave(1.4)
    pacer.answered(two, 1.5, told(700, 598, 1))
    assert pacer.delay_s(1.5) is None
    pacer.answered(scout, 1.6, told(700, 590, 1))
    assert pacer.delay_s(1.6) == 0.0


def test_a_hold_of_no_seconds_is_still_one() -> None:
    """Retry-After: 0 does not become a storm."""
    pacer = Pacer()
    pacer.lost(pacer.leave(0.0))
    pacer.hold(0.0, 0.0)
    assert pacer.delay_s(0.0) == 0.5


@pytest.mark.parametrize(
    ("per_minute", "latency_s", "width"),
    [(700, 0.15, 3), (2500, 0.15, 8), (2500, 1.0, 8), (700, 0.01, 2)],
)
def test_the_width_is_what_reaches_the_rate(per_minute, latency_s, width) -> None:
    """ceil(1.3 · rate · latency) + 1, at most what was allowed, here 8."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), latency_s, told(per_minute, per_minute - 1, 1))
    assert pacer.width(8) == width


@given(st.integers(1, 12), st.integers(0, 12), st.sampled_from([None, 1, 30]))
def test_the_smallest_account_is_never_stuck(limit, remaining, reset_s) -> None:
    """Whatever is left, the next request may leave within two minutes."""
    pacer = Pacer()
    pacer.answered(pacer.leave(0.0), 0.0, told(limit, remaining, reset_s))
    now_s = 0.0
    while (delay_s := pacer.delay_s(now_s)) != 0.0:
        assert delay_s is not None
        now_s += delay_s
        assert now_s <= 780


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([BUCKET, MINUTE]),
    st.sampled_from([700, 2500]),
    st.sampled_from([0.8, 1.0]),
    st.integers(0, 1_000_000),
)
def test_alone_it_is_never_refused_and_reaches_its_ceiling(
    kind, per_minute, share, seed
) -> None:
    """No 429, and at least 0.92 of what the share allows, answers out of order."""
    minutes = 2
    happened = run(
        Pacer(share),
        Account(kind, per_minute),
        workers=16,
        last_s=60 * minutes - 0.001,
        latency_s=0.15,
        jitter=0.9,
        seed=seed,
    )
    saved = per_minute if kind is BUCKET else 0  # a bucket is full at the start
    ceiling = share * (saved + minutes * per_minute)
    assert happened.refused == []
    assert 0.92 * ceiling <= len(happened.sent_s) <= ceiling + 1


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([BUCKET, MINUTE]),
    st.integers(20, 400),
    st.integers(0, 300),
    st.floats(0, 59.9),
    st.integers(0, 1_000_000),
)
def test_nobody_leaves_before_the_end_of_a_refusal(
    kind, per_minute, others, begins_s, seed
) -> None:
    """Others may use the account up: each refusal is obeyed by all workers."""
    happened = run(
        Pacer(1.0),
        Account(kind, per_minute, begins_s, others),
        workers=8,
        last_s=130,
        latency_s=0.2,
        jitter=0.9,
        seed=seed,
    )
    assert happened.sent_s
    for came_s, asked_s in happened.refused:
        assert not [s for s in happened.sent_s if came_s < s < came_s + asked_s]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([BUCKET, MINUTE]), st.floats(0, 59.9), st.integers(0, 10**6))
def test_a_fifth_is_left_to_others(kind, begins_s, seed) -> None:
    """Others that use a fifth of the account are never refused, nor are we."""
    happened = run(
        Pacer(),
        Account(kind, 300, begins_s, others=55),
        workers=8,
        last_s=150,
        latency_s=0.15,
        jitter=0.5,
        seed=seed,
    )
    assert happened.refused == []

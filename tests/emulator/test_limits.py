"""Rate limits, decided purely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.emulator.limits import LimitState, Verdict, decide
from auditql.emulator.settings import RateLimitKind

BUCKET, MINUTE = RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE
START_S = 1_773_144_000.0


def run(kind: RateLimitKind, per_minute: int, times: list[float]) -> list[Verdict]:
    """The verdicts of requests at these times."""
    state: LimitState | None = None
    verdicts = []
    for now_s in times:
        state, verdict = decide(kind, per_minute, state, now_s)
        assert verdict is not None
        verdicts.append(verdict)
    return verdicts


def test_no_limit_gives_no_verdict() -> None:
    """Nothing is counted and nothing is told."""
    assert decide(RateLimitKind.NONE, 700, None, START_S) == (None, None)


def test_a_fixed_minute_begins_on_second_zero() -> None:
    """What is left dies with the minute; the reset leads to second 0."""
    verdicts = run(MINUTE, 2, [START_S + s for s in (0, 58.9, 59.9, 60, 119)])
    assert [v.allowed for v in verdicts] == [True, True, False, True, True]
    assert [v.remaining for v in verdicts] == [1, 0, 0, 1, 0]
    assert [v.reset_s for v in verdicts] == [60, 2, 1, 60, 1]


def test_a_bucket_refills_steadily() -> None:
    """At 60 a minute, one a second, never more than it holds."""
    verdicts = run(BUCKET, 60, [START_S] * 61 + [START_S + 1] * 2 + [START_S + 999])
    assert [v.allowed for v in verdicts[:60]] == [True] * 60
    assert [v.allowed for v in verdicts[60:]] == [False, True, False, True]
    assert verdicts[-1].remaining == 59


@given(
    st.sampled_from([BUCKET, MINUTE]),
    st.integers(1, 3000),
    st.lists(st.floats(0, 200), max_size=60),
)
def test_waiting_for_the_reset_always_helps(kind, per_minute, gaps) -> None:
    """A client that obeys Retry-After is never refused twice in a row."""
    state: LimitState | None = None
    now_s = START_S
    for gap in gaps:
        now_s += gap
        state, verdict = decide(kind, per_minute, state, now_s)
        assert verdict is not None
        assert 0 <= verdict.remaining < per_minute
        assert 1 <= verdict.reset_s <= 60
        if not verdict.allowed:
            now_s += verdict.reset_s
            state, verdict = decide(kind, per_minute, state, now_s)
            assert verdict is not None
            assert verdict.allowed


@pytest.mark.parametrize("per_minute", [1, 7, 60, 700, 2500])
def test_never_more_than_the_allowance_in_a_minute(per_minute) -> None:
    """A flood gets exactly the allowance of each fixed minute."""
    step = 60 / (per_minute * 3)
    times = [START_S + n * step for n in range(per_minute * 6)]
    allowed = [v.allowed for v in run(MINUTE, per_minute, times)]
    assert 2 * per_minute == sum(allowed)

"""Rate limits: whether a request may pass, and what its headers say.

In: a kind, an allowance, a state and the time. Out: the next state and a
verdict. Pure: time is handed in and nothing here waits.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import assert_never

from auditql.emulator.settings import RateLimitKind

MINUTE_S = 60

# Sums of fractions fall short of a whole request by less than this.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class LimitState:
    """What is left of the allowance, and since when that is so."""

    left: float
    since_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one request.

    Attributes:
        allowed: whether it passes; a refused one costs nothing.
        limit: requests allowed in a minute.
        remaining: whole requests left after this one.
        reset_s: seconds until more are allowed, at least 1: until the next
            minute, or until the bucket holds one more.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_s: int


def decide(
    kind: RateLimitKind, per_minute: int, state: LimitState | None, now_s: float
) -> tuple[LimitState | None, Verdict | None]:
    """The state after a request at `now_s`, and its verdict.

    Args:
        kind: how requests are counted; NONE gives no verdict.
        per_minute: the allowance, which is also what a bucket holds.
        state: the state before; None before the first request.
        now_s: epoch seconds; the fixed minute begins on second 0.
    """
    match kind:
        case RateLimitKind.NONE:
            return None, None
        case RateLimitKind.BUCKET:
            return _bucket(per_minute, state, now_s)
        case RateLimitKind.FIXED_MINUTE:
            return _fixed_minute(per_minute, state, now_s)
        case _:
            assert_never(kind)


def _bucket(
    per_minute: int, state: LimitState | None, now_s: float
) -> tuple[LimitState, Verdict]:
    rate = per_minute / MINUTE_S
    left = float(per_minute)
    if state is not None:
        passed_s = max(0.0, now_s - state.since_s)
        left = min(left, state.left + passed_s * rate)
    allowed = left >= 1 - _ROUNDING
    if allowed:
        left = max(0.0, left - 1)
    wait_s = ceil((floor(left) + 1 - left) / rate)
    verdict = Verdict(allowed, per_minute, floor(left), max(1, wait_s))
    return LimitState(left, now_s), verdict


def _fixed_minute(
    per_minute: int, state: LimitState | None, now_s: float
) -> tuple[LimitState, Verdict]:
    minute = now_s // MINUTE_S
    left = float(per_minute)
    if state is not None and state.since_s // MINUTE_S == minute:
        left = state.left
    allowed = left >= 1
    if allowed:
        left -= 1
    reset_s = MINUTE_S - floor(now_s) % MINUTE_S
    return LimitState(left, now_s), Verdict(allowed, per_minute, int(left), reset_s)


def headers(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """The headers of an answer, in all three spellings that were recorded."""
    limit, remaining = str(verdict.limit), str(verdict.remaining)
    reset = str(verdict.reset_s)
    return (
        ("X-Rate-Limit", limit),
        ("X-Rate-Limit-Remaining", remaining),
        ("ratelimit-limit", limit),
        ("ratelimit-remaining", remaining),
        ("ratelimit-reset", reset),
        ("rate-limit", limit),
        ("rate-limit-remaining", remaining),
        ("rate-limit-reset", reset),
    )

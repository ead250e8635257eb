"""Whether and when a request is sent again; decisions only, no clock, no socket.

In: what was tried so far and the answer to it. Out: seconds to wait, or that
it is over. Sources: RFC 9110 §10.2.3 (Retry-After), the Rate Limits page of
Zendesk's API reference; windows were seen to be whole minutes of the server's
clock. 401, 403 and other refusals are never sent again from here.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from auditql.catalog.forms import form

TRIES = 5
"""Most attempts of one request that fails."""

MOST_WAIT_S = 900.0
"""Longest that one request waits for the rate limit, all its waits together."""

TOO_MANY = 429
_FAILURES = frozenset({408, 425, 500, 502, 503, 504})
_MINUTE_S = 60.0
_LONGEST_S = 1e9  # longer is not told apart


@form
class Tried:
    """What became of one request so far.

    Attributes:
        failures: attempts that failed; the rate limit is no failure.
        limited: times that the rate limit held it up.
        limited_s: seconds that it was held up.
        wait_s: seconds to wait before the next attempt.
    """

    failures: int = 0
    limited: int = 0
    limited_s: float = 0.0
    wait_s: float = 0.0


def is_failure(status: int) -> bool:
    """Whether a status says that the service failed, which may pass by itself."""
    return status in _FAILURES


def after_failure(
    tried: Tried, headers: Mapping[str, str], chance: float
) -> Tried | None:
    """What comes after a failed attempt; None when it was the last.

    A Retry-After beside a 503 is obeyed; one that asks for more than
    `MOST_WAIT_S` ends it.
    """
    failures = tried.failures + 1
    asked = retry_after_s(headers) or 0.0
    if failures >= TRIES or asked > MOST_WAIT_S:
        return None
    wait_s = max(asked, backoff_s(failures, chance))
    return Tried(failures, tried.limited, tried.limited_s, wait_s)


def after_limit(
    tried: Tried, headers: Mapping[str, str], chance: float
) -> Tried | None:
    """What comes after a 429; None when it was held up for too long.

    Never earlier than the service asks. A service that refuses again at once,
    whatever it asked for, is waited for twice as long each time.
    """
    limited = tried.limited + 1
    least_s = min(_MINUTE_S, 2.0 ** min(tried.limited, 10))
    wait_s = max(limit_wait_s(headers), least_s)
    limited_s = tried.limited_s + wait_s
    if limited_s > MOST_WAIT_S:
        return None
    return Tried(tried.failures, limited, limited_s, wait_s + chance)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for; None where it is absent or garbage.

    A date is counted from the server's own Date, so a wrong clock here does
    not matter.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():  # `isdigit` alone would take `٣`
        return min(float(text), _LONGEST_S)
    try:
        at = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (at - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def limit_wait_s(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429: Retry-After, else until the next minute.

    Without Retry-After the reset of the limit counts, then the second of the
    server's Date, then a whole minute.
    """
    asked = retry_after_s(headers)
    if asked is not None:
        return asked
    for name in ("ratelimit-reset", "rate-limit-reset"):
        text = headers.get(name, "")
        if text.isascii() and text.isdigit() and len(text) <= 4:
            return float(text)
    try:
        return _MINUTE_S - parsedate_to_datetime(headers.get("date", "")).second
    except (ValueError, TypeError, IndexError):
        return _MINUTE_S


def backoff_s(failures: int, chance: float) -> float:
    """Seconds before the next attempt after so many failures, from 1.

    Doubles from half a second to at most 30, spread by `chance` in [0, 1).
    """
    return float(min(30.0, 0.5 * 2 ** (failures - 1)) * (0.5 + chance))

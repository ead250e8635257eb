"""Whether and when a request is sent again; decisions only, no clock, no socket.

In: a status, its headers, how often it was tried. Out: seconds to wait, or
that it is over. Sources: RFC 9110 §10.2.3 (Retry-After), the Rate Limits page
of Zendesk's API reference; windows were seen to be whole minutes of the
server's clock.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

TRIES = 5
"""Most attempts of one request that fails."""

MOST_WAIT_S = 900.0
"""Longest wait that the service may ask for; beyond it the run ends."""

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


def is_retried(status: int) -> bool:
    """Whether a status may pass by itself."""
    return status in _RETRIED


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for; None where it is absent or garbage.

    A date is counted from the server's own Date, so a wrong clock here does
    not matter.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (at - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def rate_limit_wait_s(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429: Retry-After, else the next minute begins."""
    asked = retry_after_s(headers)
    if asked is not None:
        return asked
    for name in ("ratelimit-reset", "rate-limit-reset"):
        text = headers.get(name, "")
        if text.isascii() and text.isdigit() and len(text) <= 4:
            return float(text)
    try:
        return 60.0 - parsedate_to_datetime(headers.get("date", "")).second
    except (ValueError, TypeError, IndexError):
        return 60.0


def backoff_s(attempt: int, chance: float) -> float:
    """Seconds before the next attempt after the `attempt`-th failed, from 1.

    Doubles from half a second to at most 30, spread by `chance` in [0, 1).
    """
    return float(min(30.0, 0.5 * 2 ** (attempt - 1)) * (0.5 + chance))

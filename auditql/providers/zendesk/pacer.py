"""When the next request may leave; decisions only, no clock, no socket.

In: what was sent, what the answers' headers say, and the time. Out: seconds to
wait. One pacer serves all workers of an account. What is counted is the
account's own headers on audit-log answers: other endpoints have other limits.

Sources: the Rate Limits page of Zendesk's API reference. Recorded answers show
a window that is a fixed minute of the server's clock and three spellings of
the same headers; a bucket that refills steadily is served as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import ceil, floor, inf

SHARE = 0.8
"""Part of the account's limit that is used; others share the account."""

CONCURRENCY = 8
"""Most requests at once, unless it is said otherwise."""

_MINUTE_S = 60.0
_WINDOW_FROM_S = 2  # a longer reset is a fixed window, not a bucket's next request
_SAME_WINDOW_S = 5.0  # ends of one window, as seen through latency, differ by less
_LEAST_HOLD_S = 0.5  # after a refusal, whatever was asked
_SPREAD = 1.3  # more cursors than the rate needs, since latency varies
_SMOOTH = 0.2  # weight of the newest latency

_LIMIT = ("x-rate-limit", "ratelimit-limit", "rate-limit")
_REMAINING = (
    "x-rate-limit-remaining",
    "ratelimit-remaining",
    "rate-limit-remaining",
)
_RESET = ("ratelimit-reset", "rate-limit-reset")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the headers of one answer say.

    Attributes:
        limit: requests a minute.
        remaining: requests left after this one.
        reset_s: seconds until more are allowed; None where it is not said.
    """

    limit: int
    remaining: int
    reset_s: int | None


def reading(headers: Mapping[str, str]) -> Reading | None:
    """The rate limit that an answer tells; None where it tells none.

    Args:
        headers: by lower-case name.
    """
    limit = _number(headers, _LIMIT)
    remaining = _number(headers, _REMAINING)
    if not limit or remaining is None:
        return None
    return Reading(limit, min(remaining, limit), _number(headers, _RESET))


def _number(headers: Mapping[str, str], names: tuple[str, ...]) -> int | None:
    """The first of the headers that is a plain number."""
    for name in names:
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
    return None


class _Window(Enum):
    """What the window of an answer is beside the one that is known."""

    NEW = "new"
    SAME = "same"
    OLD = "old"


class Pacer:
    """Knows how many requests may still leave, and when more may.

    Credit is what the account allows us at once. It falls by one with every
    request that leaves. An answer can only lower it, to what is left after the
    request that it answers, less all that were sent later: so answers out of
    order never overstate it, and nothing is counted twice. It grows steadily
    in a bucket. In a fixed window it grows when the window ends, and then, as
    before the very first answer and after a refusal, one request leaves alone
    and its answer says what there is.
    """

    def __init__(self, share: float = SHARE) -> None:
        """Know nothing yet.

        Args:
            share: part of the limit to use, above 0 and at most 1.
        """
        self._share = share
        self._sent = 0
        self._in_flight: dict[int, float] = {}
        self._asks_alone = True
        self._scout: int | None = None
        self._limit: int | None = None
        self._credit = inf
        self._credit_at_s = 0.0
        self._window_end_s: float | None = None
        self._hold_until_s = -inf
        self._latency_s: float | None = None

    @property
    def limit(self) -> int | None:
        """Requests a minute that the account allows; None until it is told."""
        return self._limit

    @property
    def rate(self) -> float:
        """Requests a second that may be sent in the long run."""
        return inf if self._limit is None else self._share * self._limit / _MINUTE_S

    def width(self, most: int) -> int:
        """How many requests at once reach the rate, at most `most`."""
        if self._limit is None or self._latency_s is None:
            return most
        return min(most, ceil(_SPREAD * self.rate * self._latency_s) + 1)

    def delay_s(self, now_s: float) -> float | None:
        """Seconds until the next request may leave: 0.0 means now.

        None means not before an answer to a request in flight has come.

        Args:
            now_s: a monotonic clock, in seconds, as everywhere here.
        """
        if now_s < self._hold_until_s:
            return self._hold_until_s - now_s
        self._refill(now_s)
        if not self._asks_alone and self._credit < 1 and self._window_end_s is not None:
            if now_s < self._window_end_s:
                return self._window_end_s - now_s
            self._ask_alone()
        if self._asks_alone:
            return 0.0 if self._scout is None else None
        if self._credit >= 1:
            return 0.0
        return (1 - self._credit) / self.rate

    def is_held(self, now_s: float) -> bool:
        """Whether the service has asked that nobody leaves now."""
        return now_s < self._hold_until_s

    def leave(self, now_s: float) -> int:
        """Count a request that leaves now; gives its number."""
        self._sent += 1
        self._credit -= 1
        self._in_flight[self._sent] = now_s
        if self._asks_alone:
            self._scout = self._sent
        return self._sent

    def lost(self, number: int) -> None:
        """Count a request that came to nothing, or to a refusal for the rate."""
        self._in_flight.pop(number, None)
        if self._scout == number:
            self._scout = None

    def answered(self, number: int, now_s: float, headers: Mapping[str, str]) -> None:
        """Learn from an answer that is no refusal for the rate.

        Args:
            number: of the request that it answers.
            now_s: when it came.
            headers: by lower-case name.
        """
        took_s = now_s - self._in_flight.pop(number)
        known = took_s if self._latency_s is None else self._latency_s
        self._latency_s = known + _SMOOTH * (took_s - known)
        is_news = self._scout is not None and number >= self._scout
        if is_news:
            self._asks_alone = False
            self._scout = None
        found = reading(headers)
        if found is None:
            return
        self._refill(now_s)
        self._limit = found.limit
        used = min(max(1, floor(self._share * found.limit + 1e-9)), found.limit)
        left = found.remaining - (found.limit - used)
        credit = float(left - self._sent_later(number))
        match self._window_of(found, now_s, is_news=is_news):
            case _Window.NEW:
                self._credit = credit
            case _Window.SAME:
                self._credit = self._lower(credit)
            case _Window.OLD:
                pass

    def hold(self, now_s: float, wait_s: float) -> None:
        """Let nobody leave for so long: the service has asked for it.

        Afterwards one request leaves alone.

        Args:
            now_s: when it was asked.
            wait_s: seconds to wait, jitter included.
        """
        until_s = now_s + max(wait_s, _LEAST_HOLD_S)
        self._hold_until_s = max(self._hold_until_s, until_s)
        if self._limit is not None:
            self._credit = min(self._credit, 0.0)
        self._ask_alone()

    def _ask_alone(self) -> None:
        self._asks_alone = True
        self._scout = None

    def _sent_later(self, number: int) -> int:
        """How many requests left after one: its answer does not count them."""
        return self._sent - number

    def _lower(self, credit: float) -> float:
        """What is left of the credit after an answer of the same window."""
        return min(self._credit, credit)

    def _window_of(self, found: Reading, now_s: float, *, is_news: bool) -> "_Window":
        """Which window an answer tells of; a bucket is one without end.

        Args:
            found: what its headers say.
            now_s: when it came.
            is_news: the request left alone, so that its answer says how it is.
        """
        known_s = self._window_end_s
        if found.reset_s is None or (
            known_s is None and found.reset_s <= _WINDOW_FROM_S
        ):
            return _Window.NEW if is_news else _Window.SAME
        end_s = now_s + max(1, found.reset_s)
        if known_s is None or is_news or end_s > known_s + _SAME_WINDOW_S:
            self._window_end_s = end_s
            return _Window.NEW
        if end_s < known_s - _SAME_WINDOW_S:
            return _Window.OLD
        self._window_end_s = min(known_s, end_s)
        return _Window.SAME

    def _refill(self, now_s: float) -> None:
        """Let a bucket's credit grow up to now."""
        if self._limit is not None and self._window_end_s is None:
            grown = self._credit + self.rate * (now_s - self._credit_at_s)
            self._credit = min(grown, max(1.0, self._share * self._limit))
        self._credit_at_s = now_s

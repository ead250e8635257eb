"""When things happen in an imagined account: office hours, nights, bursts.

In: a seeded source of randomness and a stretch of time. Out: one entry for
each record: its second and the event that it belongs to. What happens is
decided elsewhere.
"""

from itertools import accumulate
from random import Random

HOUR_S = 3600

# Weight of each hour of a working day, UTC: a European office, a late shift
# elsewhere, and jobs at night.
_HOURS = (
    *(2, 3, 2, 1, 1, 2, 5, 22, 60, 90, 95, 85),
    *(55, 80, 92, 85, 70, 42, 20, 12, 10, 8, 5, 3),
)
_WEEKEND = 0.12
_DAY_SPREAD = (0.6, 1.0, 1.15, 0.9, 1.3, 0.8, 1.05)

# One event in so many is a burst; this many records come of one, mostly within
# one second, as when a job or a bulk change writes.
_BURST_ONE_IN = 60
_LONGEST_BURST = 40
_ONE_SECOND_IN = 0.6


def moments(
    random: Random, count: int, start_s: int, end_s: int
) -> list[tuple[int, int]]:
    """`count` pairs of second and event number, by second.

    Args:
        random: decides everything.
        count: how many records.
        start_s: the first second, included.
        end_s: the last second, included; not before `start_s`.
    """
    hours = range(start_s // HOUR_S, end_s // HOUR_S + 1)
    total = list(accumulate(_weight(hour) for hour in hours))
    sizes = _sizes(random, count)
    uniform = random.random
    draws = random.choices(hours, cum_weights=total, k=len(sizes))
    found: list[tuple[int, int]] = []
    for event, (hour, size) in enumerate(zip(draws, sizes, strict=True)):
        second = hour * HOUR_S + int(uniform() * HOUR_S)
        if not start_s <= second <= end_s:  # in the first or the last hour
            second = min(max(second, start_s), end_s)
        if size == 1:
            found.append((second, event))
        else:
            spread = 1 if uniform() < _ONE_SECOND_IN else 20
            late = [int(uniform() * spread) for _ in range(size)]
            found.extend([(min(second + wait, end_s), event) for wait in late])
    found.sort()
    return found


def _weight(hour: int) -> float:
    day = hour // 24
    weekday = (day + 3) % 7  # the epoch was a Thursday
    weight = _HOURS[hour % 24] * _DAY_SPREAD[day % len(_DAY_SPREAD)]
    return weight * _WEEKEND if weekday >= 5 else weight


def _sizes(random: Random, count: int) -> list[int]:
    """How many records each event writes; they add up to `count`."""
    uniform = random.random
    sizes = []
    left = count
    while left:
        size = 1
        if uniform() * _BURST_ONE_IN < 1:
            size = min(left, 2 + int(uniform() ** 3 * (_LONGEST_BURST - 1)))
        sizes.append(size)
        left -= size
    return sizes

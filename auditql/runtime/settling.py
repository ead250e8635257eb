"""Up to when an account's log may be taken as written, and who says so.

In: the account's clock, this machine's, how late a record may become readable.
Out: a second before which nothing more will come. The earlier clock decides: one
that jumps ahead would have records passed over that are still to come.
"""

from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    MirrorDamaged,
    PartialAnswer,
    RunError,
    TooManyGroups,
)
from auditql.plan.capability import ReadShape
from auditql.plan.model import Box, Interval, Scan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.requests import ZendeskSource

CLOCKS_DIFFER_S = 60
"""A difference between the clocks that is worth saying, in seconds."""

_DAY_S = 86_400
_LASTING = (AuthenticationFailed, MirrorDamaged, PartialAnswer, TooManyGroups)
_PASSING = frozenset({408, 425, 429})


def settled_s(server_s: int | None, wall_s: float, lag_s: int) -> int:
    """The second before which all records can be read, if none is later than `lag_s`.

    Args:
        server_s: the account's time, in seconds since 1970 UTC.
        wall_s: this machine's.
        lag_s: how long after its time a record may become readable.

    Raises:
        ApiError: the account told no time.
    """
    return known_s(server_s, wall_s) - lag_s


def known_s(server_s: int | None, wall_s: float) -> int:
    """The time that both clocks have reached.

    Raises:
        ApiError: the account told no time.
    """
    if server_s is None:
        raise ApiError("the account's answers tell no time, so nothing is ever settled")
    return min(server_s, int(wall_s))


def apart(server_s: int, wall_s: float) -> str | None:
    """What is to be said where the account's clock is ahead; None where it is not."""
    apart_s = server_s - int(wall_s)
    if apart_s <= CLOCKS_DIFFER_S:
        return None
    return (
        f"the account's clock is {length(apart_s)} ahead of this machine's;"
        " the earlier one counts"
    )


def length(seconds: int) -> str:
    """A time in seconds, or in whole days where that says more."""
    if seconds >= 2 * _DAY_S:
        return f"{seconds // _DAY_S:,} days"
    return f"{seconds:,} s"


async def count_since(
    reader: ZendeskReader, statistics: Statistics, created: Interval, now_s: int
) -> int | None:
    """How many records the account counts in a time; its own time is learnt with it.

    None where it answers and does not count: its time is known all the same.

    Args:
        reader: of the account.
        statistics: of the reader; `server_s` is of this answer afterwards.
        created: the time; an open end is asked a while beyond `now_s`.
        now_s: the time by whichever clock is ahead.

    Raises:
        RunError: the account does not answer.
    """
    statistics.forget_time()
    shape = ReadShape(True, 1, now_s, counts=True)
    box = Box(created=created)
    (request,) = ZendeskSource().requests(box, shape)
    try:
        return (await reader.counted(Scan(box, request))).number
    except ApiError:
        if statistics.server_s is None:
            raise
        return None


def may_heal(error: RunError) -> bool:
    """Whether the same may go well later: neither who asks nor what is refused."""
    if isinstance(error, _LASTING):
        return False
    if not isinstance(error, ApiError) or error.status is None:
        return True
    return error.status in _PASSING or not 400 <= error.status < 500

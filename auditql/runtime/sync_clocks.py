"""Clocks that do not go with what a mirror covers, or with what it is to hold.

In: the account's clock, this machine's, ends of time. Out: nothing, or an error that
says which of them is wrong, and what to do.
"""

from auditql.errors import RunError
from auditql.language.clock import text_of
from auditql.runtime.settling import CLOCKS_DIFFER_S, length


def check_clocks(server_s: int, now_s: int, end_s: int) -> None:
    """See that no time is covered that a clock has not reached.

    Raises:
        RunError: one went back.
    """
    if end_s > server_s:
        raise RunError(
            f"the account's clock is {length(end_s - server_s)} behind what the mirror"
            " covers: it went back, or was ahead; if it is right now, `auditql mirror"
            " rebuild`"
        )
    if end_s > now_s:
        raise RunError(
            f"this machine's clock is {length(server_s - now_s)} behind the account's,"
            " and behind what the mirror covers; nothing can be settled until it is set"
        )


def check_begun(since_s: int, reached_s: int) -> None:
    """See that what the mirror is to hold has begun, or is about to.

    Raises:
        RunError: it has not, so there would be nothing to read for long.
    """
    ahead_s = since_s - reached_s
    if ahead_s > CLOCKS_DIFFER_S:
        raise RunError(
            f"the mirror is to hold what comes after {text_of(since_s)}, and the clocks"
            f" are {length(ahead_s)} behind that; `auditql sync --since` names an"
            " earlier time"
        )

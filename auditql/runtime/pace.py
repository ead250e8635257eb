"""How fast an account is asked: by argument, by its profile, or as ever.

In: what a program or a command line says, and a connection. Out: a Pace, or
ConfigurationError. Nothing is sent here.
"""

from auditql.catalog.forms import form
from auditql.errors import ConfigurationError
from auditql.providers.zendesk.pacer import CONCURRENCY, SHARE
from auditql.runtime.connection import Connection


@form
class Pace:
    """How fast an account is asked.

    Attributes:
        concurrency: most requests at once; with 1, pages are asked for one
            after another, as they are taken.
        share: part of the account's rate limit that is used.
    """

    concurrency: int
    share: float


def pace_of(
    connection: Connection,
    concurrency: int | None,
    share: float | None,
    *,
    is_bounded: bool = False,
) -> Pace:
    """The pace that is asked for; None takes the profile's, else the usual one.

    Args:
        connection: its profile may say more.
        concurrency: as asked for.
        share: as asked for.
        is_bounded: only so many requests may be made. Several cursors would spend
            some of them on pages that are never given out; so one cursor reads,
            unless more are asked for.

    Raises:
        ConfigurationError: no pace at all, or more than the account allows.
    """
    if concurrency is None:
        concurrency = 1 if is_bounded else connection.concurrency
    if share is None:
        share = connection.rate_share
    pace = Pace(
        CONCURRENCY if concurrency is None else concurrency,
        SHARE if share is None else share,
    )
    if pace.concurrency < 1 or not 0 < pace.share <= 1:
        raise ConfigurationError(
            "concurrency is at least 1, and rate_share above 0 and at most 1"
        )
    return pace

"""Counts asked of an account, and what they say of a read, for a person.

In: plans and a connection. Out: lines for each plan. Text of the service is in
none of them.
"""

from collections.abc import AsyncGenerator, Sequence
from math import floor

from auditql.errors import ApiError
from auditql.plan.lines import counted, entry
from auditql.plan.model import Request
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import pages
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.pacer import SHARE, Reading, reading
from auditql.providers.zendesk.refusals import blamed
from auditql.providers.zendesk.session import Seams, Session
from auditql.results.estimate import Estimate, estimate, questions
from auditql.runtime.connection import Connection

_MINUTE_S = 60
_HOUR_S = 3600
_NEARLY = 1e-9
_MORE = "; several pages at once may need some requests more"


async def estimates(
    plans: Sequence[Plan], connection: Connection
) -> AsyncGenerator[str, None]:
    """What is known of each plan once the account has counted; in order.

    Raises:
        RunError: a count could not be had.
    """
    share = SHARE if connection.rate_share is None else connection.rate_share
    done = Statistics()
    async with Session(
        connection.origin,
        connection.credential,
        done,
        Seams(route=connection.route),
        share=share,
    ) as session:
        for plan in plans:
            before = done.requests
            answers = [await _count(session, request) for request in questions(plan)]
            asked = counted(done.requests - before, "request")
            said = f"{_told(plan, answers, share)}; this took {asked}"
            if not answers:
                said = "nothing is asked: the cost is known without it"
            yield "\n".join(entry("probe", said))


async def _count(session: Session, request: Request) -> tuple[int, Reading | None]:
    """How many records the account counts, and the rate limit that it tells.

    Raises:
        RunError: the number could not be had.
    """

    def read(answer: Answer) -> tuple[int, Reading | None]:
        return pages.counted(answer.json()).number, reading(answer.headers)

    try:
        return await session.get(request.url(session.origin.base), read)
    except ApiError as error:
        raise blamed(error, request) from None


def _told(
    plan: Plan, answers: Sequence[tuple[int, Reading | None]], share: float
) -> str:
    """What the read takes: requests, records, time."""
    found = estimate(plan, [count for count, _ in answers])
    limits = [rate.limit for _, rate in answers if rate is not None]
    much = f"{counted(found.requests, 'request')}, {counted(found.records, 'record')}"
    how = _MORE if found.requests > 1 else ""
    return f"{_bound(found)}{much}, {_time(found.requests, limits, share)}{how}"


def _bound(found: Estimate) -> str:
    """On which side the truth may lie, as the words before the numbers."""
    match found.may_be_less, found.may_be_more:
        case False, False:
            return ""
        case True, False:
            return "at most "
        case False, True:
            return "at least "
        case _:
            return "perhaps "


def _time(requests: int, limits: Sequence[int], share: float) -> str:
    """How long so many requests take at the rate that the account allows."""
    if not limits:
        return "in an unknown time: the account tells no rate limit"
    limit = limits[-1]
    used = max(1, floor(share * limit + _NEARLY))  # as the pacer takes it
    return (
        f"{_duration(requests * _MINUTE_S / used)} at {used:,} requests a minute "
        f"({share:.0%} of the account's limit of {limit:,})"
    )


def _duration(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 1:
        return "under a second"
    if seconds < _MINUTE_S:
        return f"about {seconds:.0f} s"
    if seconds < _HOUR_S:
        return f"about {seconds / _MINUTE_S:.2g} min"
    return f"about {seconds / _HOUR_S:,.1f} h"

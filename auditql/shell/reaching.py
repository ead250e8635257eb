"""Asking an account how it stands, within a time a person waits.

In: an account and a credential. Out: its standing. Nothing is printed here.
"""

import asyncio

from auditql.errors import RateLimited
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import Credential
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.route import Route
from auditql.providers.zendesk.session import Seams, Session
from auditql.providers.zendesk.standing import Standing, ask

WITHIN_S = 60.0


async def reach(
    origin: Origin, credential: Credential, route: Route, within_s: float = WITHIN_S
) -> Standing:
    """How the account stands; one that does not answer in time is refused."""
    async with Session(origin, credential, Statistics(), Seams(route=route)) as session:
        try:
            async with asyncio.timeout(within_s):
                return await ask(session)
        except TimeoutError:
            late = RateLimited(
                f"{origin.base} gave no answer within {within_s:g} s: it fails, or its "
                "rate limit holds"
            )
            return Standing(session.token, late)

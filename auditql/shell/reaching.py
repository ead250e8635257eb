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
from auditql.runtime.profiles.forms import Profile

WITHIN_S = 60.0


async def reach(
    origin: Origin, credential: Credential, by: Profile | Route | None
) -> Standing:
    """How the account stands, the way that a profile or a route says."""
    if isinstance(by, Profile):
        by = Route(by.proxy, by.ca_file)
    seams = Seams(route=by if by is not None else Route())
    async with Session(origin, credential, Statistics(), seams) as session:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await ask(session)
        except TimeoutError:
            late = RateLimited(
                f"{origin.base} gave no answer within {WITHIN_S:g} s: it fails, or its "
                "rate limit holds"
            )
            return Standing(session.token, late)

"""How an account stands: whether its audit log answers, and within which limit.

In: a session. Out: what one token request and one request for one record tell.
No other address is asked: who the user is, is no business of a reader.
"""

from dataclasses import dataclass

from auditql.errors import RunError
from auditql.providers.zendesk import pages
from auditql.providers.zendesk.auth import Minted
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.pacer import Reading, reading
from auditql.providers.zendesk.requests import PATH
from auditql.providers.zendesk.session import Session

QUESTION = f"{PATH}?page%5Bsize%5D=1"
"""The request that is made: the least that the audit log can be asked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found out.

    Attributes:
        token: minted for the question; None where the credential mints none, or
            none was had.
        refused: why the audit log does not answer; None where it does.
        rate: the rate limit that the answer tells; None where it tells none.
    """

    token: Minted | None
    refused: RunError | None
    rate: Reading | None = None


async def ask(session: Session) -> Standing:
    """Ask the audit log for one record; an error of the run is part of the answer."""

    def read(answer: Answer) -> Reading | None:
        pages.cursor_page(answer.json())
        return reading(answer.headers)

    try:
        rate = await session.get(session.origin.base + QUESTION, read)
    except RunError as error:
        return Standing(session.token, error)
    return Standing(session.token, None, rate)

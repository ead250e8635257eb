"""Rows are taken of an answer; a person is asked before it takes many requests.

In: an answer, a client. Out: rows to whoever takes them, questions. A question is
put before the first request where the number is known, behind a page that lets it
be expected, and while nothing matches and nothing is known of what is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from auditql.plan.cost import MANY
from auditql.plan.lines import counted
from auditql.shell.session.answer import Answer, Stop
from auditql.shell.session.events import Confirm, Reply

if TYPE_CHECKING:
    from auditql.results.formats import Row
    from auditql.runtime.client import AsyncClient
    from auditql.shell.session.session import Session

_FEWER = 1000
"""Rows that a query may be limited to where it would take many requests."""

_LOOK_S = 0.05  # how often a read that gives nothing is looked at


async def taken(
    session: Session,
    answer: Answer,
    client: AsyncClient,
    give: Callable[[Sequence[Row]], object],
) -> str | None:
    """Take what is wanted; gives why something of it is missing, None for nothing.

    Raises:
        RunError: the rest cannot be had now.
        OutputError: it cannot be written.
    """
    number = answer.expected(session.state.densities)
    if number is not None and number > MANY and not _may(session, answer, number):
        return f"it would have taken about {number:,} requests"
    doubt = _Doubt(session, answer, client)
    try:
        async with asyncio.timeout(None) as scope:
            watch = asyncio.create_task(doubt.watch(scope))
            try:
                while await answer.take(client, give) is Stop.COSTLY:
                    number = answer.following(client) or 0
                    if not (answer.may_cost or _may(session, answer, number)):
                        return _before(number)
            finally:
                watch.cancel()
    except TimeoutError:
        if doubt.reason is None:
            raise
    return doubt.reason


class _Doubt:
    """Looks at a read as long as nothing of it is out, and asks when it grows long.

    Attributes:
        reason: why it was ended; None where it was not.
    """

    def __init__(self, session: Session, answer: Answer, client: AsyncClient) -> None:
        self.reason: str | None = None
        self._session = session
        self._answer = answer
        self._client = client

    async def watch(self, scope: asyncio.Timeout) -> None:
        """Ask once, and end what is in the scope at a no; nothing is sent meanwhile."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if self._answer.may_cost:
                return
            made = self._client.statistics.requests
            number = self._answer.following(self._client)
            if number is None and made >= MANY:
                is_on = _may(self._session, self._answer, made, is_known=False)
                reason = f"it was stopped after {counted(made, 'request')}"
            elif number is not None and number > MANY:
                is_on = _may(self._session, self._answer, number)
                reason = _before(number)
            else:
                continue
            if not is_on:
                self.reason = reason
                scope.reschedule(asyncio.get_running_loop().time())
            return


def _before(number: int) -> str:
    return f"it was stopped before about {number:,} more requests"


def _may(
    session: Session, answer: Answer, number: int, *, is_known: bool = True
) -> bool:
    """Whether reading may go on; the answer may be limited for it.

    Args:
        session: asks.
        answer: that is read.
        number: of requests that follow; where that is not known, that were made.
        is_known: it is known how many follow.
    """
    replies = [Reply.YES, Reply.NO]
    plan = answer.plan
    if not plan.stages and not plan.sort and len(answer.rows) < _FEWER:
        replies.append(Reply.LIMIT)
    words = f"about {number:,} {'more ' if answer.rows else ''}requests: go on?"
    if not is_known:
        made = counted(number, "request")
        words = f"{made} made, nothing known of the rest: go on?"
    reply = session.confirm(Confirm(number, words, tuple(replies)))
    if reply is Reply.NO:
        return False
    answer.may_cost = True
    if reply is Reply.LIMIT:
        answer.limit(_FEWER)
    return True

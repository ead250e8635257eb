r"""`\watch`: a query asked again and again, of which only new rows are shown.

In: a session whose last query gives records as they are. Out: events, until it is
interrupted. Each round asks for the time since the newest record that was seen,
less a while: records become readable minutes after their time. What was seen in
that while is left out by its id. The requests go through the session's client, so
its pace and the account's limit hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.catalog.fields import BY_NAME
from auditql.errors import ConfigurationError, ConnectionFailed, RateLimited
from auditql.language.query import And, Column, InRange, Query, Select, Where
from auditql.plan.planner import plan as planned
from auditql.results.completeness import SETTLING_S
from auditql.results.stages.pipeline import Pipeline
from auditql.shell.endings import told
from auditql.shell.session.answer import Answer
from auditql.shell.session.compiling import compiled
from auditql.shell.session.events import Note, Rows, Warned
from auditql.shell.session.showing import PEOPLE, format_name, made_for_screen

if TYPE_CHECKING:
    from auditql.catalog.record import Record
    from auditql.plan.plan import Plan
    from auditql.shell.session.session import Session

EVERY_S = 10
"""Seconds between two rounds, unless it is said otherwise."""

LEAST_S = 2
"""Fewer are refused: the account's limit is for others too."""

_MOST_S = 86_400
_MOST_KEPT = 10_000  # rows for `last`


async def watch(session: Session, argument: str) -> None:
    """Show new rows of the last query until Ctrl-C.

    Args:
        session: the session.
        argument: seconds between two rounds; may be empty.

    Raises:
        ConfigurationError: the argument is wrong, or there is no such query.
        RunError: the account refuses to answer.
    """
    every_s = _seconds(argument)
    asked = _asked(session)
    plan = _plan(session, asked)
    answer = session.answer = session.state.last = Answer(plan, asked.text)
    answer.values = asked.values
    answer.is_read = True
    watched = _Watched(session)
    await watched.round(plan)
    session.tell(Note(f"watching every {every_s} s: new rows only; Ctrl-C ends it"))
    is_lost = False
    while True:
        await session.sleep(every_s)
        plan = _plan(session, asked)
        try:
            new = await watched.round(plan)
        except (ConnectionFailed, RateLimited) as error:
            if not is_lost:
                session.tell(Warned(f"{told(error)}; it is asked again"))
            is_lost = True
            continue
        is_lost = False
        if new:
            _show(session, answer, plan, new)


def _show(session: Session, answer: Answer, plan: Plan, new: Sequence[Record]) -> None:
    """Show records, oldest first, and keep them."""
    state = session.state
    rows = Pipeline(plan).add(new) if plan.stages else [record.raw for record in new]
    if not rows:
        return
    name = format_name(state)
    made = made_for_screen(state, plan, name)
    answer.rows += rows
    del answer.rows[:-_MOST_KEPT]
    state.seen.note_records(rows)
    state.seen.settle()
    text = made.rows(rows) + made.end()
    session.tell(Rows(tuple(rows), text, name not in PEOPLE))


class _Watched:
    """What was seen so far."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: dict[int, int] = {}
        self._since_s: int | None = None

    async def round(self, plan: Plan) -> Sequence[Record]:
        """The records that are new, oldest first; those of the first round are none.

        Where a round fails nothing of it counts as seen.

        Raises:
            RunError: they could not be had.
        """
        client = await self._session.reach.client()
        is_first = self._since_s is None
        since_s = self._since_s
        if since_s is None:
            since_s = plan.query.now_s - SETTLING_S
        found: list[Record] = []
        async with aclosing(client.batches(_since(plan, since_s))) as batches:
            async for batch in batches:
                found += [record for record in batch if record.id not in self._seen]
        for record in found:
            self._seen[record.id] = record.created_s
        newest = max(self._seen.values(), default=plan.query.now_s)
        newest = min(newest, plan.query.now_s)
        self._since_s = max(since_s, newest - SETTLING_S)
        old = [id_ for id_, at in self._seen.items() if at < self._since_s]
        for id_ in old:
            del self._seen[id_]
        return () if is_first else found[::-1]


def _since(plan: Plan, since_s: int) -> Plan:
    """The plan of the records since then, all of them, newest first."""
    query = plan.query
    time = Column("created_at", BY_NAME["created_at"].kind)
    recent = And((query.filter, InRange(time, since_s, None)))
    bare: Query = replace(query, filter=recent, stages=(), order=(), limit=None)
    return planned(replace(bare, offset=0, page_size=None), plan.source)


def _plan(session: Session, asked: Answer) -> Plan:
    """The plan of the query, as of now.

    Raises:
        ConfigurationError: new rows of it make no sense by themselves.
    """
    plans = compiled(
        asked.text,
        session.state,
        asked.values,
        has_own_defaults=asked.values is not None,
    ).plans
    if len(plans) != 1:
        raise ConfigurationError("\\watch takes one query: ask it alone first")
    (plan,) = plans
    others = [s for s in plan.stages if not isinstance(s, Where | Select)]
    if others or plan.query.page is not None:
        raise ConfigurationError(
            "\\watch shows records as they come in: leave out the page, the counts"
            " and the other stages but `where` and `select`"
        )
    return plan


def _asked(session: Session) -> Answer:
    last = session.state.last
    if last is None:
        raise ConfigurationError("ask something first: \\watch asks it again")
    return last


def _seconds(argument: str) -> int:
    """The seconds between two rounds.

    Raises:
        ConfigurationError: they are none, or too few.
    """
    if not argument:
        return EVERY_S
    if argument.isascii() and argument.isdigit() and len(argument) < 7:
        seconds = int(argument)
        if LEAST_S <= seconds <= _MOST_S:
            return seconds
    raise ConfigurationError(
        f"\\watch takes whole seconds from {LEAST_S} to {_MOST_S:,}"
    )

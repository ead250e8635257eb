"""Queries of a session, from the text to the last word about their answers.

In: a session, a text or an answer that goes on. Out: events. Each query of a text
is asked in its turn; an error ends them all. However an answer ends, the rows that
came are shown and kept.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from auditql.diagnostics.codes import Code
from auditql.errors import RunError
from auditql.language.query import LimitTo, Top
from auditql.shell.endings import told
from auditql.shell.live.density import MOST, learned
from auditql.shell.progress import Progress as ProgressLine
from auditql.shell.report import Ran, clock_warning, summary
from auditql.shell.session.answer import Answer
from auditql.shell.session.compiling import compiled
from auditql.shell.session.events import (
    Finished,
    Note,
    Progress,
    Warned,
)
from auditql.shell.session.following import what_follows
from auditql.shell.session.outlets import File, Screen
from auditql.shell.session.showing import in_shell_words
from auditql.shell.session.taking import taken
from auditql.shell.session.turn import INTERRUPTIONS
from auditql.shell.staged import staged

if TYPE_CHECKING:
    from auditql.diagnostics.model import Diagnostic
    from auditql.plan.plan import Plan
    from auditql.plan.reader import Statistics
    from auditql.runtime.client import AsyncClient
    from auditql.shell.session.session import Session
    from auditql.shell.session.state import State

_NOTED = 10_000  # rows of an answer whose values are remembered


async def ask(
    session: Session,
    text: str,
    values: Mapping[str, str] | None = None,
    name: str | None = None,
    *,
    lasts: bool = True,
) -> None:
    """Answer each query of a text.

    Args:
        session: the session.
        text: one query or more, or definitions.
        values: of parameters, as written.
        name: of the file that it was read from; None for none.
        lasts: what it defines holds from then on; else its defaults are its own too.

    Raises:
        QueryError: the text is wrong; nothing was sent.
        AuditQLError: a query could not be answered.
    """
    state = session.state
    session.source = name
    found = compiled(text, state, values, has_own_defaults=not lasts)
    warnings = tuple(w for w in found.warnings if not _is_moot(w, found.plans, state))
    if warnings:
        session.tell(Warned("", warnings, found.of, name))
    if lasts:
        state.definitions.keep(found.definitions)
        state.zone = found.zone or state.zone
    if not found.plans:
        for words in _defined(found.definitions, found.zone, lasts=lasts):
            session.tell(Note(words))
        return
    state.text = text
    for number, (plan, of) in enumerate(zip(found.plans, found.texts, strict=True)):
        if found.headings:
            session.tell(Note(found.headings[number]))
        answer = Answer(plan, of)
        if not lasts:
            answer.values = {n: v for n, v in (values or {}).items() if n in of}
        answer.target = first_rows(state, plan)
        await go_on(session, answer)


def _is_moot(warning: Diagnostic, plans: Sequence[Plan], state: State) -> bool:
    """Whether it warns of reading all, where reading stops with the first rows."""
    return warning.code is Code.READS_EVERYTHING and all(
        first_rows(state, plan) is not None and staged(plan).streams and not plan.sort
        for plan in plans
    )


def _defined(
    names: Mapping[str, object], zone: str | None, *, lasts: bool
) -> list[str]:
    """What a text without a query did."""
    if not lasts:
        return ["it asks nothing, and what it defines is its own: \\i FILE keeps that"]
    words = [f"{', '.join(names)} will be known from now on"] if names else []
    if zone is not None:
        words.append(f"days and hours are those of {zone} from now on")
    return words


def first_rows(state: State, plan: Plan) -> int | None:
    """So many rows of an answer are shown at first; None for all.

    All where the query itself says how many, and where they go to a file.
    """
    query = plan.query
    if state.output is not None or query.page is not None or query.limit is not None:
        return None
    if any(isinstance(stage, LimitTo | Top) for stage in plan.stages):
        return None
    if query.page_size is not None and not plan.stages and not plan.sort:
        return query.page_size
    return state.limit


async def go_on(session: Session, answer: Answer) -> None:
    """Show the rows of an answer up to its target, and say how it went.

    Raises:
        RunError: the rest cannot be had now; what came is shown and kept.
        OutputError: they cannot be written.
        ConfigurationError: there is no account, or a column is none.
    """
    state = session.state
    state.last = answer
    before = answer.rows_before = len(answer.rows)
    session.answer = answer if before else None
    shown = (File if state.output else Screen)(session, answer)
    client = await session.reach.client()
    session.answer = answer  # from here on there is something to go on with
    session.reach.look()
    access = client.mirrored.access
    is_begun = answer.part.use == state.source
    answer.part = answer.part if is_begun else state.parting()
    # One that cannot be used holds nothing; that is said where it is looked for.
    access.held = answer.part.covered if is_begun or answer.part.covered else None
    counts = client.statistics
    _reset(counts)
    clock = asyncio.get_running_loop().time
    began = clock()
    line = _Line(session, answer, client)
    reason: str | None = "it was stopped"
    is_interrupted = False
    try:
        reason = await taken(session, answer, client, shown.take)
        reason = reason or client.mirrored.lacking()
    except INTERRUPTIONS:
        is_interrupted = True
        session.heard()
        raise
    except RunError as error:
        reason = told(error)
        raise
    finally:
        line.end()
        access.held = None  # what is asked beside this answer takes all there is
        done = copy.copy(counts)
        done.rows = len(answer.rows) - before
        claim = answer.claim(reason)
        state.ran = Ran(done, clock() - began, answer.plan, claim, before)
        shown.end(is_whole=claim.complete and not answer.goes_on)
        _remember(state, answer, before, settles=not is_interrupted)
        _learn(state, answer, done, before)
    _say(session, answer, client, state.ran)


def _say(session: Session, answer: Answer, client: AsyncClient, ran: Ran) -> None:
    """Say what there is to know of an answer that is out."""
    origin = client.connection.origin
    words = None if origin.is_loopback else clock_warning(ran.counts)
    if words is not None and not session.has_told_of_clock:
        session.has_told_of_clock = True
        session.tell(Warned(words))
    if ran.claim.reason is not None:
        session.tell(Warned(f"the answer is partial: {ran.claim.reason}"))
    line = None
    if session.state.timing:
        more = what_follows(answer, ran)
        shown = not ran.rows_before
        line = summary(ran, shown=shown, more=more, names_cursors=False)
        line = in_shell_words(line)
    session.tell(Finished(line, ran.seconds, answer.has_more))


def _reset(counts: Statistics) -> None:
    """Count anew: those of a client are of all its queries together."""
    for one in fields(counts):
        setattr(counts, one.name, one.default)


def _remember(state: State, answer: Answer, before: int, *, settles: bool) -> None:
    """Know the values that were shown; they may be listed with those of the next.

    Whoever pressed Ctrl-C does not wait until ten thousand values are in order.
    """
    new = answer.rows[before : before + _NOTED]
    if new:
        state.seen.note_records(new)
        if settles:
            state.seen.settle()


def _learn(state: State, answer: Answer, done: Statistics, before: int) -> None:
    """Know how dense the records are that were read from their end on."""
    is_other = before or done.rows_mirrored or done.sql_answers
    found = None if is_other else learned(answer.reading, done)
    if found is None:
        return
    key, density = found
    others = [(k, v) for k, v in state.densities.items() if k != key]
    state.densities = dict([*others, (key, density)][-MOST:])


class _Line:
    """The line of progress of one read."""

    def __init__(self, session: Session, answer: Answer, client: AsyncClient) -> None:
        self._session = session
        self._is_shown = False
        self._is_over = False
        plan = answer.plan
        loop = asyncio.get_running_loop()
        line = ProgressLine(
            answer.reading,
            client.statistics,
            lambda: len(answer.rows),
            session.reach.waits(),
            self._show,
            loop.time,
            streams=staged(plan).streams and not plan.sort,
        )
        self._task = loop.create_task(line())

    def _show(self, line: str | None) -> None:
        if line is not None and not self._is_over:
            self._is_shown = True
            self._session.tell(Progress(line))

    def end(self) -> None:
        """Show it no more."""
        self._is_over = True
        self._task.cancel()
        if self._is_shown:
            self._session.tell(Progress(None))

"""Commands about the last answer: more of it, all of it again, how it was had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.language.query import CursorPage
from auditql.results.formats import FORMATS
from auditql.shell.completion.known import Choice, Takes
from auditql.shell.report import cursors, statistics_line
from auditql.shell.session.answer import Answer
from auditql.shell.session.asking import go_on
from auditql.shell.session.events import Note, Rows, Text, Warned, rows_are
from auditql.shell.session.following import nothing_follows
from auditql.shell.session.output_file import path_of
from auditql.shell.session.paging import beside
from auditql.shell.session.registry import Group, Words, command, one_of
from auditql.shell.session.showing import (
    PEOPLE,
    format_name,
    in_shell_words,
    laid_out,
    made_for_answer,
    made_for_file,
)
from auditql.shell.session.watching import watch

if TYPE_CHECKING:
    from auditql.shell.session.session import Session


def _formats(_session: Session) -> tuple[Choice, ...]:
    return tuple(map(Choice, FORMATS))


FORMAT_WORDS: Words = _formats
"""The names of the formats."""


def last_of(session: Session) -> Answer:
    """The last answer.

    Raises:
        ConfigurationError: there is none.
    """
    answer = session.state.last
    if answer is None:
        raise ConfigurationError("there is no answer yet: ask something first")
    return answer


@command("more", "", "show the next rows", Group.ANSWER)
async def more(session: Session, _argument: str) -> None:
    """Show as many rows more; those that are out are not read again."""
    answer = last_of(session)
    if not answer.has_more:
        session.tell(Note(nothing_follows(answer, session.state.ran)))
        return
    _check_goes_on(answer)
    step = session.state.limit
    if answer.plan.query.page_size is not None:
        step = answer.plan.query.page_size
    answer.target = None if step is None else len(answer.rows) + step
    await go_on(session, answer)


@command("resume", "", "go on with an answer that was stopped", Group.ANSWER)
async def resume(session: Session, _argument: str) -> None:
    """Go on up to the rows that were wanted."""
    answer = last_of(session)
    if not answer.has_more:
        session.tell(Note(nothing_follows(answer, session.state.ran)))
        return
    _check_goes_on(answer)
    if answer.target is not None and len(answer.rows) >= answer.target:
        await more(session, "")
        return
    await go_on(session, answer)


@command("next", "", "the page behind the last one (`page size n`)", Group.ANSWER)
async def next_page(session: Session, _argument: str) -> None:
    """Show the next page; of an answer that is no page, the next rows."""
    await _turn_page(session, is_after=True)


@command("prev", "", "the page before the last one", Group.ANSWER)
async def previous_page(session: Session, _argument: str) -> None:
    """Show the page before."""
    await _turn_page(session, is_after=False)


@command(
    "last",
    "[FORMAT] [> FILE]",
    "the rows of the last answer again",
    Group.ANSWER,
    takes=Takes.WORDS,
    words=FORMAT_WORDS,
)
async def last(session: Session, argument: str) -> None:
    """Show the rows again, in another format, or write them into a file."""
    answer = last_of(session)
    words, is_into, path = argument.partition(">")
    wanted = one_of(words.strip(), tuple(FORMATS), "format") if words.strip() else None
    path = path_of(path.strip())
    if is_into and not path:
        raise ConfigurationError("a file is missing behind `>`")
    state = session.state
    name = format_name(state, wanted)
    if answer.has_more:
        session.tell(Warned("not all rows are out: these are the first"))
    if path:
        from auditql.runtime.writer import replace_text

        text = laid_out(answer.rows, made_for_file(state, answer.plan, name))
        replace_text(path, text)
        session.tell(Note(f"{rows_are(len(answer.rows))} written to {path}"))
        return
    made = made_for_answer(state, answer, name)
    text = laid_out(answer.rows, made)
    session.tell(Rows(tuple(answer.rows), text, name not in PEOPLE))
    for note in made.notes():
        session.tell(Note(in_shell_words(note)))


@command("stats", "", "what the last answer took, as JSON", Group.ANSWER)
async def stats(session: Session, _argument: str) -> None:
    """Show the line of `--stats`."""
    ran = session.state.ran
    if ran is None:
        raise ConfigurationError("there is no answer yet: ask something first")
    session.tell(Text(statistics_line(ran)))


@command("watch", "[SECONDS]", "ask again and again: new rows only", Group.ANSWER)
async def watch_(session: Session, argument: str) -> None:
    """Show what comes in, until Ctrl-C."""
    await watch(session, argument)


def _check_goes_on(answer: Answer) -> None:
    """See that the answer can go on.

    Raises:
        ConfigurationError: it cannot.
    """
    if not answer.goes_on:
        raise ConfigurationError(
            "this answer cannot go on: ask it again from the beginning"
        )


async def _turn_page(session: Session, *, is_after: bool) -> None:
    """Show the page on one side of the last one.

    Raises:
        ConfigurationError: there is none.
    """
    state = session.state
    answer, ran = last_of(session), state.ran
    is_of_it = ran is not None and ran.plan is answer.plan
    found = cursors(ran) if ran is not None and is_of_it else {}
    plan = beside(answer.plan, found, is_after=is_after)
    if plan is None and is_after and answer.plan.query.page is None:
        await more(session, "")
        return
    if plan is None:
        side = "behind" if is_after else "before"
        raise ConfigurationError(
            f"there is no page {side} this one: pages are those of `page size 50`"
        )
    turned = Answer(plan, answer.text)
    turned.values = answer.values
    await go_on(session, turned)
    new = state.ran
    if not isinstance(plan.query.page, CursorPage) or new is None:
        return
    if new.claim.complete and not new.counts.rows_fetched:
        # A page without a record has no cursors: nothing would lead away from it.
        state.last, state.ran = answer, ran
        which = "last" if is_after else "first"
        session.tell(Note(f"this is the {which} page"))

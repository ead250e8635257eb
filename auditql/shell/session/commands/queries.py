"""Commands about queries and records: what one costs, what a field is, one record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditql.catalog.fields import BY_NAME, FIELDS, Field
from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.catalog.operators import OPERATORS
from auditql.diagnostics.nearest import nearest
from auditql.errors import ConfigurationError
from auditql.plan.lines import counted, entry
from auditql.shell.commands.fields import row_of, table_of
from auditql.shell.completion.known import Takes
from auditql.shell.live.density import expected
from auditql.shell.mirror_use import saved_text
from auditql.shell.progress import duration
from auditql.shell.session.compiling import compiled
from auditql.shell.session.events import EditText, Rows, Text, Warned
from auditql.shell.session.registry import Group, command
from auditql.shell.session.showing import laid_out, made_for_screen

if TYPE_CHECKING:
    from auditql.plan.plan import Plan
    from auditql.runtime.client_settings import Row
    from auditql.shell.session.session import Session
    from auditql.shell.session.state import State

_PAGES = {
    "organization": "organizations",
    "ticket": "tickets",
    "user": "users",
}
"""Where an agent sees an object, by the kind of the source: below `/agent/`."""


@command(
    "explain",
    "[QUERY]",
    "what the API filters, what is checked here",
    Group.QUERY,
    takes=Takes.QUERY,
)
async def explain(session: Session, argument: str) -> None:
    """Explain a query, or the last one; nothing is sent."""
    found = compiled(argument or _last_text(session), session.state)
    if found.warnings:
        session.tell(Warned("", found.warnings, found.of))
    session.reach.look()
    state, told = session.state, []
    access = session.reach.account().mirror(state.source) if state.covered else None
    for whole in found.plans:
        plan = state.parting()(whole)
        shown = plan.explain().rstrip("\n") + saved_text(access, whole, plan)
        told.append("\n".join([shown, *_expected(plan, state)]))
    session.tell(Text("\n\n".join(told)))


@command(
    "e",
    "[QUERY]",
    "write a query, or the last one, in the editor",
    Group.QUERY,
    takes=Takes.QUERY,
    long="edit",
)
async def edit(session: Session, argument: str) -> None:
    """Let the terminal open its editor."""
    session.tell(EditText(argument or session.state.text))


@command(
    "d",
    "[FIELD]",
    "the fields of a record, or all about one",
    Group.QUERY,
    takes=Takes.FIELDS,
)
async def describe(session: Session, argument: str) -> None:
    """List the fields, or describe one."""
    if not argument:
        session.tell(Text(table_of([row_of(field) for field in FIELDS]).rstrip("\n")))
        return
    field = BY_NAME.get(argument.lower())
    if field is None:
        meant = nearest(argument[:40], list(BY_NAME))
        near = f"; did you mean {' or '.join(meant)}?" if meant else "; \\d lists them"
        raise ConfigurationError(f"there is no field `{argument[:40]}`{near}")
    session.tell(Text(_described(field)))


@command("show", "ID", "one record, every field of it", Group.QUERY)
async def show(session: Session, argument: str) -> None:
    """Look a record up by its id."""
    row = await _record(session, argument)
    made = made_for_screen(session.state, None, "vertical")
    session.state.seen.note_records([row])
    session.tell(Rows((row,), laid_out([row], made), False))


@command("open", "ID", "where a record and its object are seen", Group.QUERY)
async def open_(session: Session, argument: str) -> None:
    """Print addresses of a record; nothing is opened.

    What the record says of its own address is shown only where that is the account
    that was asked: a record may say anything.
    """
    row = await _record(session, argument)
    base = (await session.reach.client()).connection.origin.base
    lines = []
    source_type, source_id = row.get("source_type"), row.get("source_id")
    page = _PAGES.get(source_type) if isinstance(source_type, str) else None
    if page is not None and type(source_id) is int and source_id > 0:
        lines.append(f"object  {base}/agent/{page}/{source_id}")
    url = row.get("url")
    if isinstance(url, str) and url.startswith(f"{base}/"):
        lines.append(f"record  {url}")
    if not lines:
        raise ConfigurationError(
            f"the record {argument} names no page of {base}; \\show {argument} shows"
            " all that it says"
        )
    session.tell(Text("\n".join(lines)))


async def _record(session: Session, argument: str) -> Row:
    """The record of an id.

    Raises:
        ConfigurationError: it is no id, or there is no such record.
        RunError: it cannot be asked for.
    """
    number = _id(argument)
    client = await session.reach.client()
    row = await client.show(number)
    if row is None:
        raise ConfigurationError(f"the account has no record {number}")
    return row


def _id(text: str) -> int:
    """The id that a text is.

    Raises:
        ConfigurationError: it is none.
    """
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 20:
        number = int(text)
        if INT64_MIN <= number <= INT64_MAX:
            return number
    if not text:
        raise ConfigurationError("the id of a record is missing")
    raise ConfigurationError(f"`{text[:40]}` is no id: a whole number of 64 bits")


def _described(field: Field) -> str:
    """All about one field."""
    facts = row_of(field)
    del facts["field"]
    lines = [f"{name:<9} {value}" for name, value in facts.items()]
    if field.known:
        lines.append(f"{'known':<9} {', '.join(field.known)}")
    lines += [
        f"{operator.spelling:<12} {operator.meaning}, as {operator.example}"
        for operator in OPERATORS
        if field.kind in operator.kinds
    ]
    return f"{field.name}\n" + "\n".join(f"  {line}" for line in lines)


def _expected(plan: Plan, state: State) -> Iterator[str]:
    """What reads before let expect of a plan; nothing where they say nothing."""
    found, ran = expected(plan, state.densities), state.ran
    if found.is_exact or found.about is None or not state.densities:
        return
    words = f"~{counted(found.about, 'request')}"
    if found.is_bound:
        words = f"up to {words}"
    if ran is not None and ran.counts.requests:
        words += f", {duration(found.about * ran.seconds / ran.counts.requests)}"
    yield from entry("expected", f"{words} for all rows, by what was read before")


def _last_text(session: Session) -> str:
    last = session.state.last
    if last is None:
        raise ConfigurationError("there is no query yet: write one behind \\explain")
    return last.text

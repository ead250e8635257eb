"""What is to be said of a text while it is typed.

In: a text and what the session knows. Out: what Enter would do, the first fault, or
what running it would mean. The text is read once, by the grammar that runs it; the
grammar decides whether it is finished. Nothing is sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.render import Lines
from auditql.errors import QueryError
from auditql.language import query, syntax
from auditql.language.expected import alternatives, described
from auditql.language.parser import Reading, first_fault, parse
from auditql.language.resolver import resolve
from auditql.language.syntax_place import Place
from auditql.language.syntax_quotes import word_alone
from auditql.plan.coverage import covered_plan, page_fault
from auditql.plan.plan import Plan
from auditql.plan.planner import plan
from auditql.shell.live.command_lines import QUERY_COMMANDS, CommandLine, split
from auditql.shell.live.definitions import FAR, whole
from auditql.shell.live.facts import facts_of, with_mirror
from auditql.shell.live.forms import Context, Fault, Live, State
from auditql.shell.live.reading import reading_of

if TYPE_CHECKING:
    from auditql.shell.completion.known import Command

_KEPT = 32  # texts whose answers are kept
_LISTED = 6  # names of commands that are listed


@form
class _Planned:
    """What a text becomes.

    Attributes:
        plans: of its queries.
        warnings: of the text and its plans, in its order.
        is_cut: the shell reads fewer rows than the one query asks for.
    """

    plans: tuple[Plan, ...]
    warnings: tuple[Diagnostic, ...]
    is_cut: bool


def check(text: str, context: Context) -> Live:
    """What is to be said of a text; the same for the same text and context."""
    return _checked(text, context)


@lru_cache(maxsize=_KEPT)
def _checked(text: str, context: Context) -> Live:
    line = split(text)
    if line is not None:
        return _command(line, text, context)
    return _query(text, context)


def diagnostics(text: str, context: Context) -> Sequence[Diagnostic]:
    """Everything found in a text, at most 5 errors, in its order."""
    line = split(text)
    body = text if line is None else _query_of(line)
    if body is None:
        return ()
    try:
        script = parse(body, reading_of(body))
        made = _planned(script, body, context) if script.statements else None
    except QueryError as error:
        return _placed(error.diagnostics)
    return () if made is None else made.warnings


# --- commands


def _query_of(line: CommandLine) -> str | None:
    """The query that a command takes, at its place in the line; None for none."""
    if line.name not in QUERY_COMMANDS or not line.rest.strip():
        return None
    return " " * len(line.indent + line.word) + line.rest


def _command(line: CommandLine, text: str, context: Context) -> Live:
    known = {command.name: command for command in context.commands}
    command = known.get(line.name)
    begun = [f"\\{name}" for name in known if name.startswith(line.name)]
    if command is None and begun and not line.rest:
        # Half a name: what it may become is listed, not what it is not.
        more = ", …" if len(begun) > _LISTED else ""
        hint = ", ".join(begun[:_LISTED]) + more
        return Live(State.COMMAND, text, context, hint=hint)
    if known and command is None:
        meant = nearest(line.name, known)
        at = len(line.indent)
        fault = _fault(
            Diagnostic(
                Code.UNEXPECTED_WORD,
                f"there is no command `{line.word[:40]}`",
                help=f"did you mean `\\{meant[0]}`?" if meant else r"`\?` lists them",
            ),
            text,
        )
        fault = replace(fault, line=1 + text[:at].count("\n"), column=at + 1)
        return Live(State.COMMAND, text, context, fault)
    body = _query_of(line)
    hint = "" if command is None else _usage(command)
    if body is None:
        return Live(State.COMMAND, text, context, hint=hint)
    inner = _query(body, context)
    return replace(inner, state=State.COMMAND, text=text, hint=inner.hint or hint)


def _usage(command: "Command") -> str:
    usage = f"\\{command.name} {command.usage}".rstrip()
    return f"{usage} · {command.help}" if command.help else usage


# --- queries


def _query(text: str, context: Context) -> Live:
    reading = reading_of(text)
    if reading.is_unfinished:
        return Live(State.INCOMPLETE, text, context, hint=_ahead(reading))
    if reading.misfit is not None:
        return _wrong(first_fault(reading), text, context)
    try:
        script = parse(text, reading)
        if not script.statements:
            return Live(State.EMPTY, text, context)
        made = _planned(script, text, context)
    except QueryError as error:
        errors = [d for d in error.diagnostics if d.is_error]
        return _wrong(errors[0], text, context)
    if made is None:
        return Live(State.COMPLETE, text, context, hint="long: checked when it runs")
    first = context.limit if made.is_cut else None
    parted = tuple(
        covered_plan(one, context.covered, asks_api=context.asks_api)
        for one in made.plans
    )
    facts = facts_of(parted, _defined(script), dict(context.densities), first)
    facts = with_mirror(facts, made.plans, parted, context)
    return Live(State.COMPLETE, text, context, warnings=made.warnings, facts=facts)


def _ahead(reading: Reading) -> str:
    """What may come next."""
    misfit = reading.misfit
    assert misfit is not None
    if misfit.type == "$END":
        place = Place(reading.text, misfit, reading.tokens, reading.accepts)
        alone = word_alone(place)
        if alone is not None:
            return f"{alone.message}: {alone.help}"
        return _expected(alternatives(described(place.accepts)))
    if str(misfit).startswith("/*"):
        return "a comment is not closed"
    return "a quoted text is not closed"


def _expected(words: str) -> str:
    """What is expected, its signs in straight quotes."""
    return "expected " + words.replace("`", "'")


def _planned(script: syntax.Script, text: str, context: Context) -> _Planned | None:
    """The plans of the queries of a text; None for what is too long to tell.

    Raises:
        QueryError: it cannot be run.
    """
    all_of_it = None if len(text) >= FAR else whole(script, text, context)
    if all_of_it is None:
        return None
    resolution = resolve(
        all_of_it.script,
        all_of_it.text,
        parameters=all_of_it.given,
        now_s=context.now_s,
        zone=context.zone,
    )
    if any(d.is_error for d in resolution.diagnostics):
        raise QueryError(_placed(resolution.diagnostics), text)
    asked = [_limited(q, context.limit) for q in resolution.queries]
    plans = tuple(plan(q, context.source, reads_all=context.is_exact) for q in asked)
    faults = [page_fault(made, asks_api=context.asks_api) for made in plans]
    if any(faults):
        raise QueryError([fault for fault in faults if fault is not None], text)
    # What is to be said of a definition was said when it was made.
    found = [d for d in resolution.diagnostics if d.span is None or d.span.start < FAR]
    found += _placed([d for made in plans for d in made.diagnostics])
    found.sort(key=lambda d: -1 if d.span is None else d.span.start)
    is_cut = len(asked) == 1 and asked[0] is not resolution.queries[0]
    return _Planned(plans, tuple(found), is_cut)


def _placed(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics without places in what the session defines, in the shell's words."""
    placed = []
    for diagnostic in found:
        if diagnostic.code is Code.UNBOUND_PARAMETER:
            diagnostic = replace(diagnostic, help=_bind(diagnostic))
        if diagnostic.span is not None and diagnostic.span.start >= FAR:
            diagnostic = replace(diagnostic, span=None, fix=None)
        placed.append(diagnostic)
    return placed


def _bind(unbound: Diagnostic) -> str:
    name = unbound.message.partition("`")[2].partition("`")[0]
    return f"give it one with `param {name} = …`"


def _limited(checked: query.Query, most: int | None) -> query.Query:
    """The query as the shell reads it: so many rows where it names no number."""
    if most is None or checked.page is not None or checked.limit is not None:
        return checked
    if not checked.stages:
        return replace(checked, limit=most)
    if all(isinstance(stage, query.STREAMING) for stage in checked.stages) and not any(
        isinstance(stage, query.LimitTo) for stage in checked.stages
    ):
        return replace(checked, stages=(*checked.stages, query.LimitTo(most)))
    return checked


def _defined(script: syntax.Script) -> tuple[str, ...]:
    """What a text sets for the session, as it is spelled in a query."""
    names = []
    for statement in script.statements:
        match statement:
            case syntax.Param(name):
                names.append(f":{name}")
            case syntax.Let(name):
                names.append(f"@{name}")
            case syntax.Zone(zone):
                names.append(f"tz {zone.value}")
            case syntax.Query():
                pass
    return tuple(names)


def _wrong(first: Diagnostic, text: str, context: Context) -> Live:
    return Live(State.WRONG, text, context, _fault(first, text))


def _fault(diagnostic: Diagnostic, text: str) -> Fault:
    """A diagnostic on one line, with its place."""
    lines = Lines(text)
    line, column = None, None
    if diagnostic.span is not None:
        line, column = lines.at(diagnostic.span.start)
    message = diagnostic.message
    if diagnostic.expected and diagnostic.label.startswith("expected "):
        message = _expected(diagnostic.label.removeprefix("expected "))
    help_, fix = diagnostic.help, diagnostic.fix
    return Fault(line, column, message, help_, fix, len(lines.starts))

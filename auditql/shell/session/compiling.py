"""From what is typed to plans, with what the session knows.

In: a text, the state. Out: plans, and the definitions that the text makes. What is
wrong points into the text as it was typed, or into the definitions before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.diagnostics.model import Diagnostic, Span
from auditql.errors import QueryError
from auditql.shell.session.definitions import Definition, defined

if TYPE_CHECKING:
    from auditql.language.syntax import Script
    from auditql.plan.plan import Plan
    from auditql.shell.session.state import State

_LONGEST = 60  # characters of a query that its heading shows


@form
class Compiled:
    """A text that can be run.

    Attributes:
        plans: of its queries, in order; none for definitions only.
        texts: of each query, with the definitions that it needs.
        headings: of each query, where there are several: which it is, on one line.
        definitions: what it defines, by name.
        zone: what its `tz` says; None where it says nothing.
        warnings: what is to be said of it.
        of: the text that the warnings point into.
    """

    plans: tuple[Plan, ...]
    texts: tuple[str, ...]
    headings: tuple[str, ...]
    definitions: Mapping[str, Definition]
    zone: str | None
    warnings: tuple[Diagnostic, ...]
    of: str


def compiled(
    text: str,
    state: State,
    values: Mapping[str, str] | None = None,
    *,
    has_own_defaults: bool = False,
) -> Compiled:
    """The plans of a text.

    Args:
        text: one query or more, with definitions; what says nothing gives none.
        state: of the session; it is not changed.
        values: of parameters, as written; they come before those of the session,
            and one that the text does not know is an error.
        has_own_defaults: defaults of the text come before the session's values too.

    Raises:
        QueryError: the text is wrong.
    """
    from auditql.language.mentions import parameters_in
    from auditql.language.parameters import written
    from auditql.language.parser import parse
    from auditql.language.syntax import Zone
    from auditql.library.alone import alone
    from auditql.runtime.compile import compile_script

    script = parse(text)
    found = defined(script, text)
    zones = [s.name.value for s in script.statements if isinstance(s, Zone)]
    zone = zones[-1] if zones else None
    if not script.statements:
        return Compiled((), (), (), {}, None, script.warnings, text)
    before = state.definitions.before(script, text)
    whole = before + text
    tree = parse(whole) if before else script
    known = parameters_in(tree.statements)
    if has_own_defaults:
        known -= _with_defaults(script)
    given = {name: value for name, value in state.values.items() if name in known}
    given |= values or {}
    try:
        plans = compile_script(
            whole,
            params={name: written(value) for name, value in given.items()},
            now=int(state.clock()),
            tz=state.zone,
            exact=state.exact,
        )
    except QueryError as error:
        raise _moved_back(error, text, len(before)) from None
    warnings = tuple(d for plan in plans for d in plan.diagnostics)
    moved, of = _moved(warnings, text, before)
    texts = tuple(_tidy(one.text()) for one in alone(tree, whole))
    return Compiled(plans, texts, _headings(script, text), found, zone, moved, of)


def _headings(script: Script, text: str) -> tuple[str, ...]:
    """`query 2 of 3, on line 7: limit 5`, for each query of a text of several."""
    from auditql.diagnostics.render import Lines
    from auditql.language.syntax import Query

    lines = Lines(text)
    spans = [s.span for s in script.statements if isinstance(s, Query)]
    found = []
    for number, span in enumerate(spans, start=1):
        before = text[: span.start].rstrip()
        # The sign before a first stage is no part of the tree.
        start = len(before) - 1 if before.endswith("|") else span.start
        line, _ = lines.at(start)
        own = " ".join(text[start : span.end].split())
        own = own if len(own) <= _LONGEST else own[: _LONGEST - 1] + "…"
        found.append(f"query {number} of {len(spans)}, on line {line}: {own}")
    return tuple(found) if len(found) > 1 else ()


def _with_defaults(script: Script) -> frozenset[str]:
    """The parameters that a text declares with a default."""
    from auditql.language.syntax import Param

    return frozenset(
        one.name
        for one in script.statements
        if isinstance(one, Param) and one.default is not None
    )


def _moved_back(error: QueryError, text: str, length: int) -> QueryError:
    """The error as of the text alone, where it points nowhere else."""
    moved, of = _moved(error.diagnostics, text, error.text[:length])
    return QueryError(moved, of)


def _moved(
    found: Sequence[Diagnostic], text: str, before: str
) -> tuple[tuple[Diagnostic, ...], str]:
    """The diagnostics, and the text that they point into: without what stands before.

    Where one points into what stands before, all of it is shown.
    """
    length = len(before)
    if not length or any(d.span and d.span.start < length for d in found):
        return tuple(found), before + text
    return tuple(_earlier(d, length) for d in found), text


def _earlier(found: Diagnostic, length: int) -> Diagnostic:
    """The diagnostic, so many characters before."""
    fix = found.fix
    if fix is not None:
        fix = replace(fix, span=_moved_span(fix.span, length))
    span = None if found.span is None else _moved_span(found.span, length)
    return replace(found, span=span, fix=fix)


def _moved_span(span: Span, length: int) -> Span:
    return Span(max(0, span.start - length), max(0, span.end - length))


def _tidy(text: str) -> str:
    """A query that stood among others, without the blanks in their places."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line.strip(" ;"))

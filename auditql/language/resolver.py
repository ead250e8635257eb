"""From a syntax tree to checked queries: names, kinds, values, times.

In: a script, the values of its parameters, the frozen now, a zone. Out: one
checked query for each that the script holds, and every diagnostic at once.
Nothing is planned and nothing is sent.
"""

from collections.abc import Mapping
from dataclasses import replace

from auditql.catalog import limits
from auditql.catalog.fields import STORED
from auditql.catalog.forms import form
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import query, syntax
from auditql.language.clauses import (
    check_page_order,
    number_of,
    order_of,
    page_of,
    page_size,
)
from auditql.language.clock import Clock, UnknownZone, zone_named, zone_names
from auditql.language.filters import depth, resolve_filter
from auditql.language.operands import RECORD
from auditql.language.parameters import BadParameter, bind, texts
from auditql.language.scope import Scope
from auditql.language.stages import resolve_stages
from auditql.language.uses import Use, at_odds
from auditql.language.wrong_kind import KIND_WORDS

_DEEPEST = 2 * limits.NESTING + 3
"""Deepest filter that a text without names can say: in each of its parentheses an
`or` of an `and`, around all of them too, and a test inside. Names may say no more."""

_RECORD_COLUMNS = tuple(RECORD[field.name] for field in STORED)


@form
class Resolution:
    """What became of a script.

    Attributes:
        queries: one for each query of the script; none where there are errors.
        diagnostics: everything found, in the order of the text.
        uses: every use of each parameter, by its name; of those that `param`
            declares first, used or not.
    """

    queries: tuple[query.Query, ...]
    diagnostics: tuple[Diagnostic, ...]
    uses: tuple[tuple[str, tuple[Use, ...]], ...] = ()


def resolve(
    script: syntax.Script,
    text: str,
    *,
    parameters: Mapping[str, object],
    now_s: int,
    zone: str,
    assumes: bool = False,
) -> Resolution:
    """The checked queries of a script.

    Args:
        script: the tree of `text`.
        text: what the spans of the tree point into.
        parameters: values by name: Python values, or syntax for what was
            written on a command line.
        now_s: the frozen now, seconds since 1970 UTC.
        zone: name of the zone that days are read in; a `tz` statement of the
            script comes first.
        assumes: a parameter without a value is no error: what it may stand for
            is assumed. Such queries are looked at and never run.
    """
    try:
        given = bind(parameters)
        scope = Scope(
            text, Clock(now_s, zone_named(zone)), zone, given, texts(parameters)
        )
    except UnknownZone:
        scope = Scope(text, Clock(now_s, zone_named("UTC")), "UTC", {})
        _unknown_zone(zone, None, scope)
        return Resolution((), tuple(scope.diagnostics))
    except BadParameter as error:
        fault = Diagnostic(
            Code.WRONG_TYPE,
            f"a parameter cannot be bound: {error}",
            help="give numbers, text, times, addresses, or lists of these",
        )
        return Resolution((), (fault,))
    scope.assumes = assumes
    scope.diagnostics += script.warnings
    queries = [q for s in script.statements if (q := _statement(s, scope)) is not None]
    if not script.statements:
        queries.append(_query(syntax.Query(), scope))
    _unused(scope)
    if assumes:
        _refuse_at_odds(scope)
    return _finished(queries, scope)


def _finished(queries: list[query.Query], scope: Scope) -> Resolution:
    """At most so many errors, in the order of the text; no query beside an error."""
    ordered = sorted(scope.diagnostics, key=lambda d: d.span.start if d.span else -1)
    errors = [d for d in ordered if d.is_error]
    uses = tuple(
        (name, tuple(scope.uses.get(name, ())))
        for name in dict.fromkeys((*scope.defaults, *scope.uses))
    )
    if not errors:
        return Resolution(tuple(queries), tuple(ordered), uses)
    kept = errors[: limits.ERRORS_SHOWN]
    told = tuple(d for d in ordered if d in kept or not d.is_error)
    return Resolution((), told, uses)


def _statement(statement: syntax.Statement, scope: Scope) -> query.Query | None:
    """Take up one statement; the query it is, or None for a definition."""
    match statement:
        case syntax.Query():
            return _query(statement, scope)
        case syntax.Param(name, default):
            scope.declared.setdefault(name, statement.name_span)
            if name in scope.defaults:
                _twice(f"param {name}", statement.span, scope)
            if _holds_parameter(default):
                scope.error(
                    Code.WRONG_ARGUMENT,
                    "the default of a parameter is a value",
                    statement.span,
                    "it names a parameter",
                    "write the value itself",
                )
                default = None
            scope.defaults[name] = default
        case syntax.Let(name, filter_):
            if name in scope.filters:
                _twice(f"let @{name}", statement.span, scope)
            scope.defining = name
            made = resolve_filter(filter_, RECORD, scope)
            scope.defining = None
            if depth(made) > _DEEPEST:
                scope.error(
                    Code.NESTED_TOO_DEEP,
                    f"`@{name}` is nested over {limits.NESTING} deep",
                    statement.span,
                    "with the names put in",
                    "use fewer names in each other",
                )
                made = query.EVERYTHING
            scope.filters[name] = made
        case syntax.Zone(named):
            try:
                scope.clock = Clock(scope.clock.now_s, zone_named(named.value))
                scope.zone = named.value
            except UnknownZone:
                _unknown_zone(named.value, named.span, scope)
    return None


def _holds_parameter(default: object) -> bool:
    items = default if isinstance(default, tuple) else (default,)
    return any(isinstance(item, syntax.Parameter) for item in items)


def _twice(what: str, span: Span, scope: Scope) -> None:
    scope.error(
        Code.NAME_TWICE,
        f"`{what}` stands twice",
        span,
        "again here",
        "keep one of the two, or use another name",
    )


def _unknown_zone(name: str, span: Span | None, scope: Scope) -> None:
    meant = nearest(name, zone_names())
    scope.error(
        Code.UNKNOWN_ZONE,
        f"there is no zone `{name[:60]}`",
        span,
        "not a zone" if span else "",
        f"did you mean '{meant[0]}'?" if meant else "write it like 'Europe/Berlin'",
        fix=Fix(span, f"'{meant[0]}'") if meant and span else None,
        expected=meant,
    )


def _unused(scope: Scope) -> None:
    """A value for a parameter that the text does not know is a mistake."""
    for name in scope.given:
        if name in scope.uses or name in scope.defaults:
            continue
        known = sorted({*scope.uses, *scope.defaults})
        meant = nearest(name, known)
        scope.error(
            Code.UNKNOWN_PARAMETER,
            f"the text has no parameter `{name[:60]}`",
            None,
            "",
            f"did you mean `{meant[0]}`?"
            if meant
            else ("it has " + ", ".join(known) if known else "it has none"),
        )


def _refuse_at_odds(scope: Scope) -> None:
    """A parameter that is a number here and text there can have no value."""
    for name, uses in scope.uses.items():
        found = at_odds(uses)
        if found is not None:
            before, here = (KIND_WORDS[use.kind] for use in found)
            scope.error(
                Code.WRONG_TYPE,
                f"no value of `:{name}` is {before} and {here}",
                found[1].span,
                f"{here} here, {before} before",
                "use two parameters",
            )


def _query(parsed: syntax.Query, scope: Scope) -> query.Query:
    filter_: query.Filter = query.EVERYTHING
    if parsed.filter is not None:
        filter_ = resolve_filter(parsed.filter, RECORD, scope)
        if depth(filter_) > _DEEPEST:
            scope.error(
                Code.NESTED_TOO_DEEP,
                f"the filter is nested over {limits.NESTING} deep",
                parsed.filter.span,
                "with the names put in",
                "use fewer names in each other",
            )
    order = order_of(parsed.order, RECORD, scope)
    limit = None if parsed.limit is None else number_of(parsed.limit, scope)
    offset = None if parsed.offset is None else number_of(parsed.offset, scope)
    page = page_of(parsed, scope)
    check_page_order(order, page, scope)
    size = page_size(parsed.page_size, scope)
    stages, columns = resolve_stages(parsed.stages, RECORD, scope)
    given = _RECORD_COLUMNS if columns is RECORD else tuple(columns.values())
    return query.Query(
        filter=filter_,
        order=order,
        limit=limit,
        offset=offset or 0,
        page_size=size,
        page=page,
        stages=stages,
        columns=given,
        now_s=scope.clock.now_s,
        zone=scope.zone,
        text=scope.text,
    )


def limited(checked: query.Query, most: int) -> query.Query:
    """The query with at most that many rows, beside its own limit."""
    own = checked.limit
    return replace(checked, limit=most if own is None else min(own, most))

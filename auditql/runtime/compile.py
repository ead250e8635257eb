"""Text to plans: the whole compiler in one call.

In: a text or a saved query, values for its parameters, the moment that counts
as now, a zone. Out: one plan per query. Nothing is sent, no file is read, and
the clock is read here at most once. Lark is loaded by the first call, not by
importing this module.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Span
from auditql.errors import ConfigurationError, QueryError

if TYPE_CHECKING:
    from auditql.language.query import Query
    from auditql.language.syntax import Script
    from auditql.library.files import SavedQuery
    from auditql.plan.capability import Source
    from auditql.plan.plan import Plan

DEFAULT_ZONE = "UTC"
"""The zone of days and hours where neither the text nor the caller names one."""

_LATEST_S = 253_402_300_799  # 9999-12-31T23:59:59Z, the last time that can be written


def compile_text(
    text: str | SavedQuery,
    *,
    params: Mapping[str, object] | None = None,
    now: datetime | str | int | None = None,
    tz: str | None = None,
    limit: int | None = None,
    exact: bool = False,
    source: Source | None = None,
) -> Plan:
    """The plan of a text that holds exactly one query.

        >>> from datetime import date
        >>> from ipaddress import ip_network
        >>> plan = auditql.compile(
        ...     "ip_address not in (:office) and created_at >= :since",
        ...     params={"since": date(2026, 3, 1), "office": ip_network("10.0.0.0/8")},
        ... )
        >>> plan.residual
        'ip_address not in 10.0.0.0/8'

    Args:
        text: a query with the definitions it needs, or a saved query.
        params: values of its parameters: int, str, datetime, addresses of
            `ipaddress`, or a list of these.
        now: the frozen now: an aware datetime, ISO text with an offset or `Z`,
            or whole seconds since 1970 UTC; None takes the clock, once.
        tz: name of the IANA zone of days and hours; None means UTC. A `tz`
            statement in the text comes first.
        limit: most rows of the answer, beside what the query itself says.
        exact: every record is read, where the API's own count would do.
        source: what is read; None for the API.

    Raises:
        QueryError: the text is wrong, or holds no query or several; it carries
            every diagnostic.
        ConfigurationError: `now` is no moment.
    """
    plans = compile_script(
        text, params=params, now=now, tz=tz, limit=limit, exact=exact, source=source
    )
    if len(plans) == 1:
        return plans[0]
    whole = text if isinstance(text, str) else text.text
    found = tuple(d for plan in plans for d in plan.diagnostics)
    raise QueryError((_not_one(whole, len(plans)), *found), whole)


def compile_script(
    text: str | SavedQuery,
    *,
    params: Mapping[str, object] | None = None,
    now: datetime | str | int | None = None,
    tz: str | None = None,
    limit: int | None = None,
    exact: bool = False,
    source: Source | None = None,
) -> tuple[Plan, ...]:
    """The plans of every query of a text, in the order written.

    A text of definitions only gives none; the empty text is the query for
    every record. All queries share one frozen now. Arguments and errors are
    those of `compile_text`.
    """
    from auditql.language.parser import parse
    from auditql.language.resolver import resolve
    from auditql.plan.planner import plan
    from auditql.providers.zendesk.requests import ZendeskSource

    whole = text if isinstance(text, str) else text.text
    now_s = moment_s(now)
    script = parse(text) if isinstance(text, str) else text.script
    resolution = resolve(
        script,
        whole,
        parameters=params or {},
        now_s=now_s,
        zone=DEFAULT_ZONE if tz is None else tz,
    )
    if any(d.is_error for d in resolution.diagnostics):
        raise QueryError(resolution.diagnostics, whole)
    read = ZendeskSource() if source is None else source
    plans = tuple(
        plan(_limited(q, limit), read, reads_all=exact) for q in resolution.queries
    )
    shares = _shares(script, resolution.diagnostics, len(plans))
    return tuple(
        replace(made, diagnostics=share + made.diagnostics)
        for made, share in zip(plans, shares, strict=True)
    )


def format_text(text: str) -> str:
    """The canonical text of a query or a whole file: it says the same.

        >>> auditql.format("ACTION=login  limit 5")
        'action = login limit 5'

    Raises:
        QueryError: the text cannot be parsed.
    """
    from auditql.language.parser import parse
    from auditql.language.printer import format_script

    return format_script(parse(text))


def moment_s(now: datetime | str | int | None) -> int:
    """The moment in whole seconds since 1970 UTC; None is the clock's now.

    Raises:
        ConfigurationError: it is no moment: no offset, or out of range.
    """
    match now:
        case None:
            return int(time.time())
        case str():
            try:
                return moment_s(datetime.fromisoformat(now))
            except ValueError as error:
                raise ConfigurationError(_NOT_NOW) from error
        case datetime():
            if now.tzinfo is None:
                raise ConfigurationError(_NOT_NOW)
            seconds = int((now - _EPOCH).total_seconds() // 1)
        case _:
            if type(now) is not int:
                raise ConfigurationError(_NOT_NOW)
            seconds = now
    if not 0 <= seconds <= _LATEST_S:
        raise ConfigurationError("now must lie between 1970 and 9999")
    return seconds


def _limited(query: Query, limit: int | None) -> Query:
    """The query that gives at most that many rows; None leaves it as it is."""
    from auditql.language.query import LimitTo

    if limit is None:
        return query
    if query.stages:
        return replace(query, stages=(*query.stages, LimitTo(limit)))
    own = limit if query.limit is None else query.limit
    return replace(query, limit=min(limit, own))


def _shares(
    script: Script, diagnostics: Sequence[Diagnostic], number: int
) -> tuple[tuple[Diagnostic, ...], ...]:
    """The warnings of each query; those of definitions go to the first.

    Where there is no query, nobody is left to take them, and none is given.
    """
    from auditql.language.syntax import Query as QueryStatement

    if number <= 1:
        return (tuple(diagnostics),) * number
    spans = [s.span for s in script.statements if isinstance(s, QueryStatement)]
    shares: list[list[Diagnostic]] = [[] for _ in range(number)]
    for diagnostic in diagnostics:
        shares[_home(diagnostic.span, spans)].append(diagnostic)
    return tuple(tuple(share) for share in shares)


def _home(place: Span | None, spans: Sequence[Span]) -> int:
    """The index of the query that a place lies in; 0 outside of all."""
    if place is not None:
        for index, span in enumerate(spans):
            if span.start <= place.start <= span.end:
                return index
    return 0


def _not_one(text: str, number: int) -> Diagnostic:
    """What is wrong with a text of no query or several, where one is wanted."""
    if number == 0:
        return Diagnostic(
            Code.NO_QUERY,
            "the text only defines: it holds no query",
            span=Span(len(text), len(text)),
            help="write the query behind the definitions; @name alone is one",
        )
    return Diagnostic(
        Code.SEVERAL_QUERIES,
        f"the text holds {number} queries where one is wanted",
        help="run them one at a time: keep one of the statements between `;`",
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_NOW = "now is a time with an offset or Z, such as 2026-03-10T12:00:00Z"

"""What can be said of a text before it is run, and before it has parameters.

In: a text, and the values that are known. Out: every diagnostic, of the text and
of the plans it would become. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from auditql.diagnostics.codes import Code
from auditql.errors import QueryError
from auditql.runtime.compile import DEFAULT_ZONE, moment_s

if TYPE_CHECKING:
    from auditql.diagnostics.model import Diagnostic
    from auditql.language.query import Query
    from auditql.language.resolver import Resolution
    from auditql.language.syntax import Script

_OF_VALUES = frozenset({Code.REVERSED_RANGE, Code.NEVER_TRUE, Code.ALWAYS_TRUE})
"""What values together give reason to say: not of one that is assumed."""


def check_text(
    text: str,
    *,
    params: Mapping[str, object] | None = None,
    now: datetime | str | int | None = None,
    tz: str | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a text, in its order; empty for nothing.

    A parameter without a value is no mistake: what stands behind it is checked
    as if it had one of the kind it needs.

    Args:
        text: of one query, several, or definitions only.
        params: the values that are known.
        now: the frozen now, as `compile_text` takes it.
        tz: name of the zone; None means UTC.

    Raises:
        ConfigurationError: `now` is no moment.
    """
    from auditql.language.parser import parse
    from auditql.language.resolver import resolve

    given = params or {}
    now_s = moment_s(now)
    try:
        script = parse(text)
    except QueryError as error:
        return error.diagnostics
    resolution = resolve(
        script,
        text,
        parameters=given,
        now_s=now_s,
        zone=DEFAULT_ZONE if tz is None else tz,
        assumes=True,
    )
    found = list(resolution.diagnostics)
    for query in resolution.queries:
        found += _of_plan(query)
    if _assumes(resolution, script, given):
        found = [d for d in found if d.is_error or not _is_of_value(d, text)]
    ordered = sorted(
        dict.fromkeys(found), key=lambda d: -1 if d.span is None else d.span.start
    )
    return tuple(ordered)


def _assumes(
    resolution: Resolution, script: Script, given: Mapping[str, object]
) -> bool:
    """Whether there is a parameter that has no value and is used."""
    from auditql.language.syntax import Param

    known = {
        s.name
        for s in script.statements
        if isinstance(s, Param) and s.default is not None
    }
    return any(
        uses and n not in known and n not in given for n, uses in resolution.uses
    )


def _is_of_value(warning: Diagnostic, text: str) -> bool:
    """Whether another value of a parameter may give no reason to warn."""
    span = warning.span
    at_parameter = span is not None and text.startswith(":", span.start)
    return at_parameter or warning.code in _OF_VALUES


def _of_plan(query: Query) -> Iterator[Diagnostic]:
    """What planning a query gives reason to say."""
    from auditql.plan.planner import plan
    from auditql.providers.zendesk.requests import ZendeskSource

    try:
        yield from plan(query, ZendeskSource()).diagnostics
    except QueryError as error:
        yield from error.diagnostics

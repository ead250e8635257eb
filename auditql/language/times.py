"""Values on operands that are times: a period each, or a diagnostic.

In: a value of the syntax tree. Out: the Period it means, or None and a
diagnostic in the scope.
"""

import re

from auditql.catalog.kinds import Kind
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Fix, Span
from auditql.diagnostics.nearest import nearest
from auditql.language import moments, syntax
from auditql.language.moments import BadMoment, Period
from auditql.language.query import Operand
from auditql.language.scope import Scope
from auditql.language.values import at
from auditql.language.wrong_kind import operand_text, wrong_type

_DURATION = re.compile(r"\d+(?:mo|[smhdwy]| +[a-z]+)", re.I)
_WORDS = ("now", "today", "yesterday", "last week", "this month", "last 7d")


def period_of(
    value: syntax.Value, operand: Operand, scope: Scope, *, years: bool = False
) -> Period | None:
    """The period of a value; `years` lets a number stand for its year.

    A quoted text is read as if it stood there without its quotes.
    """
    assert operand.kind is Kind.TIME
    match value:
        case syntax.Parameter():
            bound = scope.bound_value(value)
            if bound is None:
                return None
            return period_of(at(bound, value.span), operand, scope, years=years)
        case syntax.Text(text):
            return _quoted(text, value.span, operand, scope)
        case syntax.Integer(number):
            return _year(number, value.span, operand, scope, years=years)
        case syntax.Word(text):
            _no_time(text, value.span, operand, scope)
        case syntax.Duration():
            _bare(value, scope)
        case syntax.Address():
            _time_of_day(value, operand, scope)
        case _:
            return _period(value, value.span, scope)
    return None


def _quoted(text: str, span: Span, operand: Operand, scope: Scope) -> Period | None:
    from auditql.language.parser import parse_moment

    moment = parse_moment(text)
    if moment is None:
        _no_time(text, span, operand, scope)
        return None
    if isinstance(moment, syntax.Integer):
        return _year(moment.value, span, operand, scope, years=True)
    return _period(moment, span, scope, quote="'")


def _bare(value: syntax.Duration, scope: Scope) -> None:
    written = scope.written(value.span)
    scope.error(
        Code.BARE_DURATION,
        f"`{written}` is a length of time, no time",
        value.span,
        "before or after what?",
        f"write `-{written}` for that long before now",
        fix=Fix(value.span, f"-{written}"),
    )


def _time_of_day(value: syntax.Address, operand: Operand, scope: Scope) -> None:
    """`08:00:30` reads like an address; whatever else does is one."""
    if value.text.count(":") in (1, 2) and value.text.replace(":", "").isdigit():
        scope.error(
            Code.BAD_DATE,
            "a time of day stands behind its day",
            value.span,
            "of which day?",
            "write it like `2026-02-01T08:00:30`, or test `hour(created_at)`",
        )
    else:
        wrong_type(value, operand, scope)


def _period(
    moment: syntax.Moment, span: Span, scope: Scope, quote: str = ""
) -> Period | None:
    try:
        found = moments.period(moment, scope.clock)
    except BadMoment as error:
        instead = error.instead
        scope.error(
            error.code,
            f"`{_shown(scope, span)}` is no time"
            if error.code is Code.BAD_DATE
            else f"`{_shown(scope, span)}` never occurs in {scope.zone}",
            span,
            error.label,
            error.help,
            fix=Fix(span, f"{quote}{instead}{quote}") if instead else None,
        )
        return None
    if found.twice:
        scope.warn(
            Code.TIME_TWICE,
            f"`{_shown(scope, span)}` occurs twice in {scope.zone}",
            span,
            "clocks go back over this time; the earlier is taken",
            _later(found.start, scope),
        )
    return found


def _later(start: int, scope: Scope) -> str:
    """How to write the later of two instants that have the same local time."""
    local = scope.clock.local(start)
    later = local.replace(tzinfo=scope.clock.zone, fold=1)
    exact = "seconds" if local.second else "minutes"
    return f"for the later write `{later.isoformat(timespec=exact)}`"


def _shown(scope: Scope, span: Span) -> str:
    return scope.written(span)[:60]


def _year(
    number: int, span: Span, operand: Operand, scope: Scope, *, years: bool
) -> Period | None:
    if not years:
        named = 1970 <= number <= 9998
        fix = Fix(span, f"{number}-01-01") if named else None
        scope.error(
            Code.WRONG_TYPE,
            f"`{operand_text(operand)}` is a time",
            span,
            "this is a number",
            f"write `{number}-01-01`; the whole year is `in {number}`"
            if named
            else "write a time such as `2026-02-01` or `-7d`",
            fix=fix,
        )
        return None
    try:
        return moments.year(number, scope.clock)
    except BadMoment as error:
        scope.error(error.code, f"`{number}` is no year", span, error.label, error.help)
        return None


def _is_time(text: str) -> bool:
    from auditql.language.parser import parse_moment

    return parse_moment(text) is not None


def _no_time(text: str, span: Span, operand: Operand, scope: Scope) -> None:
    meant = nearest(text, _WORDS)
    if _DURATION.fullmatch(text.strip()) and _is_time(f"-{text.strip()}"):
        meant = (f"-{text.strip()}",)
    quote = "'" if scope.written(span)[:1] in "'\"" else ""
    scope.error(
        Code.WRONG_TYPE,
        f"`{operand_text(operand)}` is a time",
        span,
        "this is none",
        f"did you mean `{meant[0]}`?"
        if meant
        else "write `2026-02-01`, `2026-02-01T08:00`, `-7d` or `last week`",
        fix=Fix(span, f"{quote}{meant[0]}{quote}") if meant else None,
    )

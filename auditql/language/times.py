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
from auditql.language.clock import FIRST_YEAR, LAST_YEAR, text_of
from auditql.language.mending import apart
from auditql.language.moments import BadMoment, Period
from auditql.language.query import Operand
from auditql.language.scope import Scope
from auditql.language.values import at
from auditql.language.wrong_kind import operand_text, wrong_type

_MILLI = 10**11
"""From here on a count since 1970 is read as one of milliseconds."""

_AGO = re.compile(r"\s*\bago$", re.I)
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
            bound = scope.bound_value(value, operand.kind)
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
    written = scope.said(value)
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
    if isinstance(moment, syntax.Rolling) and moment.count == 0:
        scope.error(
            Code.NUMBER_OUT_OF_RANGE,
            f"`{_shown(scope, span)}` holds no time",
            span,
            "as long as nothing",
            "write 1 or more, as in `last 1d`",
        )
        return None
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
    written = epoch(number)
    if written is not None:
        scope.error(
            Code.WRONG_TYPE,
            f"`{operand_text(operand)}` is a time",
            span,
            "seconds since 1970" if number < _MILLI else "milliseconds since 1970",
            f"write `{written}`",
            fix=Fix(span, written),
        )
        return None
    if not years:
        scope.error(
            Code.WRONG_TYPE,
            f"`{operand_text(operand)}` is a time",
            span,
            "this is a number",
            f"the whole year is `in {number}`"
            if is_year(number)
            else "write a time such as `2026-02-01` or `-7d`",
        )
        return None
    try:
        return moments.year(number, scope.clock)
    except BadMoment as error:
        scope.error(error.code, f"`{number}` is no year", span, error.label, error.help)
        return None


def is_year(number: int) -> bool:
    """Whether a number can be meant as the year of a time."""
    return FIRST_YEAR <= number <= LAST_YEAR


def epoch(number: int) -> str | None:
    """The time of a count of (milli)seconds since 1970; None for a small one."""
    if not 10**8 <= number < 10**14:
        return None
    return text_of(number if number < _MILLI else number // 1000)


def warn_of_second(
    value: syntax.Value, operand: Operand, op_span: Span, scope: Scope
) -> None:
    """Warn where a test for one whole second is likely to mean all since then."""
    from auditql.language.parser import parse_moment

    moment: object = value
    if isinstance(value, syntax.Parameter):
        moment = scope.given.get(value.name, scope.defaults.get(value.name))
    if isinstance(moment, syntax.Text):
        moment = parse_moment(moment.value)
    shifted = isinstance(moment, syntax.Anchor) and moment.text.lower() == "now"
    if not isinstance(moment, syntax.Ago) and not shifted:
        return
    said, name = scope.written(value.span), operand_text(operand)
    negated = scope.written(op_span).lower().startswith(("!", "not"))
    fix, help_ = None, f"all the time since then is `{name} >= {said}`"
    if negated:
        help_ = f"all the time before is `{name} < {said}`"
    if isinstance(moment, syntax.Ago) and moment is value and moment.count:
        length = _AGO.sub("", said.removeprefix("-").strip())
        instead = f"{'not in' if negated else 'in'} last {length}"
        span = Span(op_span.start, value.span.end)
        fix = Fix(span, apart(instead, span, scope.text))
        help_ = f"all the time since then is `{name} {instead}`"
    elif isinstance(moment, syntax.Anchor) and not moment.shifts:
        help_ = f"the whole day is `{name} {'!=' if negated else '='} today`"
    scope.warn(
        Code.ONE_SECOND,
        f"`{said[:60]}` is one second",
        value.span,
        "as short as `now`",
        help_,
        fix=fix,
    )


def _is_time(text: str) -> bool:
    from auditql.language.parser import parse_moment

    return parse_moment(text) is not None


def _no_time(text: str, span: Span, operand: Operand, scope: Scope) -> None:
    from auditql.language.near_times import near_time, word_for_time

    quote = "'" if scope.written(span)[:1] in "'\"" else ""
    near = near_time(text.strip())
    if near is not None and near.text == text.strip():
        scope.error(
            Code.BAD_DATE,
            f"`{text[:40]}` is not how a {near.what} is written",
            span,
            near.label,
            near.help,
            fix=Fix(span, f"{quote}{near.instead}{quote}") if near.instead else None,
        )
        return
    word = word_for_time(text)
    meant = nearest(text, _WORDS) if word is None else (word,)
    if _DURATION.fullmatch(text.strip()) and _is_time(f"-{text.strip()}"):
        meant = (f"-{text.strip()}",)
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

"""What is to be said of a plan before it is run: its cost and its oddities.

In: a plan without its diagnostics, and its source. Out: warnings. No query
gets two warnings that say the same.
"""

from collections.abc import Iterator

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity, Span
from auditql.language.printer import format_filter
from auditql.language.query import (
    EVERYTHING,
    And,
    Apply,
    Column,
    Distinct,
    Filter,
    Group,
    InRange,
    LimitTo,
    Not,
    OneOf,
    Or,
    Select,
    Timeline,
    Top,
)
from auditql.language.restate import restate
from auditql.plan import boxes
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.capability import Source
from auditql.plan.cover import cover
from auditql.plan.impossible import is_reversed, why_never
from auditql.plan.lines import counted
from auditql.plan.model import ALWAYS, Mode
from auditql.plan.negation import push_not_inward
from auditql.plan.plan import Plan

_BEGINS = {"date": "day", "month": "month"}
MANY_LOOKUPS = 20
"""From so many look-ups on, their number is said before they are made."""


def advise(plan: Plan, source: Source) -> tuple[Diagnostic, ...]:
    """The warnings of a plan."""
    query = plan.query
    filter_ = push_not_inward(buckets_to_ranges(query.filter, query.zone))
    dead = tuple(_dead(push_not_inward(query.filter), plan))
    if not plan.scans:
        return dead or tuple(_never_true(filter_, source))
    if not source.is_remote:
        return dead  # nothing costs a request
    reads_all = tuple(_reads_everything(plan))
    return (
        *dead,
        *_always_true(plan, source),
        *_companions(plan, filter_, source),
        *reads_all,
        *_lookups(plan),
        *_widened(plan),
        *_sorted(plan),
        *(() if reads_all else _aggregated(plan)),
    )


def _warning(
    code: Code, message: str, span: Span | None, label: str, help_: str
) -> Diagnostic:
    return Diagnostic(code, message, span, label, help_, severity=Severity.WARNING)


def _shown(filter_: Filter) -> str:
    return _cut(format_filter(restate(filter_)))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _dead(filter_: Filter, plan: Plan) -> Iterator[Diagnostic]:
    """Name the single tests that never hold, but those of reversed ranges."""
    for test in _tests(filter_):
        reason = _why_dead(test, plan.query.zone)
        if reason is not None and test.span is not None:
            written = _cut(plan.query.text[test.span.start : test.span.end])
            yield _warning(
                Code.NEVER_TRUE,
                f"`{written}` is never true",
                test.span,
                reason,
                "this alternative finds nothing"
                if plan.scans
                else "nothing is asked and the answer is empty",
            )


def _why_dead(test: Filter, zone: str) -> str | None:
    match test:
        case InRange(Apply(function)) if not is_reversed(test):
            begun = not is_reversed(buckets_to_ranges(test, zone))
            return (
                None if begun else f"no {_BEGINS.get(function, 'bucket')} begins then"
            )
        case OneOf(Column()):
            return None  # the resolver told of the value
        case _:
            return why_never(test)


def _never_true(filter_: Filter, source: Source) -> Iterator[Diagnostic]:
    """Name the conditions that exclude each other; an empty test was named."""
    if any(is_reversed(t) or why_never(t) is not None for t in _tests(filter_)):
        return
    pair = _contradiction(filter_, source)
    if pair is None:
        message = "no record can pass this filter"
        span = filter_.span
    else:
        first, second = pair
        message = f"`{_shown(first)}` and `{_shown(second)}` exclude each other"
        span = second.span
    yield _warning(
        Code.NEVER_TRUE,
        message,
        span,
        "never true beside the other" if pair else "never true",
        "nothing is asked and the answer is empty; `or` may be meant",
    )


def _contradiction(filter_: Filter, source: Source) -> tuple[Filter, Filter] | None:
    if not isinstance(filter_, And):
        return None
    able = source.capabilities
    covers = [cover(term, able).boxes for term in filter_.terms]
    for place, later in enumerate(covers):
        for before in range(place):
            met = [boxes.meet(a, b) for a in covers[before] for b in later]
            if covers[before] and later and not any(met):
                return filter_.terms[before], filter_.terms[place]
    return None


def _tests(filter_: Filter) -> Iterator[Filter]:
    """The single tests of a filter that must hold, not those that must not."""
    match filter_:
        case And(terms) | Or(terms):
            for term in terms:
                yield from _tests(term)
        case Not():
            return
        case _:
            yield filter_


def _always_true(plan: Plan, source: Source) -> Iterator[Diagnostic]:
    filter_ = plan.query.filter
    if filter_ == EVERYTHING:
        return
    opposite = push_not_inward(Not(filter_))
    if not cover(opposite, source.capabilities).boxes:
        yield _warning(
            Code.ALWAYS_TRUE,
            "every record passes this filter",
            filter_.span,
            "always true",
            "leave it out, or look for an `or` that should be `and`",
        )


def _companions(plan: Plan, filter_: Filter, source: Source) -> Iterator[Diagnostic]:
    able = source.capabilities
    for test in _tests(filter_):
        match test:
            case OneOf(Column(name)) if name in able and able[name].needs is not None:
                needs = able[name].needs
                lone = [
                    s
                    for s in plan.scans
                    if name not in s.box.sets and needs not in s.box.sets
                ]
                if lone and not any("id" in s.box.sets for s in lone):
                    yield _warning(
                        Code.MISSING_COMPANION,
                        f"the API filters `{name}` only beside `{needs}`",
                        test.span,
                        "checked here, on every record that is read",
                        f"add the type of the object, as in `{needs} = user and …`",
                    )
                    return


def _reads_everything(plan: Plan) -> Iterator[Diagnostic]:
    if plan.reads_count or plan.query.page is not None:
        return
    bare = [s.box for s in plan.scans if not s.box.sets]
    if not bare:
        return
    filter_ = plan.query.filter
    if plan.residual_filter is not None and any(b.created == ALWAYS for b in bare):
        yield _warning(
            Code.NOTHING_PUSHED,
            "the API can filter nothing of this query",
            filter_.span,
            "checked here, on every record of the account",
            "add a range of time, an action, an actor or a type",
        )
    elif not _ends_soon(plan) and any(b.created.start is None for b in bare):
        # Before any other stage a limit would change what that says.
        takes_limit = all(isinstance(stage, Select) for stage in plan.stages)
        yield _warning(
            Code.READS_EVERYTHING,
            "every record of the account is read",
            filter_.span,
            "no lower bound of time and no limit",
            "add `created_at >= -30d`" + (" or `limit 100`" if takes_limit else ""),
        )


def _ends_soon(plan: Plan) -> bool:
    """Whether reading stops at a number of rows, a stage's or the query's own."""
    if plan.limit is not None:
        return True
    behind = [stage for stage in plan.stages if not isinstance(stage, Select)]
    return bool(behind) and isinstance(behind[0], LimitTo)


def _lookups(plan: Plan) -> Iterator[Diagnostic]:
    count = sum(r.mode is Mode.LOOKUP for r in plan.requests)
    if count >= MANY_LOOKUPS:
        yield _warning(
            Code.MANY_LOOKUPS,
            f"{count:,} records are looked up one by one, a request each",
            plan.query.filter.span,
            "a list of ids",
            "a range of time may cost fewer requests",
        )


def _widened(plan: Plan) -> Iterator[Diagnostic]:
    if plan.widened:
        number = counted(len(plan.scans), "wider request")
        yield _warning(
            Code.WIDENED,
            f"the alternatives are asked in {number}",
            plan.query.filter.span,
            "more alternatives than requests",
            "the answer stays exact; fewer alternatives read fewer records",
        )


def _sorted(plan: Plan) -> Iterator[Diagnostic]:
    if plan.sort:
        yield _warning(
            Code.SORTED_HERE,
            "the API orders by created_at only: every match is read, then sorted here",
            plan.sort[0].span,
            "sorted here",
            "order by `created_at`, or narrow the time",
        )


def _aggregated(plan: Plan) -> Iterator[Diagnostic]:
    if plan.reads_count or plan.limit is not None:
        return
    # A warning that every count gives would go unread, and --strict refuse them all.
    if all(
        s.request.mode is Mode.LOOKUP or s.box.created.start is not None
        for s in plan.scans
    ):
        return
    for stage in plan.stages:
        if isinstance(stage, Group | Top | Distinct | Timeline):
            yield _warning(
                Code.AGGREGATED_HERE,
                "the API aggregates nothing: every match since the account's first "
                "day is read and counted here",
                stage.span,
                "counted here",
                "narrow the time to read fewer records, as in `created_at >= -30d`",
            )
            return

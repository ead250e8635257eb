"""What running a text means, read off its plans, in words short enough for a line.

In: plans. Out: Facts. What a filter says is shortened, never said otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from auditql.catalog.operators import TextOperator
from auditql.language import query
from auditql.language.clock import text_of
from auditql.language.wrong_kind import operand_text
from auditql.plan.capability import Form
from auditql.plan.coverage import BEGINNING_S, is_local, times_of, uses_mirror
from auditql.plan.intervals import intersection
from auditql.plan.model import ALWAYS, Interval, Mode
from auditql.plan.plan import Plan
from auditql.plan.reasons import parts
from auditql.plan.span import bounds_of
from auditql.shell.live.density import expected
from auditql.shell.live.forms import ALL, NOTHING, PART, Context, Expected, Facts, Here


def facts_of(
    plans: Sequence[Plan],
    defines: tuple[str, ...],
    densities: Mapping[str, float],
    first: int | None,
) -> Facts:
    """The facts of the plans of a text.

    Args:
        plans: of its queries, in order; none for a text that only defines.
        defines: what it sets for the session.
        densities: of earlier reads.
        first: rows after which the shell stops by itself.
    """
    names = dict.fromkeys(name for plan in plans for name in _by_the_api(plan))
    here = dict.fromkeys(
        condition for plan in plans if plan.scans for condition in _here(plan)
    )
    return Facts(
        len(plans),
        defines,
        tuple(names),
        tuple(here),
        _sum([expected(plan, densities) for plan in plans]),
        all(plan.source.is_remote for plan in plans),
        bool(plans) and all(plan.reads_count for plan in plans),
        first,
    )


def with_mirror(
    facts: Facts,
    wholes: Sequence[Plan],
    plans: Sequence[Plan],
    context: Context,
) -> Facts:
    """The facts, and what the mirror has to do with them.

    Args:
        facts: of the plans.
        wholes: for the API alone.
        plans: the same, parted by what the mirror covers.
        context: what the mirror holds, whether the account is asked for the rest.
    """
    plans = [plan for plan in plans if plan.scans]  # others have no record to give
    if not plans:
        return facts
    if not context.asks_api:
        mirror = _of_mirror_alone(wholes, plans, context.covered)
        if mirror != ALL:
            return replace(facts, mirror=mirror)  # no request gives what is missing
    elif not any(map(uses_mirror, plans)):
        return facts
    densities = dict(context.densities)
    before = _sum([expected(plan, densities) for plan in wholes])
    saved = None
    if before.about is not None and facts.expected.about is not None:
        saved = max(0, before.about - facts.expected.about)
    return replace(facts, mirror=_of_mirror(plans), saved=saved)


def _of_mirror_alone(
    wholes: Sequence[Plan], plans: Sequence[Plan], covered: Sequence[Interval]
) -> str:
    """What the mirror gives where nobody is asked for what it does not hold."""
    if not covered:
        return NOTHING
    looks_up = [p for p in wholes if any("id" in s.box.sets for s in p.scans)]
    said = _of_mirror(plans)
    if said == ALL and all(_is_within(bounds_of(p.query), covered) for p in looks_up):
        return ALL
    return f"{PART if said == ALL else said}, the rest is missing"


def _is_within(time: Interval, covered: Sequence[Interval]) -> bool:
    """Whether a time lies in one that is covered."""
    start = BEGINNING_S if time.start is None else time.start
    known = Interval(start, time.end)
    return any(intersection(known, each) == known for each in covered)


def _of_mirror(plans: Sequence[Plan]) -> str:
    """What of the plans comes out of the mirror."""
    if all(map(is_local, plans)):
        return ALL
    if len(plans) == 1:
        times = times_of(plans[0], Mode.LOCAL)
        others = times_of(plans[0], Mode.CURSOR, Mode.GAP)
        if len(times) == len(others) == 1:
            (time,), (other,) = times, others
            if time.end is not None and other.start == time.end:
                return f"up to {text_of(time.end)}"
    return PART


def _sum(each: Sequence[Expected]) -> Expected:
    """The requests of all plans; what is not known of one is not known of all."""
    known = [e.about for e in each if e.about is not None]
    return Expected(
        sum(e.least for e in each),
        sum(known) if len(known) == len(each) else None,
        all(e.is_exact for e in each),
        any(e.is_bound for e in each),
    )


def _by_the_api(plan: Plan) -> Iterator[str]:
    """Fields that a request constrains, in the order of the source's own table."""
    for name, row in plan.source.capabilities.items():
        for scan in plan.scans:
            if not scan.request.is_sent:
                continue
            if name in scan.box.sets or (
                row.form is Form.RANGE and scan.box.created != ALWAYS
            ):
                yield name
                break


def _here(plan: Plan) -> Iterator[Here]:
    if plan.residual_filter is not None:
        for part in parts(plan.residual_filter):
            yield _said(part)


def _said(filter_: query.Filter) -> Here:
    """A condition by its operand and operator, and by its operator alone."""
    match filter_:
        case query.And(terms) | query.Or(terms):
            joint = "and" if isinstance(filter_, query.And) else "or"
            longs = dict.fromkeys(_said(term).long for term in terms)
            return Here(f"({f' {joint} '.join(longs)})", joint)
        case query.Not(term):
            return _negated(term)
        case _:
            return _test(filter_, negated=False)


def _negated(term: query.Filter) -> Here:
    match term:
        case query.And() | query.Or() | query.Not():
            inner = _said(term)
            return Here(f"not {inner.long}", f"not {inner.short}")
        case _:
            return _test(term, negated=True)


def _test(test: query.Test, *, negated: bool) -> Here:
    sign = _operator(test, negated=negated)
    if isinstance(test, query.Search):
        return Here(sign, sign)
    return Here(f"{operand_text(test.operand)} {sign}", sign)


def _operator(test: query.Test, *, negated: bool) -> str:
    """The operator of a test as a person writes it."""
    no = "not " if negated else ""
    match test:
        case query.OneOf(_, values):
            if len(values) == 1:
                return "!=" if negated else "="
            return no + "in"
        case query.Compare(_, order):
            return no + order.value
        case query.Between():
            return no + "between"
        case query.InRange() | query.InNetworks():
            return no + "in"
        case query.TextMatch(_, operator):
            if negated and operator in _PATTERNS:
                return "!" + operator.value
            return no + operator.value
        case query.Missing():
            return "is not null" if negated else "is null"
        case query.Search():
            return no + "text search"
        case _:
            assert_never(test)


_PATTERNS = frozenset(o for o in TextOperator if o.value.startswith("~"))

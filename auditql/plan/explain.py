"""A plan said to a person: what is asked, what is checked here, what it costs.

In: a plan. Out: plain text, the same for the same plan, in lines of at most
88 columns where words allow it. Nothing is sent, nothing is guessed, and text
of the query stands in it as it is: who prints it makes it safe.
"""

from collections.abc import Iterator, Mapping, Sequence

from auditql.diagnostics.codes import Code
from auditql.language import query
from auditql.language.clock import text_of
from auditql.language.printer import format_filter
from auditql.language.restate import restate
from auditql.language.wrong_kind import operand_text
from auditql.plan.capability import Capability, Form
from auditql.plan.cost import Cost, cost_of, page_size
from auditql.plan.describe import sort_text
from auditql.plan.lines import counted, entry
from auditql.plan.model import ALWAYS, Box
from auditql.plan.plan import Plan
from auditql.plan.reasons import parts, why_here
from auditql.plan.requests_text import requests

SHOWN_CHARACTERS = 600
"""Characters of a filter that are shown; the number of the others is."""

SHOWN_OF_A_PART = 240
"""The same where a part of it is shown again."""

_CHEAPER = (
    Code.READS_EVERYTHING,
    Code.NOTHING_PUSHED,
    Code.MISSING_COMPANION,
    Code.SORTED_HERE,
    Code.AGGREGATED_HERE,
    Code.WIDENED,
    Code.MANY_LOOKUPS,
)
"""Warnings whose help says how to pay less."""


def explain(plan: Plan) -> str:
    """The plan for a person; no newline at its end."""
    if not plan.source.is_remote:
        return _over_files(plan)
    lines = [
        *entry("filter", _filter_text(plan.query.filter)),
        *entry("now", f"{text_of(plan.query.now_s)}, zone {plan.query.zone}"),
        "",
        *requests(plan),
        "",
        *entry("api", _by_the_api(plan)),
        *_here(plan),
        *_order(plan),
        *_rows(plan),
        *_stages(plan),
        *entry("cost", _cost(plan)),
    ]
    for tip in _tips(plan):
        lines += entry("cheaper", tip)
    return "\n".join(lines)


def _over_files(plan: Plan) -> str:
    """The plan of a query over files, which are asked nothing."""
    checked = "every record is taken"
    if plan.query.filter != query.EVERYTHING:
        shown = _filter_text(plan.query.filter, SHOWN_OF_A_PART)
        checked = f"{shown}: checked on every record"
    read = "oldest first" if not plan.descending else "newest first"
    order = f"{read}, ids rising within a second"
    if plan.sort:
        order = ", ".join(map(sort_text, plan.sort))
    lines = [
        *entry("filter", _filter_text(plan.query.filter)),
        *entry("now", f"{text_of(plan.query.now_s)}, zone {plan.query.zone}"),
        "",
        *entry("files", plan.source.name),
    ]
    if plan.scans:
        lines += [
            *entry("here", f"{checked}; each is read once"),
            *entry("order", f"{order}, where the answer depends on it"),
            *_rows(plan),
            *_stages(plan),
        ]
    return "\n".join([*lines, *entry("cost", f"no request: {cost_of(plan).why}")])


# --- who filters what


def _by_the_api(plan: Plan) -> str:
    """What the source filters, and why it can."""
    able = plan.source.capabilities
    asked = [scan for scan in plan.scans if scan.request.is_sent]
    names = [n for n in able if any(_constrains(s.box, n, able) for s in asked)]
    if not asked:
        return "is not asked"
    if not names:
        return "filters nothing of this query"
    reasons = (f"{n} ({able[n].why})" for n in names)
    return "filters " + ", ".join(reasons)


def _constrains(box: Box, name: str, able: Mapping[str, Capability]) -> bool:
    if name in box.sets:
        return True
    return box.created != ALWAYS and able[name].form is Form.RANGE


def _here(plan: Plan) -> Iterator[str]:
    """What is checked here, a line with its reason for each part."""
    if not plan.scans:
        return
    if plan.residual_filter is not None:
        for part in parts(plan.residual_filter):
            shown = _filter_text(part, SHOWN_OF_A_PART)
            yield from entry("here", f"{shown}: {why_here(part, plan)}")
    has_edges = any(s.request.is_sent and s.box.created != ALWAYS for s in plan.scans)
    if has_edges:
        yield from entry(
            "here",
            "the edge seconds: a range is asked one second wider at each end, "
            "since it is not documented whether its ends count",
        )
    if not plan.reads_count and any(len(group) > 1 for group in plan.groups):
        yield from entry("here", "duplicates: a record in two answers is given once")
    elif plan.residual_filter is None and not has_edges:
        yield from entry("here", "no condition; every record is checked all the same")


def _filter_text(filter_: query.Filter, most: int = SHOWN_CHARACTERS) -> str:
    if filter_ == query.EVERYTHING:
        return "every record"
    text = format_filter(restate(filter_))
    left = len(text) - most
    if left <= 0:
        return text
    return f"{text[:most]}… and {left:,} characters more"


# --- order, rows, stages


def _order(plan: Plan) -> Iterator[str]:
    if plan.scans and not plan.reads_count:
        yield from entry("order", _order_text(plan))


def _order_text(plan: Plan) -> str:
    read = "newest first" if plan.descending else "oldest first"
    if plan.sort:
        keys = ", ".join(sort_text(key) for key in plan.sort)
        how = "all matches are read, then sorted here"
        if plan.limit is not None:
            how += f", {plan.limit + plan.offset:,} of them held at a time"
        return f"{keys}; {how}"
    merged = max((len(group) for group in plan.groups), default=0)
    if merged > 1 and len(plan.groups) > 1:
        return (
            f"{read}; requests of different times follow one another, "
            "the others are merged by time and id"
        )
    if merged > 1:
        return f"{read}; {merged:,} streams merged by time, ids rise within a second"
    if not plan.requests:
        return f"{read}, ids rising within a second"
    if len(plan.requests) < len(plan.scans):
        return f"{read}; the mirror and the requests follow one another in time"
    if len(plan.groups) > 1:
        turns = ", ".join(str(place + 1) for (place,) in plan.groups)
        return f"{read}; requests one after another, in the turn {turns}"
    return f"{read}, as the API orders"


def _rows(plan: Plan) -> Iterator[str]:
    if plan.offset:
        yield from entry(
            "offset", f"the first {counted(plan.offset, 'match')} left out"
        )
    if plan.limit is not None:
        how = "" if plan.sort or plan.limit == 0 else "; reading stops there"
        yield from entry("limit", counted(plan.limit, "row") + how)
    match plan.query.page:
        case query.OffsetPage(number, size):
            page = counted(size, "record")
            said = f"exactly page {number:,} of {page} a page, by number"
            yield from entry("page", said)
        case query.CursorPage(is_after, _):
            side = "behind" if is_after else "before"
            yield from entry("page", f"exactly the page {side} the cursor")
        case None:
            pass


def _stages(plan: Plan) -> Iterator[str]:
    """The stages as planned, and when their rows come."""
    for stage in plan.stages:
        yield from entry("stage", _stage(stage))
    if plan.reads_count:
        how = "answered by the API's own count; `--exact` reads every record instead"
        yield from entry("stage", how)
    elif plan.stages and plan.scans:
        yield from entry("stage", _when(plan.stages))


def _when(stages: Sequence[query.Stage]) -> str:
    """When the rows of stages come, and how much is read for them."""
    passing = [isinstance(stage, query.STREAMING) for stage in stages]
    before = passing.index(False) if False in passing else len(stages)
    stops = any(isinstance(stage, query.LimitTo) for stage in stages[:before])
    if before == len(stages):
        how = "rows come while records are read"
        return how + "; reading stops when the limit is full" if stops else how
    read = "as many matches as the limit takes" if stops else "every match"
    return f"done here over {read}; rows come at the end"


def _stage(stage: query.Stage) -> str:
    match stage:
        case query.Where(filter_):
            return f"where {_filter_text(filter_)}"
        case query.Select(columns):
            return "select " + ", ".join(map(_given, columns))
        case query.Group(keys, aggregates):
            names = ", ".join(a.column.name for a in aggregates)
            return f"{names}{_by(keys)}"
        case query.Top(number, keys):
            return f"the {number:,} most frequent{_by(keys)}"
        case query.Distinct(keys):
            return f"distinct{_by(keys)}"
        case query.Timeline(step, _, keys):
            return f"count for every {step.count}{step.unit.value}{_by(keys)}"
        case query.OrderBy(keys):
            return "order by " + ", ".join(map(sort_text, keys))
        case query.LimitTo(number):
            return f"limit {number:,}"


def _by(keys: Sequence[query.Given]) -> str:
    return " by " + ", ".join(map(_given, keys)) if keys else ""


def _given(given: query.Given) -> str:
    source = operand_text(given.source)
    name = given.column.name
    return name if name == source else f"{source} as {name}"


# --- cost


def _cost(plan: Plan) -> str:
    cost = cost_of(plan)
    if cost.is_all:
        return f"{counted(cost.least, 'request')}: {cost.why}"
    return (
        f"at least {counted(cost.least, 'request')}: {cost.why}; how many is "
        "unknown until the first page"
    )


def _tips(plan: Plan) -> Iterator[str]:
    if plan.scans and not plan.requests:
        return
    cost = cost_of(plan)
    told = cost.is_all
    for diagnostic in plan.diagnostics:
        if diagnostic.code in _CHEAPER and diagnostic.help is not None:
            told = True
            yield diagnostic.help
    for tip in _own_tips(plan, cost):
        told = True
        yield tip
    if not told:
        more = (
            "a narrower time"
            if plan.limit is not None
            else "a narrower time or a limit"
        )
        yield f"{more}; the API filters all that it can"


def _own_tips(plan: Plan, cost: Cost) -> Iterator[str]:
    """What no warning says, because it is no cause for one."""
    size = page_size(plan)
    if plan.query.page_size is not None and size < 100 and not cost.is_all:
        yield f"leave out `page size {size}`: a page can hold 100 records"
    for part in parts(plan.residual_filter or query.EVERYTHING):
        match part:
            case query.Not(query.OneOf(query.Column(name))) if (
                name in plan.source.capabilities
            ):
                yield f"name the values of `{name}` that are wanted, if they are few"

"""The plan as plain values, for `compile --format json` and for programs.

In: a plan. Out: what `json.dumps` takes. The keys are part of the interface.
"""

from auditql.diagnostics.render import to_json
from auditql.language import query
from auditql.language.clock import text_of
from auditql.language.wrong_kind import operand_text
from auditql.plan.coverage import times_of
from auditql.plan.model import Interval, Mode
from auditql.plan.plan import Plan


def describe(plan: Plan) -> dict[str, object]:
    """The plan: query, now, tz, requests, residual, order, limit, offset, stages."""
    checked = plan.query
    return {
        "query": checked.text,
        "now": text_of(checked.now_s),
        "tz": checked.zone,
        "requests": [
            {
                "method": request.method,
                "path": request.path,
                "params": [list(pair) for pair in request.params],
                "exact": request.exact,
            }
            for request in plan.requests
        ],
        "mirror": [_ends(time) for time in times_of(plan, Mode.LOCAL)],
        "residual": plan.residual,
        "order": [sort_text(key) for key in checked.order] or ["-created_at"],
        "limit": checked.limit,
        "offset": checked.offset,
        "stages": [stage_json(stage) for stage in checked.stages],
        "diagnostics": [to_json(d, checked.text) for d in plan.diagnostics],
    }


def _ends(time: Interval) -> list[str | None]:
    """Both ends of a time; None where it is open."""
    return [None if end is None else text_of(end) for end in (time.start, time.end)]


def sort_text(key: query.SortKey) -> str:
    """A key as it is written: `-created_at`."""
    return ("-" if key.descending else "") + operand_text(key.operand)


def stage_json(stage: query.Stage) -> dict[str, object]:
    """A stage by its name, with what it takes."""
    from auditql.language.printer import format_filter
    from auditql.language.restate import restate

    match stage:
        case query.Where(filter_):
            return {"stage": "where", "filter": format_filter(restate(filter_))}
        case query.Select(columns):
            return {"stage": "select", "columns": [_given(g) for g in columns]}
        case query.Group(keys, aggregates):
            return {
                "stage": "stats",
                "by": [_given(g) for g in keys],
                "aggregates": [
                    {
                        "name": a.column.name,
                        "function": a.function,
                        "of": operand_text(a.operand) if a.operand else None,
                    }
                    for a in aggregates
                ],
            }
        case query.Top(number, keys):
            return {"stage": "top", "number": number, "by": [_given(g) for g in keys]}
        case query.Distinct(keys):
            return {"stage": "distinct", "by": [_given(g) for g in keys]}
        case query.Timeline(step, _, keys):
            return {
                "stage": "timeline",
                "step": f"{step.count}{step.unit.value}",
                "by": [_given(g) for g in keys],
            }
        case query.OrderBy(keys):
            return {"stage": "order by", "keys": [sort_text(k) for k in keys]}
        case query.LimitTo(number):
            return {"stage": "limit", "number": number}


def _given(given: query.Given) -> dict[str, str]:
    return {"name": given.column.name, "of": operand_text(given.source)}

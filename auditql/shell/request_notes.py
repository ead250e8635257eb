"""What a plan's requests leave undone when another tool sends them.

In: a plan. Out: sentences of one line, without a control character, so that each
may stand as a note or in a comment. Nothing where the first page of the only
request is the answer.
"""

from collections.abc import Iterator

from auditql.diagnostics.safe_text import safe_text
from auditql.plan.describe import sort_text
from auditql.plan.model import ALWAYS, Mode
from auditql.plan.plan import Plan


def of_first_pages(plan: Plan) -> tuple[str, ...]:
    """What is left undone where each request is sent once."""
    modes = {request.mode for request in plan.requests}
    notes = []
    if Mode.CURSOR in modes and not _fits_one_page(plan):
        notes.append(
            "the first page of each request; follow `meta.after_cursor` for more"
        )
    if Mode.LOOKUP in modes:
        notes.append("a 404 says that there is no such record")
    return (*notes, *_left_here(plan, is_cut=_fits_one_page(plan)))


def of_whole_reads(plan: Plan) -> tuple[str, ...]:
    """What is left undone where each request is read to its end, or to the limit."""
    return tuple(_left_here(plan, is_cut=is_cut_by_service(plan)))


def is_cut_by_service(plan: Plan) -> bool:
    """Whether the first rows of the only request are the answer, up to its limit."""
    return (
        len(plan.scans) == 1
        and plan.residual is None
        and not _has_edges(plan)
        and not (plan.sort or plan.offset or plan.stages)
    )


def _fits_one_page(plan: Plan) -> bool:
    """Whether the first page of the only request is the answer."""
    if plan.limit is None or not is_cut_by_service(plan):
        return False
    size = dict(plan.requests[0].params).get("page[size]")
    return size is not None and plan.limit <= int(size)


def _left_here(plan: Plan, *, is_cut: bool) -> Iterator[str]:
    """What auditql checks and does by itself; `is_cut`: the limit is kept anyway."""
    if not plan.scans:
        return
    if plan.residual is not None:
        yield f"not checked by these requests: {safe_text(plan.residual)}"
    if _has_edges(plan):
        yield (
            "not checked by these requests: the seconds at the ends of created_at;"
            " a range is asked a second wider on both sides"
        )
    left = []
    if len(plan.scans) > 1:
        left.append("each record once, all in one order")
    if plan.sort:
        keys = ", ".join(sort_text(key) for key in plan.query.order)
        left.append(safe_text(f"order by {keys}"))
    if plan.offset:
        left.append(f"offset {plan.offset}")
    if plan.limit is not None and not is_cut:
        left.append(f"limit {plan.limit}")
    if plan.stages and not plan.reads_count:
        left.append("what stands behind `|`")
    if left:
        yield f"not done by these requests: {', '.join(left)}"


def _has_edges(plan: Plan) -> bool:
    """Whether a request asks for a range of time, and so for more than is meant."""
    return any(
        scan.box.created != ALWAYS and scan.request.mode is not Mode.LOOKUP
        for scan in plan.scans
    )

"""The planner: its passes in order.

In: a checked query and a source. Out: a Plan, or QueryError where the source
cannot do what the query asks of it. Every pass is a pure function.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.errors import QueryError
from auditql.language.printer import format_filter
from auditql.language.query import (
    Column,
    CursorPage,
    Group,
    LimitTo,
    OffsetPage,
    Query,
    SortKey,
)
from auditql.language.restate import restate
from auditql.plan.advice import advise
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.capability import Form, ReadShape, Source
from auditql.plan.cover import MOST_BOXES, cover
from auditql.plan.grouping import groups_of
from auditql.plan.implied import Covers, implied, residual
from auditql.plan.model import ALWAYS, Box, Mode, Scan
from auditql.plan.negation import push_not_inward
from auditql.plan.plan import Plan

FULL_PAGE = 100
"""Records of a page where the planner has no reason for fewer."""


def plan(
    query: Query,
    source: Source,
    *,
    most_boxes: int = MOST_BOXES,
    reads_all: bool = False,
) -> Plan:
    """The plan of a query: requests that cover it and what is checked here.

    Args:
        query: from the resolver.
        source: what is asked, such as ZendeskSource.
        most_boxes: most requests that alternatives may become, lists that are
            too long for one aside.
        reads_all: records are read even where the source's count would do.

    Raises:
        QueryError: one page was asked for and the query needs several requests.
    """
    able = source.capabilities
    filter_ = push_not_inward(buckets_to_ranges(query.filter, query.zone))
    covering = cover(filter_, able, most_boxes)
    boxes = _companions([source.narrowed(b) for b in covering.boxes], source)
    descending, sort = _order(query.order, source)
    known: Covers = {}
    exact = [box.exact or implied(box, filter_, able, known) for box in boxes]
    left = residual(filter_, boxes, able, known)
    may_count = source.is_remote and not reads_all
    counts = may_count and _reads_count(query, boxes, exact)
    _check_page(query, boxes)
    scans = _scans(query, source, boxes, exact, descending=descending, counts=counts)
    made = Plan(
        query=query,
        scans=scans,
        groups=groups_of([s.box for s in scans], descending=descending),
        descending=descending,
        sort=sort,
        residual_filter=left,
        residual=None if left is None else format_filter(restate(left)),
        reads_count=counts and all(s.request.mode is Mode.COUNT for s in scans),
        source=source,
        widened=covering.widened,
    )
    return replace(made, diagnostics=advise(made, source))


def _companions(boxes: Sequence[Box], source: Source) -> tuple[Box, ...]:
    """Boxes that the source can really be asked for.

    A set that needs another beside it is dropped where that is free, and a
    look-up asks for its ids alone. Dropping leaves a field free: still a cover.
    Boxes may now hold one another, so they are tidied again.
    """
    from auditql.plan.boxes import tidied

    able = source.capabilities
    kept = []
    for box in boxes:
        looked_up = [n for n in box.sets if able[n].form is Form.LOOKUP]
        if looked_up:
            alone = len(box.sets) == 1 and box.created == ALWAYS
            ids = {n: box.sets[n] for n in looked_up}
            kept.append(Box(ids, exact=box.exact and alone))
            continue
        sets = {
            name: values
            for name, values in box.sets.items()
            if able[name].needs is None or able[name].needs in box.sets
        }
        whole = len(sets) == len(box.sets)
        kept.append(Box(sets, box.created, box.exact and whole))
    return tidied(kept)


def _order(
    order: Sequence[SortKey], source: Source
) -> tuple[bool, tuple[SortKey, ...]]:
    """Whether to read newest first, and the keys that are sorted by here."""
    if not order:
        return True, ()
    first = order[0]
    named = (
        isinstance(first.operand, Column) and first.operand.name == source.ordered_by
    )
    if named and len(order) == 1:
        return first.descending, ()
    return True, tuple(order)


def _reads_count(query: Query, boxes: Sequence[Box], exact: Sequence[bool]) -> bool:
    """Whether `| count` alone can be answered by the source's own count."""
    stage, *others = query.stages or (None,)
    if query.limit is not None or query.offset:
        return False
    if any(not isinstance(o, LimitTo) or o.number == 0 for o in others):
        return False  # a limit leaves the one row of a count as it is
    if not isinstance(stage, Group) or stage.keys or query.page is not None:
        return False
    if [a.function for a in stage.aggregates] != ["count"]:
        return False
    if not boxes or not all(exact) or any("id" in box.sets for box in boxes):
        return False
    return all(
        _disjoint(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :]
    )


def _disjoint(a: Box, b: Box) -> bool:
    """Whether two boxes provably share no record."""
    from auditql.plan import intervals

    if intervals.disjoint(a.created, b.created):
        return True
    return any(
        not a.sets[name] & b.sets[name] for name in a.sets.keys() & b.sets.keys()
    )


def _check_page(query: Query, boxes: Sequence[Box]) -> None:
    """One page needs one request that has pages: refuse what has not."""
    if query.page is None or not boxes:
        return
    looks_up = any("id" in box.sets for box in boxes)
    if len(boxes) == 1 and not looks_up:
        return
    fault = Diagnostic(
        Code.PAGING_NEEDS_ONE_REQUEST,
        "records that are looked up by their id come on no page"
        if looks_up
        else "a page is a page of one request, and this filter needs several",
        query.page.span,
        "a page" if looks_up else f"{len(boxes)} requests are merged by time",
        "leave out the page and use `limit`, or ask for the alternatives one by one",
    )
    raise QueryError([fault], query.text)


def _scans(
    query: Query,
    source: Source,
    boxes: Sequence[Box],
    exact: Sequence[bool],
    *,
    descending: bool,
    counts: bool,
) -> tuple[Scan, ...]:
    """A scan for every request, boxes that are too long split first."""
    shape = ReadShape(descending, FULL_PAGE, query.now_s)
    pieces = [
        (piece, is_exact)
        for box, is_exact in zip(boxes, exact, strict=True)
        for piece in source.split(box, shape)
    ]
    if query.page is not None and len(pieces) > 1:
        _check_page(query, [piece for piece, _ in pieces])
    scans: list[Scan] = []
    for box, is_exact in pieces:
        alone = len(pieces) == 1 and is_exact
        for one in _shapes(query, box, shape, counts=counts, alone=alone):
            exact_shape = replace(one, exact=is_exact)
            scans += (
                Scan(_looked_up(box, request.path), request)
                for request in source.requests(box, exact_shape)
            )
    return tuple(scans)


def _looked_up(box: Box, path: str) -> Box:
    """The box of one request; for a look-up, of its one id and of all times."""
    if "id" not in box.sets:
        return box
    return Box({"id": frozenset({int(path.rsplit("/", 1)[1])})}, ALWAYS)


def _shapes(
    query: Query, box: Box, shape: ReadShape, *, counts: bool, alone: bool
) -> list[ReadShape]:
    """How a box is read: by one shape, or for a count with a range by both ends."""
    if counts:
        if box.created == ALWAYS:
            return [replace(shape, counts=True, page_size=1)]
        both = replace(shape, counts=True, page_size=FULL_PAGE)
        return [replace(both, descending=False), replace(both, descending=True)]
    match query.page:
        case OffsetPage(number, size):
            return [replace(shape, page_number=number, page_size=size)]
        case CursorPage(is_after, token):
            size = query.page_size or FULL_PAGE
            return [replace(shape, cursor=(is_after, token), page_size=size)]
        case None:
            pass
    size = FULL_PAGE
    if query.page_size is not None:
        size = query.page_size
    elif alone and not (query.stages or _sorts_here(query)) and query.limit is not None:
        size = min(FULL_PAGE, max(1, query.limit + query.offset))
    return [replace(shape, page_size=size)]


def _sorts_here(query: Query) -> bool:
    order = query.order
    if not order:
        return False
    first = order[0].operand
    return len(order) > 1 or not (
        isinstance(first, Column) and first.name == "created_at"
    )

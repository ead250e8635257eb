"""The range of time that a filter leaves, whatever source is asked.

In: a filter. Out: the smallest interval that its tests of `created_at` allow to
say; every record that passes lies inside. Ends are open where nothing bounds them.
"""

from functools import reduce
from typing import assert_never

from auditql.language.query import (
    And,
    Between,
    Column,
    Compare,
    Filter,
    InNetworks,
    InRange,
    Missing,
    Not,
    OneOf,
    Or,
    Query,
    Search,
    TextMatch,
)
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.intervals import hull, intersection
from auditql.plan.model import ALWAYS, Interval
from auditql.plan.negation import push_not_inward

_NEVER = Interval(0, 0)


def bounds_of(query: Query) -> Interval:
    """The range that the filter of a query leaves, by itself."""
    return _span(push_not_inward(buckets_to_ranges(query.filter, query.zone)))


def span_of(query: Query) -> Interval:
    """The range of a query; one with a start and no end goes on to its now.

    No time lies in it where the filter contradicts itself.
    """
    found = bounds_of(query)
    if found.start is not None and found.end is None:
        return Interval(found.start, max(query.now_s + 1, found.start + 1))
    return found


def _span(filter_: Filter) -> Interval:
    match filter_:
        case InRange(Column("created_at"), start, end):
            return Interval(start, end)
        case Not(InRange(Column("created_at"), start, end)):
            return _outside(start, end)
        case And(terms):
            return reduce(intersection, map(_span, terms), ALWAYS)
        case Or(terms):
            spans = [s for s in map(_span, terms) if not s.is_empty]
            return reduce(hull, spans) if spans else _NEVER
        case Not() | Compare() | Between() | OneOf() | InNetworks() | InRange():
            return ALWAYS
        case Missing() | Search() | TextMatch():
            return ALWAYS
        case _:
            assert_never(filter_)


def _outside(start: int | None, end: int | None) -> Interval:
    """What the negation of a range leaves, as one interval."""
    if start is None:
        return Interval(end, None)
    return Interval(None, start) if end is None else ALWAYS

"""Tests of a day, a month or a bucket of time, said as ranges of time itself.

In: a filter and the zone that its days are read in. Out: a filter that passes
the same records, in which a source can see the range of time. The filter that
is checked here stays the one of the query.
"""

from typing import assert_never

from auditql.catalog.kinds import Unit
from auditql.language.query import (
    And,
    Apply,
    Between,
    Compare,
    Filter,
    InNetworks,
    InRange,
    Length,
    Missing,
    Not,
    OneOf,
    Or,
    Search,
    TextMatch,
)

_LENGTHS = {"date": Length(1, Unit.DAY), "month": Length(1, Unit.MONTH)}


def buckets_to_ranges(filter_: Filter, zone: str) -> Filter:
    """Return an equivalent filter without a range over a bucket of time.

    A bucket's start never comes after what lies in it, and no other start lies
    between. So it is at or after an instant exactly if the time is at or after
    the first start that is; the same, turned round, for before.
    """
    match filter_:
        case InRange(Apply(function, column, _, length), start, end):
            step = _LENGTHS.get(function, length)
            assert step is not None, filter_
            first, last = _first(start, step, zone), _first(end, step, zone)
            return InRange(column, first, last, filter_.span)
        case And(terms):
            return And(tuple(buckets_to_ranges(t, zone) for t in terms), filter_.span)
        case Or(terms):
            return Or(tuple(buckets_to_ranges(t, zone) for t in terms), filter_.span)
        case Not(term):
            return Not(buckets_to_ranges(term, zone), filter_.span)
        case Compare() | Between() | OneOf() | InNetworks() | InRange():
            return filter_
        case Missing() | Search() | TextMatch():
            return filter_
        case _:
            assert_never(filter_)


def _first(second: int | None, length: Length, zone: str) -> int | None:
    """The first start of a bucket at or after an instant; None for no bound."""
    if second is None:
        return None
    from auditql.catalog.buckets import buckets  # few queries need the zones

    made = buckets(length.count, length.unit, zone)
    start = made.start(second)
    return second if start == second else made.following(second)

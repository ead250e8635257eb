"""The first pass: negations pushed inward until they stand on single tests.

In: a checked filter. Out: an equivalent one. Values are never changed: `not`
of a test stays `not` of that test, since a missing value passes it.
"""

from typing import assert_never

from auditql.language.query import (
    And,
    Between,
    Compare,
    Filter,
    InNetworks,
    InRange,
    Missing,
    Not,
    OneOf,
    Or,
    Search,
    TextMatch,
)

_TESTS = (OneOf, Compare, Between, InRange, InNetworks, TextMatch, Missing, Search)


def push_not_inward(filter_: Filter) -> Filter:
    """An equivalent filter whose Not stands only on single tests.

    Logic is two-valued: a test on a missing value is false and Not of it
    true, so De Morgan holds, and `not x < 3` never becomes `x >= 3`.
    """
    if isinstance(filter_, _TESTS):
        return filter_
    match filter_:
        case And(terms, span):
            return And(tuple(map(push_not_inward, terms)), span)
        case Or(terms, span):
            return Or(tuple(map(push_not_inward, terms)), span)
        case Not(Not(term)):
            return push_not_inward(term)
        case Not(And(terms), span):
            return Or(tuple(push_not_inward(Not(t, t.span)) for t in terms), span)
        case Not(Or(terms), span):
            return And(tuple(push_not_inward(Not(t, t.span)) for t in terms), span)
        case Not():
            return filter_
        case _:
            assert_never(filter_)

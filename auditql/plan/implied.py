"""What a box promises, and what is left to check: implication and residual.

In: the final boxes and the filter. Out: whether every record of a box passes,
and the part of the filter that some box does not promise. Deciding it on the
final boxes makes every widening before it safe by itself.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from auditql.language.query import (
    And,
    Column,
    Filter,
    InNetworks,
    InRange,
    Missing,
    Not,
    OneOf,
    Or,
    Scalar,
)
from auditql.plan import intervals
from auditql.plan.boxes import Cover, holds
from auditql.plan.capability import Capability, Form
from auditql.plan.cover import always_there, cover, sendable
from auditql.plan.impossible import why_never
from auditql.plan.model import Box, Interval, Value

Covers = dict[int, Cover]
"""Covers of alternatives that were found before, by the identity of their Or."""


def implied(
    box: Box,
    filter_: Filter,
    capabilities: Mapping[str, Capability],
    known: Covers | None = None,
) -> bool:
    """Whether every record of the box passes the filter; False where unknown.

    Args:
        box: what a request asks for.
        filter_: or a part of it.
        capabilities: what the source can filter.
        known: filled on the way; hand in the same one for every box of one
            filter, since the cover of many alternatives takes a while.
    """
    known = {} if known is None else known
    match filter_:
        case And(terms):
            return all(implied(box, t, capabilities, known) for t in terms)
        case Or(terms):
            if any(implied(box, t, capabilities, known) for t in terms):
                return True
            if id(filter_) not in known:
                known[id(filter_)] = cover(filter_, capabilities).boxes
            return any(one.exact and holds(one, box) for one in known[id(filter_)])
        case OneOf(Column(name), values):
            held = box.sets.get(name)
            return held is not None and held <= _sent(name, values, capabilities)
        case InNetworks(Column(name), networks):
            held = box.sets.get(name)
            return held is not None and all(
                any(ip_address(v) in network for network in networks) for v in held
            )
        case InRange(Column(name), start, end):
            return _is_range(name, capabilities) and intervals.contains(
                Interval(start, end), box.created
            )
        case Missing(Column()):
            return False
        case Not(term):
            return _excluded(box, term, capabilities, known)
        case _:
            return False


def _excluded(
    box: Box, test: Filter, capabilities: Mapping[str, Capability], known: Covers
) -> bool:
    """Whether no record of the box passes the test."""
    if why_never(test) is not None:
        return True
    match test:
        case Missing(Column(name) as operand):
            return name in box.sets or always_there(operand)
        case Missing(operand):
            return always_there(operand)
        case OneOf(Column(name), values):
            held = box.sets.get(name)
            return held is not None and not held & _sent(name, values, capabilities)
        case InNetworks(Column(name), networks):
            held = box.sets.get(name)
            return held is not None and not any(
                ip_address(v) in network for network in networks for v in held
            )
        case InRange(Column(name), start, end):
            return _is_range(name, capabilities) and intervals.disjoint(
                Interval(start, end), box.created
            )
        case And(terms):
            return any(_excluded(box, t, capabilities, known) for t in terms)
        case Or(terms):
            return all(_excluded(box, t, capabilities, known) for t in terms)
        case Not(term):
            return implied(box, term, capabilities, known)
        case _:
            return False


def _is_range(name: str, capabilities: Mapping[str, Capability]) -> bool:
    row = capabilities.get(name)
    return row is not None and row.form is Form.RANGE


def _sent(
    name: str, values: Sequence[Scalar], capabilities: Mapping[str, Capability]
) -> frozenset[Value]:
    """The values as requests carry them; those that none carries are left out.

    A box never holds a value that cannot be sent, so leaving them out decides
    nothing wrongly.
    """
    row = capabilities.get(name)
    if row is None:
        return frozenset()
    sent = (sendable(value, row, name) for value in values)
    return frozenset(value for value in sent if value is not None)


def residual(
    filter_: Filter,
    cover: Sequence[Box],
    capabilities: Mapping[str, Capability],
    known: Covers | None = None,
) -> Filter | None:
    """The part of the filter that some box does not promise; None for nothing.

    For every record of a box: it passes the residual exactly if it passes the
    filter.
    """
    known = {} if known is None else known
    if all(implied(box, filter_, capabilities, known) for box in cover):
        return None
    if isinstance(filter_, And):
        left = tuple(
            term
            for term in filter_.terms
            if not all(implied(box, term, capabilities, known) for box in cover)
        )
        return left[0] if len(left) == 1 else And(left, filter_.span)
    return filter_

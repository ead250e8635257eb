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
from auditql.plan.boxes import holds
from auditql.plan.capability import Capability, Form
from auditql.plan.cover import always_there, cover, sendable
from auditql.plan.model import Box, Interval, Value


def implied(box: Box, filter_: Filter, capabilities: Mapping[str, Capability]) -> bool:
    """Whether every record of the box passes the filter; False where unknown."""
    match filter_:
        case And(terms):
            return all(implied(box, t, capabilities) for t in terms)
        case Or(terms):
            return any(implied(box, t, capabilities) for t in terms) or any(
                one.exact and holds(one, box)
                for one in cover(filter_, capabilities).boxes
            )
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
            return _excluded(box, term, capabilities)
        case _:
            return False


def _excluded(box: Box, test: Filter, capabilities: Mapping[str, Capability]) -> bool:
    """Whether no record of the box passes the test."""
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
            return any(_excluded(box, t, capabilities) for t in terms)
        case Or(terms):
            return all(_excluded(box, t, capabilities) for t in terms)
        case Not(term):
            return implied(box, term, capabilities)
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
    filter_: Filter, cover: Sequence[Box], capabilities: Mapping[str, Capability]
) -> Filter | None:
    """The part of the filter that some box does not promise; None for nothing.

    For every record of a box: it passes the residual exactly if it passes the
    filter.
    """
    if all(implied(box, filter_, capabilities) for box in cover):
        return None
    if isinstance(filter_, And):
        left = tuple(
            term
            for term in filter_.terms
            if not all(implied(box, term, capabilities) for box in cover)
        )
        return left[0] if len(left) == 1 else And(left, filter_.span)
    return filter_

"""From a filter to the boxes that cover it.

In: a filter whose negations stand on single tests, and what the source can
take. Out: a cover: every record that passes lies in one of its boxes. What a
source cannot take leaves its field free. There are never more than so many
boxes: operands are replaced by their hull, bottom-up.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import assert_never

from auditql.catalog.fields import BY_NAME
from auditql.catalog.forms import form
from auditql.language.query import (
    And,
    Apply,
    Between,
    Column,
    Compare,
    Filter,
    InNetworks,
    InRange,
    Missing,
    Not,
    OneOf,
    Operand,
    Or,
    Scalar,
    Search,
    TextMatch,
)
from auditql.plan import boxes
from auditql.plan.boxes import EVERYWHERE, Cover
from auditql.plan.capability import Accepts, Capability, Form
from auditql.plan.impossible import is_reversed, why_never
from auditql.plan.model import Box, Interval, Value

MOST_BOXES = 8
"""Most requests that one query is split into."""

_MANY = 256
"""Most boxes that are compared with one another."""

MOST_NETWORK = 16
"""Most addresses of a network that is asked for one by one."""

LONGEST_TEXT = 300
"""Bytes of the longest text that is sent; three times as many percent-encoded."""


@form
class Covering:
    """A cover, and whether alternatives were widened to keep it small."""

    boxes: Cover
    widened: bool


def cover(
    filter_: Filter,
    capabilities: Mapping[str, Capability],
    most_boxes: int = MOST_BOXES,
) -> Covering:
    """The boxes that cover a filter; none where it can never hold."""
    match filter_:
        case And(terms):
            parts = [cover(t, capabilities, most_boxes) for t in terms]
            return _all(parts, most_boxes)
        case Or(terms):
            parts = [cover(t, capabilities, most_boxes) for t in terms]
            return _any(parts, most_boxes)
        case Not(term):
            found = _outside(term, capabilities)
            return Covering(_few(found, most_boxes), len(found) > most_boxes)
        case _:
            return Covering(_inside(filter_, capabilities), False)


def _any(parts: Sequence[Covering], most: int) -> Covering:
    """Alternatives: side by side, and the largest operands widened if too many."""
    widened = any(p.widened for p in parts)
    many = boxes.united([b for p in parts for b in p.boxes])
    if len(many) > _MANY:
        # Comparing each with each would take too long: the rest as one.
        rest = boxes.hull(many[_MANY - 1 :])
        whole = boxes.tidied((*many[: _MANY - 1], rest))
        return Covering(_few(whole, most), True)
    whole = boxes.tidied(many)
    if len(whole) <= most:
        return Covering(whole, widened)
    operands = [p.boxes for p in parts]
    while len(whole) > most and any(len(o) > 1 for o in operands):
        operands = _widen(operands)
        whole = boxes.tidied([b for o in operands for b in o])
    return Covering(_few(whole, most), True)


def _few(whole: Cover, most: int) -> Cover:
    """At most so many boxes: operands are one box each, so the first are joined."""
    if len(whole) <= most:
        return whole
    spare = len(whole) - most + 1
    return boxes.tidied((boxes.hull(whole[:spare]), *whole[spare:]))


def _all(parts: Sequence[Covering], most: int) -> Covering:
    """Conditions: every box of one with every box of the next, kept few."""
    widened = any(p.widened for p in parts)
    made: Cover = (Box(exact=True),)  # without conditions every record passes
    # Single boxes first: they only make the others smaller.
    for part in sorted(parts, key=lambda p: len(p.boxes)):
        met = _meet_all(made, part.boxes)
        if len(met) > most:
            operands: list[Cover] = [made, part.boxes]
            while len(met) > most and any(len(o) > 1 for o in operands):
                operands = _widen(operands)
                met = _meet_all(operands[0], operands[1])
            widened = True
        made = met
    return Covering(made, widened)


def _meet_all(left: Cover, right: Cover) -> Cover:
    met = (boxes.meet(a, b) for a in left for b in right)
    return boxes.tidied([box for box in met if box is not None])


def _widen(operands: Sequence[Cover]) -> list[Cover]:
    """The operands with the one of most boxes, leftmost on ties, as its hull."""
    sizes = [len(o) for o in operands]
    place = sizes.index(max(sizes))
    return [
        (boxes.hull(o),) if index == place else o for index, o in enumerate(operands)
    ]


def _inside(test: Filter, capabilities: Mapping[str, Capability]) -> Cover:
    """The cover of a single test that holds."""
    if is_reversed(test) or why_never(test) is not None:
        return ()
    match test:
        case OneOf(Column(name), values):
            return _set(name, values, capabilities)
        case InRange(Column(name), start, end):
            return _range(name, Interval(start, end), capabilities)
        case InNetworks(Column(name), networks):
            addresses = _addresses(networks)
            return (
                EVERYWHERE if addresses is None else _set(name, addresses, capabilities)
            )
        case OneOf() | InRange() | InNetworks():
            return EVERYWHERE
        case Missing(operand):
            return () if always_there(operand) else EVERYWHERE
        case Compare() | Between() | TextMatch() | Search():
            return EVERYWHERE
        case And() | Or() | Not():
            raise AssertionError("not a single test")
        case _:
            assert_never(test)


def always_there(operand: Operand) -> bool:
    """Whether every record has a value of the operand, as each has its time."""
    column = operand.column if isinstance(operand, Apply) else operand
    row = BY_NAME.get(column.name)
    return row is not None and not row.optional


def _outside(test: Filter, capabilities: Mapping[str, Capability]) -> Cover:
    """The cover of a single test that does not hold.

    A set is never complemented: values are open. An interval is, into two; a
    record always has its time, so nothing is missing from them.
    """
    match test:
        case InRange(Column(name), start, end):
            if not always_there(test.operand):
                return EVERYWHERE
            if start is not None and end is not None and start >= end:
                return EVERYWHERE
            sides = [Interval(None, start)] if start is not None else []
            sides += [Interval(end, None)] if end is not None else []
            return boxes.tidied(
                [b for s in sides for b in _range(name, s, capabilities)]
            )
        case _:
            return EVERYWHERE


def _range(
    name: str, interval: Interval, capabilities: Mapping[str, Capability]
) -> Cover:
    row = capabilities.get(name)
    if interval.is_empty:
        return ()
    if row is None or row.form is not Form.RANGE:
        return EVERYWHERE
    return (Box({}, interval, exact=True),)


def _set(
    name: str, values: Sequence[Scalar], capabilities: Mapping[str, Capability]
) -> Cover:
    row = capabilities.get(name)
    if row is None or row.form is Form.RANGE:
        return EVERYWHERE
    sent: list[Value] = []
    for value in values:
        one = sendable(value, row, name)
        if one is None:
            return EVERYWHERE
        sent.append(one)
    distinct = frozenset(sent)
    if row.most is not None and len(distinct) > row.most:
        return EVERYWHERE
    return (Box({name: distinct}, exact=True),)


def sendable(value: Scalar, row: Capability, name: str) -> Value | None:
    """The value as a request carries it; None where a match could be lost."""
    match row.accepts:
        case Accepts.ANY_INTEGER:
            return value if isinstance(value, int) else None
        case Accepts.KNOWN_WORD:
            known = BY_NAME[name].known
            return value if isinstance(value, str) and value in known else None
        case Accepts.PLAIN_TEXT:
            return value if isinstance(value, str) and _is_plain(value) else None
        case Accepts.IPV4:
            return str(value) if isinstance(value, IPv4Address) else None
        case Accepts.SECONDS:
            return None
        case _:
            assert_never(row.accepts)


def _is_plain(text: str) -> bool:
    """Whether a text arrives as it was meant: there, encodable, no controls.

    Blanks at the ends are left out too: servers like to strip them. So are
    texts so long that they might fill a request.
    """
    plain = bool(text) and text.isprintable() and text == text.strip()
    return plain and len(text.encode()) <= LONGEST_TEXT


def _addresses(networks: Sequence[object]) -> tuple[Scalar, ...] | None:
    """The addresses of small IPv4 networks; None where there are too many."""
    found: list[Scalar] = []
    for network in networks:
        if not isinstance(network, IPv4Network) or network.num_addresses > MOST_NETWORK:
            return None
        found += list(network)
    return tuple(dict.fromkeys(found))

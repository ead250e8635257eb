"""When a zone's clock is changed within a range, and what is written of it.

In: a clock, a range of seconds. Out: pieces of time with a number each, and the node
that picks the number of a value's piece.
"""

from collections.abc import Callable

from auditql.catalog.civil import DAY_S, Clock
from auditql.providers.warehouse.nodes import Node, cases, less, number
from auditql.providers.warehouse.zone_range import Range

_STEP_S = 5 * DAY_S
"""No zone changes its clock twice in so short a time."""

Pieces = tuple[tuple[int, int], ...]
"""From which value on (the first of all: from ever) which number holds."""


def by_piece(at: Node, pieces: Pieces) -> Node:
    """The number of the piece that a value lies in."""
    values = [value for _, value in pieces]
    ends = [start for start, _ in pieces[1:]]
    if not ends:
        return number(values[0])
    pairs = [
        (less(at, number(end)), number(value))
        for end, value in zip(ends, values, strict=False)
    ]
    return cases(pairs, number(values[-1]))


def changes_in(
    low: int, high: int, change: Callable[[int, int], int | None]
) -> list[int]:
    """The instants at which something changes within a range."""
    found = []
    at = low
    while at < high:
        following = min(at + _STEP_S, high)
        changed = change(at, following)
        if changed is not None:
            found.append(changed)
        at = following
    return found


def offsets_in(clock: Clock, within: Range) -> Pieces:
    """How far the clock is ahead, by instants within a range."""
    changes = changes_in(within.low, within.high, clock.change_in)
    starts = [within.low, *changes]
    return tuple((at, clock.offset(at)) for at in starts)


def day_offsets(clock: Clock, offsets: Pieces) -> Pieces:
    """The same for days: a change back over midnight waits for the second one."""
    made = list(offsets[:1])
    for at, offset in offsets[1:]:
        start = at
        if (at + offset) // DAY_S < clock.day(at):
            start = at + (-(at + offset)) % DAY_S
        made.append((start, offset))
    return tuple(made)

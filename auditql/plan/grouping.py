"""In which order scans are read: one after another, or merged.

In: the boxes of a plan. Out: groups of their places. Boxes whose times cannot
meet need no merge: the later group simply follows.
"""

from collections.abc import Sequence

from auditql.plan import intervals
from auditql.plan.model import Box, Interval


def groups_of(boxes: Sequence[Box], *, descending: bool) -> tuple[tuple[int, ...], ...]:
    """Places of the boxes in groups, in the order in which they are read.

    Times of two groups are disjoint; inside a group every box is tied to the
    others through boxes that share some time.
    """
    by_start = sorted(
        range(len(boxes)),
        key=lambda place: (
            boxes[place].created.start is not None,
            boxes[place].created.start or 0,
        ),
    )
    groups: list[list[int]] = []
    reach: Interval | None = None
    for place in by_start:
        created = boxes[place].created
        if reach is not None and not intervals.disjoint(reach, created):
            groups[-1].append(place)
            reach = intervals.hull(reach, created)
        else:
            groups.append([place])
            reach = created
    ordered = reversed(groups) if descending else groups
    return tuple(tuple(sorted(group)) for group in ordered)

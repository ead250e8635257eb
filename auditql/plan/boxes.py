"""Boxes: how they meet, join and hold one another.

In: boxes, or tuples of them that cover a filter. Out: the same. A cover may
grow by any step here but never lose a record that it held.
"""

from collections.abc import Sequence

from auditql.plan import intervals
from auditql.plan.model import Box, Value

Cover = tuple[Box, ...]
"""Boxes that together hold every record of a filter; none: no record at all."""

EVERYWHERE: Cover = (Box(),)
"""The cover of a test that cannot be asked for: every record may pass."""


def meet(a: Box, b: Box) -> Box | None:
    """The box of what lies in both; None where that is nothing."""
    created = intervals.intersection(a.created, b.created)
    if created.is_empty:
        return None
    sets = dict(a.sets)
    for name, values in b.sets.items():
        both = values & sets[name] if name in sets else values
        if not both:
            return None
        sets[name] = both
    return Box(sets, created, a.exact and b.exact)


def holds(outer: Box, inner: Box) -> bool:
    """Whether every record of the inner box lies in the outer."""
    return intervals.contains(outer.created, inner.created) and all(
        name in inner.sets and inner.sets[name] <= values
        for name, values in outer.sets.items()
    )


def join(a: Box, b: Box) -> Box | None:
    """One box for two that differ in one field only; None where there is none.

    The joined box holds exactly what the two held.
    """
    if a.sets == b.sets:
        if intervals.touch(a.created, b.created):
            both = intervals.hull(a.created, b.created)
            return Box(a.sets, both, a.exact and b.exact)
        return None
    if a.created != b.created or a.sets.keys() != b.sets.keys():
        return None
    differing = [name for name in a.sets if a.sets[name] != b.sets[name]]
    if len(differing) != 1:
        return None
    (name,) = differing
    sets = {**a.sets, name: a.sets[name] | b.sets[name]}
    return Box(sets, a.created, a.exact and b.exact)


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them; it may hold more."""
    first, *others = boxes
    created = first.created
    for other in others:
        created = intervals.hull(created, other.created)
    sets: dict[str, frozenset[Value]] = {}
    for name in first.sets:
        if all(name in box.sets for box in others):
            sets[name] = frozenset().union(*(box.sets[name] for box in boxes))
    return Box(sets, created)


def tidied(boxes: Sequence[Box]) -> Cover:
    """The same records in fewer boxes: contained ones gone, neighbours joined."""
    kept: list[Box] = []
    for box in boxes:
        _add(kept, box)
    return tuple(kept)


def _add(kept: list[Box], box: Box) -> None:
    """Add a box, joined with whatever it now can be joined with."""
    place = 0
    while place < len(kept):
        other = kept[place]
        if other == box:
            kept[place] = other if other.exact else box
            return
        if holds(other, box):
            return
        if holds(box, other):
            del kept[place]
            continue
        joined = join(other, box)
        if joined is not None:
            del kept[place]
            box, place = joined, 0
            continue
        place += 1
    kept.append(box)


def united(boxes: Sequence[Box]) -> list[Box]:
    """The same records, boxes of one and the same single field joined to one.

    Quick also for thousands, as in `actor_id = 1 or actor_id = 2 or …`.
    """
    alike: dict[object, list[Box]] = {}
    for place, box in enumerate(boxes):
        single = next(iter(box.sets)) if len(box.sets) == 1 else place
        alike.setdefault((single, box.created), []).append(box)
    return [_union(group) for group in alike.values()]


def _union(group: Sequence[Box]) -> Box:
    """One box for several of one single field and one interval."""
    first = group[0]
    if len(group) == 1:
        return first
    (name,) = first.sets
    values = frozenset().union(*(box.sets[name] for box in group))
    return Box({name: values}, first.created, all(box.exact for box in group))

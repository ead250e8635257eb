"""What a plan says of its requests, held against the records and the work done.

In: an outcome of a world. Out: what is broken, in words.
"""

from typing import TYPE_CHECKING, TypeAlias

import naive

from auditql.plan.model import ALWAYS, Box, Interval

if TYPE_CHECKING:
    from end_to_end import Outcome

Raw: TypeAlias = dict[str, object]


def second_of(record: Raw) -> int:
    """The time of a record in seconds."""
    return naive.second_of(record["created_at"])


def broken_promises(outcome: "Outcome") -> list[str]:
    """What the plan says of its requests and the records contradict."""
    world, made = outcome.world, outcome.plan
    query, rest = world.query, made.residual_filter
    said = []
    for record, passes in zip(world.records, outcome.passes, strict=True):
        boxes = [s for s in made.scans if inside(s.box, record)]
        if passes and not boxes:
            said.append(f"no request covers record {record['id']}")
        if not passes and any(s.request.exact for s in boxes):
            said.append(f"an exact request holds record {record['id']}")
        if boxes and passes != (rest is None or naive.passes(rest, record, query.zone)):
            said.append(f"the residual judges record {record['id']} otherwise")
    if (rest is None) != made.exact and made.scans:
        said.append("exact and residual disagree")
    return said


def inside(box: Box, record: Raw) -> bool:
    """Whether a record lies in a box, read as plainly as can be."""
    second = second_of(record)
    start, end = box.created.start, box.created.end
    return (
        (start is None or start <= second)
        and (end is None or second < end)
        and all(record.get(name) in values for name, values in box.sets.items())
    )


def needless_work(outcome: "Outcome") -> list[str]:
    """Records and requests that one careful cursor would not have asked for."""
    world, made = outcome.world, outcome.plan
    query = world.query
    wanted = None if query.limit is None else query.limit + query.offset
    said = []
    most = 0
    for scan in made.scans:
        start, end = scan.box.created.start, scan.box.created.end
        wider = Box(
            scan.box.sets,
            Interval(
                None if start is None else start - 1, None if end is None else end + 1
            ),
        )
        most += sum(inside(wider, record) for record in world.records)
    # Several cursors read the second at each cut twice.
    if outcome.fetched > most and world.cursors == 1:
        said.append(f"{outcome.fetched} records fetched, {most} lie in the requests")
    if query.limit == 0 and outcome.sent:
        said.append("asked although no row was wanted")
    if wanted is None or made.sort or len(made.scans) != 1 or not made.exact:
        return said
    if made.scans[0].box.created == ALWAYS and "id" not in made.scans[0].box.sets:
        size = query.page_size or 100
        pages = 0 if query.limit == 0 else max(1, -(-wanted // size))
        # Several cursors look ahead once somebody wants a second page.
        if len(outcome.sent) > pages and (world.cursors == 1 or pages <= 1):
            said.append(f"{len(outcome.sent)} requests where {pages} do")
    return said

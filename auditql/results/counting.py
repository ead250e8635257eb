"""The answer to a count that the source has counted itself.

In: a plan that reads counts, a reader. Out: the number of records that pass, or
why the source's own number is not believed, and then all of them are read. The
number is believed only if nothing that came with it speaks against it.

A range is asked a second wider at each end, and its box is counted from both
ends: the records beyond an end stand first there, and are subtracted.
"""

from collections.abc import Sequence

from auditql.catalog.record import Record
from auditql.plan.matcher import Matcher
from auditql.plan.model import Box, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Counted, Reader

CAPS = (10_000, 100_000)
"""Where counts of Zendesk's other lists are known to stop; nothing is published for
the audit log, so a number that stands there is not believed."""


class _NotBelieved(Exception):
    """What speaks against a count, in words."""


async def counted(plan: Plan, reader: Reader) -> int | str:
    """How many records pass by the source's own count; in words why none is believed.

    Args:
        plan: one that reads counts: its boxes share no record.
        reader: of the source that the plan was made for.

    Raises:
        RunError: a number could not be had.
    """
    total = 0
    matcher = plan.matcher()
    try:
        for scans in _by_box(plan.scans):
            answers = [await reader.counted(scan) for scan in scans]
            for answer, scan in zip(answers, scans, strict=True):
                _check(answer, scan, matcher)
            total += _number(scans[0].box, answers)
    except _NotBelieved as reason:
        return str(reason)
    return total


def _by_box(scans: Sequence[Scan]) -> list[list[Scan]]:
    """The scans of each box: one, or one from either end."""
    boxes: list[list[Scan]] = []
    for scan in scans:
        if boxes and boxes[-1][0].box == scan.box:
            boxes[-1].append(scan)
        else:
            boxes.append([scan])
    return boxes


def _check(answer: Counted, scan: Scan, matcher: Matcher) -> None:
    """Let an answer pass that bears itself out.

    Raises:
        _NotBelieved: it does not.
    """
    if answer.number in CAPS:
        raise _NotBelieved(f"it counts {answer.number:,}, where such counts may stop")
    if len(answer.records) != min(answer.number, _page_size(scan)):
        raise _NotBelieved("it counts more records than its page bears out")
    for record in answer.records:
        place = _place(record, scan.box)
        if place == 0 and not matcher(record):
            raise _NotBelieved("it counts records that do not pass the filter")
        if abs(place) > 1:
            raise _NotBelieved("it counts records of other times")


def _page_size(scan: Scan) -> int:
    """Records of a full page of a request."""
    (size,) = (value for name, value in scan.request.params if name == "per_page")
    return int(size)


def _place(record: Record, box: Box) -> int:
    """0 inside of the box's time; how many seconds before or behind it otherwise.

    One second is what a range is asked wider by.
    """
    second, created = record.created_s, box.created
    if created.start is not None and second < created.start:
        return second - created.start
    if created.end is not None and second >= created.end:
        return second - created.end + 1
    return 0


def _number(box: Box, answers: Sequence[Counted]) -> int:
    """The number of records of a box, by the answers from its ends.

    Raises:
        _NotBelieved: the answers differ, or an edge fills a page.
    """
    if len(answers) == 1:
        return answers[0].number
    oldest, newest = answers
    for answer, sign in ((oldest, 1), (newest, -1)):
        times = [sign * record.created_s for record in answer.records]
        if times != sorted(times):
            raise _NotBelieved("its pages do not come in the order of time")
    if oldest.number != newest.number:
        raise _NotBelieved("it changed while it was asked for")
    before = sum(_place(record, box) < 0 for record in oldest.records)
    behind = sum(_place(record, box) > 0 for record in newest.records)
    for answer, beyond in ((oldest, before), (newest, behind)):
        if beyond == len(answer.records) < answer.number:
            raise _NotBelieved("a second at the edge of the range fills a page")
    return oldest.number - before - behind

"""Ranges of time, and their count: asked and judged.

In: a sample, the newest record, the server's time. Out: for each question a
request with the judge of its answer, or why the sample cannot tell. A range
is asked for whose middle must come and whose outside must not.
"""

from collections import Counter

from auditql.catalog.record import Record
from auditql.language.clock import text_of
from auditql.providers.zendesk.probe_findings import Status, Verdict, unseen
from auditql.providers.zendesk.probe_sample import (
    FEW,
    Design,
    Listed,
    Sample,
    asked,
    between,
    listing,
    many,
)

_AHEAD_S = 3600  # as far as plans set an open end into the future


def ends(sample: Sample) -> Design | str:
    """The design for both ends of a range."""
    window = _window(sample)
    if window is None:
        seconds = len({r.created_s for r in sample.whole})
        return (
            f"{many(seconds, 'second')} with records known in full, and three in a "
            "row are needed and a record beside them"
        )
    first_s, last_s = window
    inside = [r for r in sample.whole if first_s <= r.created_s <= last_s]

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        wrong = _wrong(inside, answer, window)
        if wrong is not None:
            return wrong, wrong
        return _at(first_s, inside, answer), _at(last_s, inside, answer)

    return Design(listing((), first_s, last_s), judge, Status.AGAINST)


def future_end(newest: Record | None, server_s: int) -> Design | str:
    """The design for an end that is still to come."""
    if newest is None:
        return "the account shows no record"
    kept = newest

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        if any(r.id == kept.id for r in answer.records):
            words = f"an hour ahead; the newest record, {kept.id}, came"
            return (Verdict(Status.OBSERVED, "accepted", words),)
        if answer.has_more:
            return (unseen("more records have come since than one page holds"),)
        words = f"an hour ahead; the newest record, {kept.id}, did not come"
        return (Verdict(Status.AGAINST, "loses records", words),)

    request = listing((), kept.created_s - 1, server_s + _AHEAD_S)
    return Design(request, judge, Status.AGAINST)


def count(sample: Sample) -> Design | str:
    """The design for the count of a range with ends on empty seconds."""
    taken = {r.created_s for r in sample.whole}
    edges = {sample.low_s, sample.high_s, *(s + 1 for s in taken)}
    free = sorted(s for s in edges - taken if sample.holds(s))
    seen = [r.created_s for r in sample.records]
    starts = [s for s in free if any(second < s for second in seen)]
    if not starts:
        return "no range of known records that leaves others out"
    start_s, end_s = starts[0], free[-1]
    number = sum(start_s < second < end_s for second in seen)
    if number < 2:
        return "no range of two known records that leaves others out"

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        words = f"{many(number)} seen, {answer.count} counted, from {text_of(start_s)}"
        if answer.count == number:
            return (Verdict(Status.OBSERVED, "exact", words),)
        return (Verdict(Status.AGAINST, "not exact", words),)

    request = asked((*between(start_s, end_s), ("per_page", "1")))
    return Design(request, judge, Status.AGAINST)


def _window(sample: Sample) -> tuple[int, int] | None:
    """Three seconds in a row with records, the fewest of them; first and last.

    A record beside them is known, which must not come; None where there is no
    such place.
    """
    counts = Counter(r.created_s for r in sample.whole)
    seconds = sorted(counts)
    found = []
    for first_s, middle_s, last_s in zip(
        seconds, seconds[1:], seconds[2:], strict=False
    ):
        size = counts[first_s] + counts[middle_s] + counts[last_s]
        if size <= FEW and size < len(sample.records):
            found.append((size, first_s, last_s))
    return min(found)[1:] if found else None


def _wrong(
    inside: list[Record], answer: Listed, window: tuple[int, int]
) -> Verdict | None:
    """The verdict over a range that loses its middle or holds nothing back."""
    first_s, last_s = window
    ids = {r.id for r in answer.records}
    middle = [r for r in inside if first_s < r.created_s < last_s]
    lost = sum(r.id not in ids for r in middle)
    if lost and not answer.has_more:
        words = f"{lost} of {many(len(middle))} between the ends did not come"
        return Verdict(Status.AGAINST, "loses records", words)
    outside = sum(not first_s <= r.created_s <= last_s for r in answer.records)
    if outside:
        words = f"{many(outside)} from outside the range came"
        return Verdict(Status.AGAINST, "does not hold", words)
    return unseen("more records came than were known") if answer.has_more else None


def _at(second: int, inside: list[Record], answer: Listed) -> Verdict:
    """Whether the records of a second at the end of a range came."""
    ids = {r.id for r in answer.records}
    there = [r.id in ids for r in inside if r.created_s == second]
    words = f"{sum(there)} of {many(len(there))} of {text_of(second)} came"
    if all(there):
        return Verdict(Status.OBSERVED, "included", words)
    return Verdict(Status.OBSERVED, "partly" if any(there) else "excluded", words)

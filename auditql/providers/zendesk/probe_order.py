"""Order and paging: asked and judged.

In: a sample, or a page. Out: for each question a request with the judge of its
answer, or why it cannot tell; and verdicts over pages that are already there.
"""

from collections.abc import Sequence
from itertools import pairwise

from auditql.catalog.record import Record
from auditql.plan.model import Request
from auditql.providers.zendesk.probe_findings import Status, Verdict, unseen
from auditql.providers.zendesk.probe_sample import (
    FULL_PAGE,
    OLDEST_S,
    Design,
    Listed,
    Sample,
    around,
    asked,
    between,
    is_in_order,
    many,
)

LEAST_TIES = 3
"""Neighbours of one second that are needed: fewer stand in order by chance."""

_LEAST_ACTORS = 3
_DEPTH = 10_000
_BEYOND = FULL_PAGE + 1


def ids_within(records: Sequence[Record], *, falling: bool) -> Verdict:
    """How ids run among neighbours of one second."""
    if not is_in_order(records, falling=falling):
        words = f"{many(len(records))} do not stand in the order that was asked for"
        return Verdict(Status.AGAINST, "time is out of order", words)
    tied = [(a.id, b.id) for a, b in pairwise(records) if a.created_s == b.created_s]
    rising = sum(a < b for a, b in tied)
    if len(tied) < LEAST_TIES:
        return unseen(
            f"{many(len(tied), 'pair')} of neighbours in one second among "
            f"{many(len(records))}; {LEAST_TIES} are needed"
        )
    words = f"{rising} of {len(tied)} pairs of neighbours rise"
    answer = {len(tied): "rise", 0: "fall"}.get(rising, "in no order")
    return Verdict(Status.OBSERVED, answer, words)


def ascending(sample: Sample) -> Design | str:
    """The design for the list that begins with the oldest."""
    if len({r.created_s for r in sample.whole}) < 2:
        return f"{many(len(sample.whole))} known in full, not of two seconds"

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        return (ids_within(answer.records, falling=False),)

    return Design(around(sample, sort="created_at"), judge, Status.AGAINST)


def other_sort(sample: Sample) -> Design | str:
    """The design for `sort=actor_id`; a refusal tells without any record."""

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        actors = [n for r in answer.records if isinstance(n := _actor(r), int)]
        if len(set(actors)) < _LEAST_ACTORS:
            return (unseen(f"taken, for {many(len(set(actors)), 'actor')}"),)
        if len({r.created_s for r in answer.records}) < 2:
            return (unseen("taken, for records of one second"),)
        by_time = any(is_in_order(answer.records, falling=f) for f in (True, False))
        by_actor = actors in (sorted(actors), sorted(actors, reverse=True))
        words = f"{many(len(answer.records))} of {len(set(actors))} actors came"
        if by_time and by_actor:
            return (unseen(f"{words}, in order of time and of actor"),)
        if by_actor:
            return (Verdict(Status.OBSERVED, "honoured", words),)
        what = "ignored" if by_time else "in another order"
        return (Verdict(Status.OBSERVED, what, words),)

    return Design(around(sample, sort="actor_id"), judge, Status.OBSERVED)


def page_size(sample: Sample) -> Design | str:
    """The design for a page over the most; a refusal tells without any record."""

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        came = len(answer.records)
        words = f"{_BEYOND} asked for, {came} came"
        if came == FULL_PAGE and answer.has_more:
            return (Verdict(Status.OBSERVED, "cut to 100", words),)
        if came > FULL_PAGE:
            return (Verdict(Status.OBSERVED, "honoured", words),)
        return (unseen(f"taken, for {many(came)}"),)

    params = (("sort", "-created_at"), ("page[size]", str(_BEYOND)))
    request = asked((*between(OLDEST_S, sample.high_s + 1), *params))
    return Design(request, judge, Status.OBSERVED)


def offset_depth(sample: Sample) -> Design | str:
    """The design for an offset page too deep; a refusal tells without a record."""
    del sample

    def judge(answer: Listed) -> tuple[Verdict, ...]:
        words = f"page 101 of 100: {many(len(answer.records))} came"
        if answer.records:
            return (Verdict(Status.OBSERVED, "not refused", words),)
        if answer.count is not None and answer.count > _DEPTH:
            words = f"{words} of {answer.count:,}"
            return (Verdict(Status.OBSERVED, "empty, and not refused", words),)
        return (unseen(f"taken, for an account of {many(answer.count or 0)}"),)

    params = (("page", "101"), ("per_page", str(FULL_PAGE)))
    order = (("sort_by", "created_at"), ("sort_order", "desc"))
    return Design(asked((*params, *order)), judge, Status.DOCUMENTED)


def following(request: Request, after: str) -> Request:
    """The page behind a cursor."""
    return asked((*request.params, ("page[after]", after)))


def follows(before: Sequence[Record], page: Listed) -> Verdict | None:
    """The verdict over a page that does not follow another; None if it does."""
    known = {r.id for r in before}
    again = sum(r.id in known for r in page.records)
    if again:
        words = f"{many(again)} of the page before came again"
        return Verdict(Status.AGAINST, "leads to the same page", words)
    if not page.records:
        words = "more was said to follow, and nothing came"
        return Verdict(Status.AGAINST, "leads to nothing", words)
    if not is_in_order([before[-1], *page.records], falling=True):
        words = "the next page is newer than the end of the page before"
        return Verdict(Status.AGAINST, "leads elsewhere", words)
    return None


def same_again(first: Listed, second: Listed, seconds: int, end_s: int) -> Verdict:
    """The verdict over two answers to one cursor, so many seconds apart.

    Args:
        first: the answer that came first.
        second: the answer that came last.
        seconds: by the server's clock.
        end_s: what is older has settled.
    """
    ids = [r.id for r in second.records]
    lost = sum(r.id not in ids for r in first.records)
    came = [r for r in second.records if r.id not in {f.id for f in first.records}]
    if any(r.created_s <= end_s for r in came):
        words = f"{many(len(came))} over 10 minutes old came that was not there"
        return Verdict(Status.AGAINST, "records come late", words)
    if lost:
        words = f"{lost} of {many(len(first.records))} did not come again"
        return Verdict(Status.OBSERVED, "moved", words)
    words = f"{many(len(ids))}, the same {seconds} s later"
    return Verdict(Status.OBSERVED, "survives", words)


def _actor(record: Record) -> object:
    return record.raw.get("actor_id")

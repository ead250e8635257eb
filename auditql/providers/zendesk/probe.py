"""A probe of an account: what the documents leave open, asked and observed.

In: a session. Out: one finding for every question, in at most
`MOST_REQUESTS` GETs of the audit log. A first page tells the time, a second
and a third what can be known in full; every experiment is designed on that.
What could not be seen is said to be so, and nothing is guessed. No plan depends
on what is found.
"""

import time
from collections.abc import Callable, Sequence

from auditql.catalog.forms import form
from auditql.errors import ApiError, RunError
from auditql.plan.model import Mode, Request
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import (
    pages,
    probe_heard,
    probe_order,
    probe_ranges,
    probe_values,
)
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.probe_findings import (
    QUESTIONS,
    Finding,
    Status,
    Verdict,
    unseen,
)
from auditql.providers.zendesk.probe_heard import Heard
from auditql.providers.zendesk.probe_sample import (
    OLDEST_S,
    SETTLED_S,
    Design,
    Listed,
    Sample,
    asked,
    listing,
    sample_of,
)
from auditql.providers.zendesk.session import Session

MOST_REQUESTS = 20
"""Most requests of a probe, a token's and those sent again included."""

_NEWEST = asked((("sort", "-created_at"), ("page[size]", "1")))

Experiment = tuple[tuple[str, ...], Callable[[Sample], Design | str]]


@form
class Report:
    """What a probe found.

    Attributes:
        findings: one for each question.
        requests: sent in all.
        server_s: the server's time at the beginning; None where it told none.
        ended: what ended the probe before its time; None where nothing did.
    """

    findings: tuple[Finding, ...]
    requests: int
    server_s: int | None
    ended: RunError | None

    @property
    def against(self) -> tuple[Finding, ...]:
        """The findings that plans could not live with."""
        return tuple(f for f in self.findings if f.verdict.status is Status.AGAINST)


@form
class _Cursor:
    """A cursor, and the page that it led to.

    Attributes:
        request: that goes where it leads.
        page: the answer.
        end_s: what is older than this has settled.
    """

    request: Request
    page: Listed
    end_s: int


class Probe:
    """One probe, under way or over."""

    def __init__(
        self,
        session: Session,
        statistics: Statistics,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Ask nothing yet.

        Args:
            session: asks; bounds the requests.
            statistics: the session's own.
            wall: the clock of this machine, in seconds since 1970 UTC.
        """
        self._session = session
        self._statistics = statistics
        self._wall = wall
        self._heard: list[Heard] = []
        self._verdicts: dict[str, Verdict] = {}
        self._spent: dict[str, int] = {}
        self._ended: RunError | None = None

    def report(self, ended: RunError | None = None) -> Report:
        """What is known by now.

        Args:
            ended: what ended the work, where the work does not know it itself.
        """
        ended = ended or self._ended
        heard = self._heard
        verdicts = self._verdicts
        if heard:
            verdicts = {
                "rate_headers": probe_heard.rate_headers(heard),
                "rate_window": probe_heard.rate_window(heard),
                **verdicts,
            }
        missing = unseen("not asked" if ended is None else f"not asked: {ended}")
        findings = tuple(
            Finding(q, verdicts.get(q.name, missing), self._spent.get(q.name, 0))
            for q in QUESTIONS
        )
        server_s = heard[0].server_s if heard else None
        return Report(findings, self._statistics.requests, server_s, ended)

    async def work(self) -> None:
        """Ask everything; an end before the time stands in the report.

        Raises:
            RunError: the first request was not answered: nothing is known.
        """
        first = await self._send(_NEWEST, "lateness")
        newest = first.records[0] if first.records else None
        told_s = self._heard[0].server_s
        self._verdicts["lateness"] = probe_heard.lateness(newest, told_s)
        self._verdicts["clock"] = probe_heard.clock(self._heard[0])
        now_s = int(self._wall()) if told_s is None else told_s
        try:
            sample, cursor = await self._look(first, now_s - SETTLED_S)
            future = probe_ranges.future_end(newest, now_s)
            await self._settle(("range_future",), future)
            for names, design in EXPERIMENTS:
                await self._settle(names, design(sample))
            if cursor is not None:
                await self._ask_again(cursor)
        except RunError as error:
            self._ended = error

    async def _look(self, first: Listed, end_s: int) -> tuple[Sample, _Cursor | None]:
        """The records that are known in full, and a cursor that led on.

        Without order nothing is known in full: the sample is empty then.
        """
        nothing = sample_of((), end_s, has_more=False)
        request = listing((), OLDEST_S, end_s)
        page = await self._ask(request, ("ids_descending",), Status.AGAINST)
        if page is None:
            return nothing, None
        cursor = None
        if page.has_more:
            cursor = await self._follow(request, page, end_s)
        elif first.has_more:
            cursor = await self._follow(_NEWEST, first, OLDEST_S)
        else:
            words = "no page is followed by another"
            self._verdicts["cursor"] = unseen(words)
        records, has_more = page.records, page.has_more
        if page.has_more and cursor is not None:
            records, has_more = (*records, *cursor.page.records), cursor.page.has_more
        verdict = probe_order.ids_within(records, falling=True)
        self._verdicts["ids_descending"] = verdict
        if verdict.status is Status.AGAINST:
            return nothing, cursor
        return sample_of(records, end_s, has_more=has_more), cursor

    async def _follow(
        self, request: Request, page: Listed, end_s: int
    ) -> _Cursor | None:
        """Go where a page's cursor leads; None if that is not the next page."""
        if page.after is None:
            return None
        onward = probe_order.following(request, page.after)
        found = await self._ask(onward, ("cursor",), Status.AGAINST)
        if found is None:
            return None
        wrong = probe_order.follows(page.records, found)
        if wrong is not None:
            self._verdicts["cursor"] = wrong
            return None
        return _Cursor(onward, found, end_s)

    async def _ask_again(self, cursor: _Cursor) -> None:
        """Ask a cursor once more, after all the rest."""
        found = await self._ask(cursor.request, ("cursor",), Status.OBSERVED)
        if found is not None:
            known = [h.server_s for h in self._heard if h.server_s is not None]
            passed_s = known[-1] - known[0] if known else 0
            verdict = probe_order.same_again(cursor.page, found, passed_s, cursor.end_s)
            self._verdicts["cursor"] = verdict

    async def _settle(self, names: Sequence[str], design: Design | str) -> None:
        """Carry out an experiment, or say why it cannot be."""
        if isinstance(design, str):
            self._verdicts.update(dict.fromkeys(names, unseen(design)))
            return
        answer = await self._ask(design.request, names, design.refusal)
        if answer is not None:
            verdicts = design.judge(answer)
            self._verdicts.update(zip(names, verdicts, strict=True))

    async def _ask(
        self, request: Request, names: Sequence[str], refusal: Status
    ) -> Listed | None:
        """The answer; None where there is none, which is the verdict then.

        Raises:
            RunError: no other request would be answered either.
        """
        try:
            return await self._send(request, names[0])
        except ApiError as error:
            verdict = unseen(str(error))
            if error.status is not None and 400 <= error.status < 500:
                verdict = Verdict(refusal, "refused", str(error))
        self._verdicts.update(dict.fromkeys(names, verdict))
        return None

    async def _send(self, request: Request, name: str) -> Listed:
        """The answer to a request; what it takes is on a question's account."""

        def read(answer: Answer) -> Listed:
            found = _read(request, answer.json())
            heard = Heard(answer.server_s, self._wall(), answer.headers)
            self._heard.append(heard)
            return found

        before = self._statistics.requests
        url = request.url(self._session.origin.base)
        try:
            return await self._session.get(url, read)
        finally:
            spent = self._statistics.requests - before
            self._spent[name] = self._spent.get(name, 0) + spent


def _read(request: Request, body: object) -> Listed:
    """What a body is, by the style in which it was asked for.

    Raises:
        BadPage: it is not what the API promises.
    """
    if request.mode is Mode.LOOKUP:
        number = int(request.path.rsplit("/", 1)[1])
        return Listed((pages.looked_up(body, number),))
    if any(name.startswith("page[") for name, _ in request.params):
        page = pages.cursor_page(body)
        return Listed(tuple(page.records), page.has_more, page.after)
    page = pages.offset_page(body)
    return Listed(tuple(page.records), count=pages.counted(body).number)


EXPERIMENTS: tuple[Experiment, ...] = (
    (("range_start", "range_end"), probe_ranges.ends),
    (("action",), probe_values.several("action")),
    (("actor_id",), probe_values.several("actor_id")),
    (("source_type",), probe_values.several("source_type")),
    (("source_id",), probe_values.several_ids),
    (("ip_address",), probe_values.several("ip_address")),
    (("ids_ascending",), probe_order.ascending),
    (("count",), probe_ranges.count),
    (("source_id_alone",), probe_values.id_alone),
    (("id",), probe_values.look_up),
    (("page_size",), probe_order.page_size),
    (("offset_depth",), probe_order.offset_depth),
    (("sort",), probe_order.other_sort),
)
"""In the order in which they are asked: what plans rely on comes first."""

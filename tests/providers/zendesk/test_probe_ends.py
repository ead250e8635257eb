"""A probe that ends early: bounds, failures, refusals; what is known is kept."""

import asyncio

import httpx
import pytest
from probing import BUSY, Account, answers, busy, probe, refusing, verdicts

from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConnectionFailed,
    PartialAnswer,
    RateLimited,
)
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_subdomain
from auditql.providers.zendesk.probe import MOST_REQUESTS, Probe, Report
from auditql.providers.zendesk.session import Seams, Session


@pytest.mark.parametrize("most", range(1, MOST_REQUESTS + 1))
def test_the_bound_holds_and_what_was_not_asked_is_said(most: int) -> None:
    """So many requests, no more; the rest is not observable, with the reason."""
    whole = verdicts(probe(busy()))
    account = busy()
    found = probe(account, most)
    assert len(account.asked) == found.requests <= most
    is_whole = most >= 18
    assert is_whole is (found.ended is None)
    if not is_whole:
        assert isinstance(found.ended, PartialAnswer)
    for name, verdict in verdicts(found).items():
        left = verdict.evidence.startswith("not asked: ")
        same = verdict.answer == whole[name].answer
        assert left or same or name == "cursor", name
        assert not (left and is_whole)


def test_a_service_that_fails_at_one_question_answers_the_others() -> None:
    """Five attempts are within the bound; the question stays open, with the reason."""
    found = probe(busy(before=refusing("page%5Bsize%5D=101", 500)))
    evidence = verdicts(found)["page_size"].evidence
    assert "the service failed (500)" in evidence or evidence.startswith("not asked")
    assert "exact" == answers(found)["count"]
    found = probe(busy(before=refusing("page%5Bsize%5D=101", 500)), most=40)
    assert "refused" == answers(found)["sort"]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthenticationFailed), (400, ApiError), (503, ApiError)]
)
def test_an_account_that_does_not_answer_is_an_error(status: int, kind: type) -> None:
    """Nothing is known, so there is no report."""
    with pytest.raises(kind):
        probe(busy(before=refusing("", status)))


@pytest.mark.parametrize("status", [401, 403])
def test_an_end_in_the_middle_keeps_what_is_known(status: int) -> None:
    """The findings so far, and what ended it; it is not asked on."""
    account = busy(before=refusing("sort=created_at", status))
    found = probe(account)
    assert isinstance(found.ended, AuthenticationFailed)
    assert ("works", None) == (answers(found)["action"], answers(found)["count"])
    assert "sort=created_at" in str(account.asked[-1].url)


def test_a_connection_that_fails_in_the_middle() -> None:
    """It is tried as often as ever, then the rest is not asked."""

    def before(_account: Account, number: int) -> None:
        if number > 8:
            raise httpx.ConnectError("no")

    found = probe(busy(before=before))
    assert isinstance(found.ended, ConnectionFailed)
    assert "included" == answers(found)["range_start"]


class FallsSilent(Account):
    """An account that answers six requests and then no more."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if len(self.asked) < 6:
            return await super().handle_async_request(request)
        self.is_silent.set()
        return await asyncio.Event().wait()


def test_a_probe_that_is_stopped_keeps_what_is_known() -> None:
    """Whoever stops it names the reason; what was not asked is said to be so."""
    account = FallsSilent(BUSY)
    counts = Statistics()
    seams = Seams(account, account.sleep, lambda: account.now_s, lambda: 0.5)

    async def work() -> Report:
        account.is_silent = asyncio.Event()
        origin = of_subdomain("acme")
        async with Session(origin, NoCredential(), counts, seams) as session:
            one = Probe(session, counts, lambda: account.now_s)
            task = asyncio.create_task(one.work())
            await account.is_silent.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return one.report(RateLimited("time is over"))

    found = asyncio.run(work())
    assert isinstance(found.ended, RateLimited)
    assert ("included", "works") == (
        answers(found)["range_start"],
        answers(found)["action"],
    )
    assert "not asked: time is over" == verdicts(found)["count"].evidence
    assert 7 == found.requests

"""A probe of an account as the command line makes it, and what it says.

In: a connection and a bound. Out: the report, and its text for a person or its
object for a program. Text of the service may stand in both as it came.
"""

import asyncio

from auditql.errors import RateLimited, RunError
from auditql.language.clock import text_of
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.pacer import SHARE
from auditql.providers.zendesk.probe import Probe, Report
from auditql.providers.zendesk.probe_findings import Finding
from auditql.providers.zendesk.session import Seams, Session
from auditql.runtime.connection import Connection

WITHIN_S = 300.0
_EVIDENCE = 100  # characters in the table; the object has all of them

Facts = dict[str, object]


async def carry_out(
    connection: Connection, most_requests: int, within_s: float = WITHIN_S
) -> Report:
    """The report of a probe; one that takes too long ends before its time.

    Raises:
        RunError: the first request was not answered.
    """
    counts = Statistics()
    share = connection.rate_share
    async with Session(
        connection.origin,
        connection.credential,
        counts,
        Seams(route=connection.route),
        most_requests=most_requests,
        share=SHARE if share is None else share,
    ) as session:
        probe = Probe(session, counts)
        ended: RunError | None = None
        try:
            async with asyncio.timeout(within_s):
                await probe.work()
        except TimeoutError:
            ended = RateLimited(
                f"{within_s:g} s are over: the account fails, or its rate limit holds"
            )
        report = probe.report(ended)
    if ended is not None and report.server_s is None:
        raise ended
    return report


def facts(connection: Connection, report: Report, most_requests: int) -> Facts:
    """What was found, None for what was not."""
    at = report.server_s
    return {
        "account": connection.origin.base,
        "profile": connection.profile,
        "at": None if at is None else text_of(at),
        "requests": report.requests,
        "most_requests": most_requests,
        "complete": report.ended is None,
        "ended": None if report.ended is None else str(report.ended),
        "findings": [_object(finding) for finding in report.findings],
        "against": [finding.question.name for finding in report.against],
    }


def table(report: Report) -> str:
    """The findings as a table; evidence that is too long ends in `…`."""
    from tabulate import tabulate

    return tabulate(
        [_row(finding) for finding in report.findings],
        headers=["about", "question", "status", "answer", "evidence", "requests"],
        disable_numparse=True,
        colalign=("left", "left", "left", "left", "left", "right"),
    )


def said_against(finding: Finding) -> str:
    """The sentence over a finding that plans could not live with."""
    question, verdict = finding.question, finding.verdict
    return (
        f"{question.about}, {question.asks}: {verdict.answer} ({verdict.evidence}); "
        "plans rely on the contrary, so answers may be wrong on this account"
    )


def _object(finding: Finding) -> Facts:
    question, verdict = finding.question, finding.verdict
    return {
        "name": question.name,
        "about": question.about,
        "question": question.asks,
        "status": verdict.status.value,
        "answer": verdict.answer,
        "evidence": verdict.evidence,
        "requests": finding.requests,
    }


def _row(finding: Finding) -> tuple[str, ...]:
    question, verdict = finding.question, finding.verdict
    answer = "-" if verdict.answer is None else verdict.answer
    evidence = verdict.evidence
    if len(evidence) > _EVIDENCE:
        evidence = evidence[: _EVIDENCE - 1] + "…"
    texts = question.about, question.asks, verdict.status.value, answer
    return (*texts, evidence, str(finding.requests))

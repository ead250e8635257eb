"""A probe of an emulated account in a time of its own, and services that lie."""

import asyncio
import json
from collections.abc import Callable, Iterable
from urllib.parse import quote, urlencode

import httpx

from auditql.emulator import Emulator, RecordStore, Settings, generate
from auditql.emulator.query_string import split_pairs
from auditql.emulator.records import write_time
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import Bearer
from auditql.providers.zendesk.origin import of_subdomain
from auditql.providers.zendesk.probe import MOST_REQUESTS, Probe, Report
from auditql.providers.zendesk.probe_findings import Verdict
from auditql.providers.zendesk.secret import Secret
from auditql.providers.zendesk.session import Seams, Session

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400
STEP_S = 0.4  # what one request takes

Pairs = list[tuple[str, str]]
Record = dict[str, object]

FIELDS = ("action", "actor_id", "ip_address", "source_type", "source_id")
BUSY = RecordStore(generate(3, 2_000, NOW_S - 30 * DAY_S, NOW_S))


class Account(httpx.AsyncBaseTransport):
    """An emulated account whose clock moves with every request and every wait.

    `pairs` may change the parameters of a request, `body` what is answered.
    """

    def __init__(
        self,
        records: Iterable[Record],
        pairs: Callable[[Pairs], Pairs] = lambda pairs: pairs,
        body: Callable[[Pairs, dict[str, object]], object] = lambda _, body: body,
        before: Callable[["Account", int], httpx.Response | None] = lambda _a, _n: None,
        **settings: object,
    ) -> None:
        self.now_s = float(NOW_S)
        self.emulator = Emulator(records, Settings(**settings), lambda: self.now_s)
        self.asked: list[httpx.Request] = []
        self._pairs = pairs
        self._body = body
        self._before = before

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.now_s += STEP_S
        self.asked.append(request)
        planted = self._before(self, len(self.asked))
        if planted is not None:
            return planted
        asked = list(split_pairs(request.url.query.decode()))
        query = urlencode(self._pairs(asked), quote_via=quote, safe="")
        url = request.url.copy_with(query=query.encode())
        response = self.emulator.handle(
            httpx.Request(request.method, url, headers=request.headers)
        )
        if response.status_code == 200:
            body = self._body(asked, json.loads(response.content))
            response = httpx.Response(
                200, headers=dict(response.headers), content=json.dumps(body)
            )
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(response.content),
        )

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def probe(
    account: Account, most: int | None = MOST_REQUESTS, ahead_s: float = 0
) -> Report:
    """The report over an account; the clock here is so far ahead of its own."""
    counts = Statistics()
    seams = Seams(account, account.sleep, lambda: account.now_s, lambda: 0.5)

    async def work() -> Report:
        async with Session(
            of_subdomain("acme"),
            Bearer(Secret("canary-token", "x")),
            counts,
            seams,
            most_requests=most,
        ) as session:
            found = Probe(session, counts, lambda: account.now_s + ahead_s)
            await found.work()
            return found.report()

    return asyncio.run(work())


def verdicts(report: Report) -> dict[str, Verdict]:
    return {f.question.name: f.verdict for f in report.findings}


def answers(report: Report) -> dict[str, str | None]:
    return {f.question.name: f.verdict.answer for f in report.findings}


def busy(**more: object) -> Account:
    """2,000 records of 30 days, bursts among them."""
    return Account(BUSY, **more)


def record(number: int, second: int, **fields: object) -> Record:
    made = {"id": number, "action": "update", "actor_id": number % 5}
    made |= {"source_type": "user", "source_id": number % 7, "ip_address": None}
    return made | {"created_at": write_time(second)} | fields


def refusing(part: str, status: int = 400) -> "object":
    """Refuse whatever asks for that."""

    def before(account: Account, _number: int) -> httpx.Response | None:
        if part not in str(account.asked[-1].url):
            return None
        return httpx.Response(
            status,
            headers={"content-type": "application/json"},
            stream=httpx.ByteStream(b'{"error":"InvalidValue: canary-token"}'),
        )

    return before

"""What the executor does with an answer that is not as it should be, or cut."""

import asyncio
import json
from collections.abc import Sequence

import httpx
import pytest

import auditql
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic, Severity
from auditql.emulator.app import Emulator
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.errors import ApiError, PartialAnswer
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.executor import execute

BASE = "http://127.0.0.1:9"
Raw = dict[str, object]


def record(number: int, second: int = 0, **more: object) -> Raw:
    """A record of 2026-03-01, so many seconds into the day."""
    minute, second = divmod(second, 60)
    time = f"2026-03-01T00:{minute:02}:{second:02}Z"
    return {"id": number, "created_at": time, "action": "login", **more}


class Pages:
    """A service that gives these pages whatever is asked, then a fault."""

    def __init__(self, *pages: Sequence[Raw], fault: bool = False) -> None:
        self.pages, self.fault, self.requests = pages, fault, 0

    def __call__(self, _: httpx.Request) -> httpx.Response:
        place, self.requests = self.requests, self.requests + 1
        if place >= len(self.pages):
            return httpx.Response(404, json={"error": "InvalidEndpoint"})
        more = place + 1 < len(self.pages) or self.fault
        meta = {"has_more": more, "after_cursor": f"c{place}"}
        body = json.dumps({"audit_logs": self.pages[place], "meta": meta, "count": 9})
        return httpx.Response(
            200, content=body, headers={"content-type": "application/json"}
        )


def run(
    text: str, transport: httpx.AsyncBaseTransport, most: int | None = None
) -> tuple[list[int], list[Diagnostic], Statistics]:
    """Ids of the rows, at most so many taken; warnings; work done."""
    said: list[Diagnostic] = []
    statistics = Statistics()
    rows: list[int] = []

    async def read() -> None:
        plan = auditql.compile(text, now="2026-03-10T12:00:00Z")
        # One cursor, so that what is asked for follows from what is taken alone.
        reader = ZendeskReader(
            BASE, transport=transport, statistics=statistics, concurrency=1
        )
        async with reader:
            answer = execute(plan, reader, statistics, said.append)
            async for row in answer:
                rows.append(row.id)
                if len(rows) == most:
                    break
            await answer.aclose()

    try:
        asyncio.run(read())
    except auditql.AuditQLError as error:
        error.add_note(str(rows))
        raise
    return rows, said, statistics


def served(*pages: Sequence[Raw], fault: bool = False) -> httpx.AsyncBaseTransport:
    return httpx.MockTransport(Pages(*pages, fault=fault))


def account(count: int, **more: object) -> AsyncEmulatorTransport:
    records = [record(number, number // 4, **more) for number in range(1, count + 1)]
    return AsyncEmulatorTransport(Emulator(records))


def test_a_fault_before_any_row_is_that_fault() -> None:
    """Nothing was given, so nothing is partial."""
    with pytest.raises(ApiError) as caught:
        run("action = login", served(fault=True))
    assert not isinstance(caught.value, PartialAnswer)


def test_a_fault_after_rows_makes_the_answer_partial() -> None:
    """The rows are out; the error says how many, and keeps the status."""
    pages = [[record(3, 9), record(2, 8)]]
    with pytest.raises(PartialAnswer, match="2 rows are out") as caught:
        run("action = login", served(*pages, fault=True))
    assert caught.value.status == 404
    assert caught.value.__notes__ == ["[3, 2]"]


def test_a_fault_behind_a_residual_that_let_nothing_pass_is_no_partial_answer() -> None:
    """Rows that were read and dropped are not rows that were given."""
    with pytest.raises(ApiError) as caught:
        run("actor_name = 'x'", served([record(1)], fault=True))
    assert not isinstance(caught.value, PartialAnswer)


def test_a_fault_while_sorting_gives_no_row() -> None:
    """What is sorted here comes whole or not at all."""
    with pytest.raises(ApiError) as caught:
        run("order by id", served([record(1)], fault=True))
    assert not isinstance(caught.value, PartialAnswer)


@pytest.mark.parametrize(
    ("code", "times", "pages"),
    [
        (
            Code.OUTSIDE_FILTER,
            1,
            [
                [record(9, 9, action="create"), record(8, 8)],
                [record(7, 7, action="update")],
            ],
        ),
        (
            Code.SAME_ID,
            2,
            [
                [record(1, 1), record(1, 1, url="a"), record(1, 1, url="b")],
                [record(2, 0), record(2, 0, url="a")],
            ],
        ),
    ],
)
def test_a_surprise_is_said_once(
    code: Code, times: int, pages: list[list[Raw]]
) -> None:
    """However often it comes; it is a warning, and the rows are still given.

    Of an id with different content the number is said in the end.
    """
    rows, said, _ = run("action = login", served(*pages))
    assert [code] * times == [d.code for d in said]
    assert {Severity.WARNING} == {d.severity for d in said}
    assert (times == 2) == said[-1].message.startswith("3 records in all")
    assert rows


def test_a_page_out_of_order_is_said_once() -> None:
    """The rows of exactly one page stand where they came."""
    page = [record(1, 1), record(2, 2), record(3, 3)]
    rows, said, _ = run("action = login page 1", served(page))
    assert ([1, 2, 3], [Code.OUT_OF_ORDER]) == (rows, [d.code for d in said])


def test_what_lies_outside_the_filter_is_dropped() -> None:
    """A surprise of the API makes a query slower, never wrong."""
    rows, _, _ = run("action = login", served([record(2), record(1, action="create")]))
    assert [2] == rows


def test_edge_seconds_are_dropped_without_a_word() -> None:
    """They were asked for by us."""
    pages = [[record(3, 2), record(2, 1), record(1, 0)]]
    text = "created_at = 2026-03-01T00:00:01Z"
    rows, said, _ = run(text, served(*pages))
    assert ([2], []) == (rows, said)


def test_one_id_with_other_content_is_kept() -> None:
    """Both are evidence; the same content is not."""
    same, other = record(1), record(1, url="other")
    rows, _, _ = run("action = login", served([same, other, dict(same)]))
    assert [1, 1] == rows


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("action = login limit 0", 0),
        ("action = login limit 5", 1),
        ("action = login limit 99 offset 1", 1),
        ("action = login limit 100", 1),
        ("action = login limit 101", 2),
        ("action = login limit 100 offset 50", 2),
        ("action = login limit 5 page size 2", 3),
        ("action = login limit 5 offset 1 page size 2", 3),
        ("actor_name is null limit 250", 3),
        ("action = login or actor_name = 'x'", 10),
        ("action = login order by id limit 1", 10),
        ("action = login or source_type = user limit 1", 2),
        ("id in (5, 6, 7) limit 1", 3),
        ("created_at = 2026-03-01 or created_at = 2026-02-01 limit 1", 1),
    ],
)
def test_a_limit_stops_the_requests(text: str, requests: int) -> None:
    """No page is asked that no row needs; a sort needs all of them."""
    *_, statistics = run(text, account(1_000))
    assert requests == statistics.requests


def test_a_limit_waits_for_the_residual() -> None:
    """The first three matches stand on the tenth page: ten requests."""
    records = [
        record(n, n // 4, actor_name="x" if n <= 3 else "y") for n in range(1, 981)
    ]
    transport = AsyncEmulatorTransport(Emulator(records))
    rows, _, statistics = run("actor_name = 'x' limit 3", transport)
    assert ([1, 2, 3], 10) == (sorted(rows), statistics.requests)


@pytest.mark.parametrize("text", ["action = login", "action = login or actor_id = 7"])
def test_closing_the_answer_stops_the_requests(text: str) -> None:
    """Rows that nobody takes are not asked for: one page of each stream."""
    rows, _, statistics = run(text, account(1_000), most=1)
    assert 1 == len(rows)
    assert statistics.requests == (1 if text == "action = login" else 2)


def test_rows_are_counted_as_they_are_given() -> None:
    """`rows` is what came out, `rows_fetched` what came in."""
    *_, statistics = run("action = login limit 7", account(1_000))
    assert (7, 7) == (statistics.rows, statistics.rows_fetched)


def test_no_scan_is_an_empty_answer() -> None:
    """A contradiction asks nothing and gives nothing."""
    rows, said, statistics = run("action = login and action = create", account(5))
    assert ([], [], 0) == (rows, said, statistics.requests)


def test_a_record_that_is_not_there_is_no_fault() -> None:
    """404 of a look-up is no record."""
    rows, said, _ = run("id in (1, 2, 999)", account(5))
    assert ([1, 2], []) == (sorted(rows), said)


def test_ids_rise_within_a_second_where_streams_meet() -> None:
    """Four records a second, each in one of two streams or in both."""
    text = "action = login or id in (1, 2, 3, 5, 6, 7)"
    rows, *_ = run(text, account(8))
    assert [8, 4, 5, 6, 7, 1, 2, 3] == rows

"""Reads of many pages, bad pages, circles: what comes out and what is asked."""

import asyncio
import gzip
import json
from contextlib import aclosing

import httpx
import pytest
from replay import (
    BASE,
    ID,
    PATH,
    Replay,
    Reply,
    World,
    ids,
    paged,
    raw,
    read,
    reader,
    said,
    scan,
)

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import LastPage
from auditql.errors import ApiError, ConfigurationError, PartialAnswer
from auditql.providers.zendesk.reader import ZendeskReader

FIRST = f"GET {PATH}?sort=created_at&page%5Bsize%5D=100"


def test_pages_are_asked_for_with_our_parameters_and_their_cursor() -> None:
    """The cursor percent-encoded; the body's link leads elsewhere and is not read."""
    replay = Replay(paged([1, 2], "a+/=="), paged([3], "b"), paged([4]))
    assert [1, 2, 3, 4] == ids(reader(replay))
    assert [
        FIRST,
        f"{FIRST}&page%5Bafter%5D=a%2B%2F%3D%3D",
        f"{FIRST}&page%5Bafter%5D=b",
    ] == replay.asked
    assert {BASE} == {
        f"{r.url.scheme}://{r.url.netloc.decode()}" for r in replay.requests
    }


def test_a_request_says_what_it_takes_and_nothing_of_the_machine() -> None:
    """JSON, gzip alone (whatever else is installed), no cookie of the service."""
    first = paged([1], "a")
    cookie = Reply(body=first.body, headers={"set-cookie": "session=1; Path=/"})
    replay = Replay(cookie, paged([2]))
    ids(reader(replay))
    for request in replay.requests:
        assert {
            "host": "acme.zendesk.com",
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": "auditql",
        } == dict(request.headers)
        assert 30.0 == request.extensions["timeout"]["read"]


@pytest.mark.parametrize("last_page", list(LastPage))
def test_only_has_more_ends_a_read(last_page: LastPage) -> None:
    """Not a missing cursor, not a missing link; 250 records are three requests."""
    emulator = Emulator(
        generate(1, 250, 1_767_225_600, 1_767_312_000), Settings(last_page=last_page)
    )
    found = ids(reader(AsyncEmulatorTransport(emulator)))
    assert list(emulator.store.ids) == found
    assert 3 == len(emulator.requests)


def test_records_are_as_received() -> None:
    """Unknown fields, nulls, order of keys; gzip or not."""
    body = json.loads(paged([1]).body)
    body["audit_logs"] = [{"new": [None, {"x": 1.5}], **raw(1), "actor_id": None}]
    text = json.dumps(body).encode()
    plain = read(reader(Replay(Reply(body=text))))
    packed = Reply(body=gzip.compress(text), headers={"content-encoding": "gzip"})
    assert (
        body["audit_logs"]
        == [r.raw for r in plain]
        == [r.raw for r in read(reader(Replay(packed)))]
    )
    assert list(body["audit_logs"][0]) == list(plain[0].raw)


def test_nothing_found_is_an_answer_of_one_request() -> None:
    """An empty last page."""
    replay = Replay(paged([]))
    assert [] == ids(reader(replay))
    assert [FIRST] == replay.asked


BAD = [
    Reply(body=b""),
    Reply(body=b"", content_type=None),
    Reply(body=b"<html>busy</html>", content_type="text/html"),
    Reply(body=paged([1]).body[:-1]),
    Reply(body=paged([1]).body, content_type="text/plain"),
    Reply(
        body=gzip.compress(paged([1]).body)[:-9], headers={"content-encoding": "gzip"}
    ),
    Reply(body=paged([1]).body, headers={"content-encoding": "br"}),
    said(200, {"audit_logs": []}),
    said(200, {"meta": {"has_more": False}}),
    said(200, {"audit_logs": [], "meta": {"has_more": True, "after_cursor": "x"}}),
    said(200, {"audit_logs": [{"id": "1"}], "meta": {"has_more": False}}),
    said(200, {"count": 0, "audit_logs": [], "next_page": None}),
    said(200, {"error": "hm"}),
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_page_is_asked_for_again(bad: Reply) -> None:
    """With the same cursor; when it is right then, nothing is lost or twice."""
    world = World()
    replay = Replay(paged([1], "a"), bad, bad, paged([2], "b"), paged([3]))
    found = reader(replay, world)
    assert [1, 2, 3] == ids(found)
    assert replay.asked[1] == replay.asked[2] == replay.asked[3]
    assert [0.5, 1.0] == world.waits
    assert (5, 3, 2, 3) == (
        found.statistics.requests,
        found.statistics.pages,
        found.statistics.retries,
        found.statistics.rows_fetched,
    )


@pytest.mark.parametrize("bad", BAD)
def test_a_page_that_stays_bad_is_an_error_and_never_no_rows(bad: Reply) -> None:
    """After five attempts in all, with the status and the last request id."""
    replay = Replay(bad)
    with pytest.raises(ApiError, match="after 5 attempts: ") as caught:
        ids(reader(replay))
    assert [FIRST] * 5 == replay.asked
    assert (200, f"{ID}5") == (caught.value.status, caught.value.request_id)


@pytest.mark.parametrize(
    "replies",
    [
        [paged([1], "a"), paged([2], "a")],
        [paged([1], "a"), paged([1], "b")],
        [paged([1, 2], "a"), paged([2], None)],
        [paged([1], "a"), paged([2], "b"), paged([3], "c"), paged([2], "d")],
    ],
)
def test_a_circle_is_an_error(replies: list[Reply]) -> None:
    """The same cursor, or a page without a new record; asked for again first."""
    replay = Replay(*replies)
    with pytest.raises(ApiError, match="circle") as caught:
        ids(reader(replay))
    assert len(replies) + 4 == len(replay.requests)
    assert (200, f"{ID}{len(replay.requests)}") == (
        caught.value.status,
        caught.value.request_id,
    )


def test_failures_and_bad_pages_share_the_five_attempts() -> None:
    """No five times five."""
    broken = httpx.ReadError("gone")
    replay = Replay(broken, BAD[0], Reply(503), BAD[2], broken)
    with pytest.raises(Exception, match="after 5 attempts"):
        ids(reader(replay))
    assert 5 == len(replay.requests)


def test_a_read_that_is_left_asks_for_no_more() -> None:
    """Closing the pages after the first is one request."""
    replay = Replay(paged([1], "a"), paged([2]))
    found = reader(replay)

    async def work() -> None:
        async with found, aclosing(found.pages(scan())) as pages:
            async for _ in pages:
                break

    asyncio.run(work())
    assert [FIRST] == replay.asked


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_requests_are_bounded(most: int) -> None:
    """What was had is out, the rest is said to be missing; retries count."""
    replay = Replay(paged([1], "a"), Reply(503), paged([2]))
    found = reader(replay, most_requests=most)
    if most == 3:
        assert [1, 2] == ids(found)
        return
    with pytest.raises(PartialAnswer, match=rf"^{most} requests? (is|are) made"):
        ids(found)
    assert most == len(replay.requests) == found.statistics.requests


def test_a_closed_reader_sends_nothing() -> None:
    """An error, not an end."""
    replay = Replay(paged([1]))
    found = reader(replay)
    ids(found)
    with pytest.raises(ConfigurationError, match="closed"):
        ids(found)
    assert 1 == len(replay.requests)


@pytest.mark.parametrize("base", ["http://acme.zendesk.com", "https://a@b", "x"])
def test_a_base_url_that_may_not_be_asked_is_refused(base: str) -> None:
    """When the reader is made."""
    with pytest.raises(ConfigurationError):
        ZendeskReader(base)

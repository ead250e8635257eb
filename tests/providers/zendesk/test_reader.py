"""Pages of every mode, bad pages, circles: what comes out and what is asked."""

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
from auditql.plan.model import Mode
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


def test_offset_and_cursor_pages_by_themselves() -> None:
    """One request; the page is held to the style it was asked in."""
    emulator = Emulator(generate(1, 25, 1_767_225_600, 1_767_312_000))
    transport = AsyncEmulatorTransport(emulator)
    offset = (
        ("page", "2"),
        ("per_page", "10"),
        ("sort_by", "created_at"),
        ("sort_order", "asc"),
    )
    second = ids(reader(transport), scan(Mode.ONE_PAGE, *offset))
    assert list(emulator.store.ids)[10:20] == second
    size = (("sort", "created_at"), ("page[size]", "10"))
    assert list(emulator.store.ids)[:10] == ids(
        reader(transport), scan(Mode.ONE_PAGE, *size)
    )
    assert 2 == len(emulator.requests)


@pytest.mark.parametrize(
    ("params", "reply"),
    [
        ((("page", "1"), ("per_page", "10")), paged([1])),
        ((("page[size]", "10"),), said(200, {"audit_logs": [raw(1)], "count": 1})),
    ],
)
def test_a_page_of_the_other_style_is_bad(
    params: tuple[tuple[str, str], ...], reply: Reply
) -> None:
    """The service did not do what it was asked to."""
    with pytest.raises(ApiError, match="lacks"):
        ids(reader(Replay(reply)), scan(Mode.ONE_PAGE, *params))


def test_a_count_is_one_request() -> None:
    """`count` of offset paging, filters heeded."""
    emulator = Emulator(generate(1, 250, 1_767_225_600, 1_767_312_000))
    counted = scan(Mode.COUNT, ("per_page", "1"))
    found = reader(AsyncEmulatorTransport(emulator))
    assert 250 == asyncio.run(found.counted(counted)).number
    assert 1 == found.statistics.requests


def test_a_count_that_is_none_is_an_error() -> None:
    """Never 0."""
    with pytest.raises(ApiError, match="lacks `count`"):
        asyncio.run(
            reader(Replay(paged([]))).counted(scan(Mode.COUNT, ("per_page", "1")))
        )


def test_a_record_is_looked_up_by_its_id() -> None:
    """As a scan and by itself; a missing one is nothing."""
    emulator = Emulator(generate(1, 5, 1_767_225_600, 1_767_312_000))
    transport = AsyncEmulatorTransport(emulator)
    number = emulator.store.ids[3]
    wanted = scan(Mode.LOOKUP, path=f"{PATH}/{number}")
    assert [number] == ids(reader(transport), wanted)
    assert [] == ids(reader(transport), scan(Mode.LOOKUP, path=f"{PATH}/{number + 1}"))
    record = asyncio.run(reader(transport).look_up(number))
    assert record is not None
    assert (number, number) == (record.id, record.raw["id"])


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_an_id_beyond_64_bits_is_nobodys(number: int) -> None:
    """Answered without a request."""
    replay = Replay(Reply(500))
    assert asyncio.run(reader(replay).look_up(number)) is None
    assert [] == replay.requests


@pytest.mark.parametrize("number", ["5", "5/../../users", 5.0, None])
def test_what_is_no_integer_is_no_id(number: object) -> None:
    """No text becomes part of a path."""
    replay = Replay(Reply(500))
    with pytest.raises(TypeError):
        asyncio.run(reader(replay).look_up(number))  # type: ignore[arg-type] # the point
    assert [] == replay.requests


@pytest.mark.parametrize(
    ("reply", "requests", "words"),
    [
        (
            said(404, {"error": "InvalidEndpoint", "description": "x"}),
            1,
            "no audit log",
        ),
        (said(404, {}), 1, "no audit log"),
        (said(404, []), 1, "no audit log"),
        (Reply(404, b"", None), 5, "not JSON"),
        (Reply(404, b"<html>", "text/html"), 5, "not JSON"),
        (said(200, {"audit_log": raw(6)}), 5, "record 6 came"),
        (said(200, {"audit_logs": []}), 5, "lacks `audit_log`"),
        (said(200, {"audit_log": None}), 5, "not an object"),
        (said(403, {"error": {"title": "Forbidden", "message": "x"}}), 1, "admin"),
    ],
)
def test_only_record_not_found_means_that_there_is_none(
    reply: Reply, requests: int, words: str
) -> None:
    """Any other 404, and any other record, is an error."""
    replay = Replay(reply)
    with pytest.raises(Exception, match=words) as caught:
        asyncio.run(reader(replay).look_up(5))
    assert requests == len(replay.requests)
    assert (reply.status, f"{ID}{requests}") == (
        caught.value.status,
        caught.value.request_id,
    )


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

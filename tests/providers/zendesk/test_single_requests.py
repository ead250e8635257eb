"""What takes one request: a page by itself, a count, a look-up."""

import asyncio

import pytest
from replay import ID, PATH, Replay, Reply, ids, paged, raw, reader, said, scan

from auditql.emulator import AsyncEmulatorTransport, Emulator, generate
from auditql.errors import ApiError
from auditql.plan.model import Mode


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

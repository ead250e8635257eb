"""Client credentials: tokens minted when needed, renewed once, shared by who waits."""

import asyncio

import httpx
import pytest
from minted import DEAD, TOKENS, account, client, minting
from replay import Replay, World, ids, paged, raw, reader, said, scan

from auditql.emulator import AsyncEmulatorTransport, serve
from auditql.errors import AuthenticationFailed, PartialAnswer
from auditql.providers.zendesk.auth import Bearer
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret


@pytest.mark.parametrize("created_status", [200, 201])
def test_a_token_is_minted_before_the_first_page(created_status: int) -> None:
    """One POST, then pages with it; both statuses of the endpoint are in use."""
    world = World()
    emulator = account(world, created_status=created_status)
    found = ids(reader(AsyncEmulatorTransport(emulator), world, client()))
    assert list(emulator.store.ids) == found
    assert ["POST"] + ["GET"] * 4 == [r.method for r in emulator.requests]
    assert [False] + [True] * 4 == [r.had_credential for r in emulator.requests]


@pytest.mark.enable_socket
def test_the_same_over_a_socket() -> None:
    """The token endpoint of the served emulator, its own clock."""
    world = World()
    emulator = account(world)
    with serve(emulator) as server:
        found = ids(ZendeskReader(server.url, client()))
    assert list(emulator.store.ids) == found
    assert {server.url} == {r.origin for r in emulator.requests}


def test_a_token_request_holds_the_secret_in_its_body_alone() -> None:
    """JSON as documented; no header, no URL."""
    replay = Replay(minting(), paged([1]))
    ids(reader(replay, credential=client()))
    request = replay.requests[0]
    assert TOKENS == replay.asked[0]
    assert "application/json" == request.headers["content-type"]
    assert b'"client_secret": "s3cret"' in request.content
    assert b'"scope": "auditlogs:read"' in request.content
    assert "s3cret" not in f"{request.url}{request.headers.raw}"
    assert [None, "Bearer token-1"] == replay.proofs


def test_a_token_is_renewed_before_it_ends() -> None:
    """After half an hour less a minute, without a 401 in between."""
    world = World()
    emulator = account(world)
    found = reader(AsyncEmulatorTransport(emulator), world, client())

    async def work() -> list[int]:
        got = []
        async with found:
            async for page in found.pages(scan()):
                got += [r.id for r in page]
                world.now_s += 1741
        return got

    assert list(emulator.store.ids) == asyncio.run(work())
    assert ["POST", "GET"] * 4 == [r.method for r in emulator.requests]
    assert {200, 201} == {r.status for r in emulator.requests}


def test_a_token_that_dies_early_is_renewed_at_the_same_cursor() -> None:
    """A 401 in mid-run costs one mint; no page is lost or read twice."""
    replay = Replay(
        minting("t1"), paged([1], "a"), DEAD, minting("t2"), paged([2], "b"),
        DEAD, minting("t3"), paged([3]),
    )  # fmt: skip
    assert [1, 2, 3] == ids(reader(replay, credential=client()))
    assert replay.asked[2] == replay.asked[4]
    assert replay.asked[5] == replay.asked[7]
    assert [None, "Bearer t1", "Bearer t1", None, "Bearer t2", "Bearer t2", None, "Bearer t3"] == replay.proofs  # fmt: skip  # noqa: E501


def test_a_token_made_elsewhere_is_made_anew_once() -> None:
    """Where something makes them: at the same cursor, once for each that ends."""
    made = iter(["t2", "t3"])
    bearer = Bearer(Secret("t1", "x"), lambda: Secret(next(made), "x"))
    replay = Replay(paged([1], "a"), DEAD, paged([2], "b"), DEAD, paged([3]))
    assert [1, 2, 3] == ids(reader(replay, credential=bearer))
    assert [f"Bearer t{n}" for n in (1, 1, 2, 2, 3)] == replay.proofs
    made = iter(["t2"])
    with pytest.raises(AuthenticationFailed, match="also with a token made anew"):
        ids(reader(Replay(DEAD), credential=bearer))


def test_many_who_wait_share_one_token() -> None:
    """Also when all of them meet the same 401."""
    live = "t0"
    minted = 0

    class Account(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal live, minted
            await asyncio.sleep(0)
            if request.method == "POST":
                minted += 1
                live = f"t{minted}"
                return minting(live).response(1)
            if minted == 1 or request.headers["authorization"] != f"Bearer {live}":
                return DEAD.response(1)
            number = int(request.url.path.rsplit("/", 1)[1])
            return said(200, {"audit_log": raw(number)}).response(1)

    found = reader(Account(), credential=client())

    async def work() -> list[object]:
        return await asyncio.gather(*(found.look_up(n) for n in range(20)))

    assert list(range(20)) == [record.id for record in asyncio.run(work())]
    assert 2 == minted


def test_token_requests_count_and_are_bounded() -> None:
    """They are requests too."""
    found = reader(Replay(minting(), paged([1])), credential=client(), most_requests=1)
    with pytest.raises(PartialAnswer):
        ids(found)
    assert 1 == found.statistics.requests


def test_an_answer_does_not_show_its_body() -> None:
    """A token endpoint's holds the token."""
    assert "canary" not in repr(Answer(200, {"x": "canary"}, b"canary"))

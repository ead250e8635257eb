"""Client credentials: tokens minted when needed, renewed once, never hammered."""

import asyncio

import httpx
import pytest
from replay import Replay, Reply, World, ids, paged, raw, reader, said, scan

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate, serve
from auditql.emulator.settings import ClientCredentialsAuth
from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    PartialAnswer,
    RateLimited,
)
from auditql.providers.zendesk.auth import Bearer, ClientCredentials
from auditql.providers.zendesk.exchange import Answer
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret

TOKENS = "POST /oauth/tokens"
DEAD = said(401, {"error": "invalid_token", "error_description": "expired"})


def client(right: bool = True) -> ClientCredentials:
    return ClientCredentials("auditor", Secret("s3cret" if right else "wrong", "x"))


def minting(name: str = "token-1") -> Reply:
    return said(201, {"access_token": name, "token_type": "bearer"})


def account(world: World, **settings: object) -> Emulator:
    auth = ClientCredentialsAuth("auditor", "s3cret", **settings)
    records = generate(1, 350, 1_767_225_600, 1_767_312_000)
    return Emulator(records, Settings(auth=auth), clock=world.clock)


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


def test_a_second_401_is_the_end() -> None:
    """The new token is refused too: nothing more is sent."""
    replay = Replay(minting("t1"), DEAD, minting("t2"), DEAD)
    with pytest.raises(
        AuthenticationFailed, match="also with a token minted anew"
    ) as caught:
        ids(reader(replay, credential=client()))
    assert [TOKENS, "GET", TOKENS, "GET"] == [
        a if "POST" in a else "GET" for a in replay.asked
    ]
    assert 401 == caught.value.status


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


def test_a_token_that_cannot_be_made_anew_is_an_error_of_the_run() -> None:
    """The reason stands in it; whoever comes next is not asked to wait again."""
    made = 0

    def make() -> Secret:
        nonlocal made
        made += 1
        raise ConfigurationError("token_command: `op` ended with code 1")

    found = reader(Replay(DEAD), credential=Bearer(Secret("t1", "x"), make))

    async def work() -> list[BaseException | None]:
        return await asyncio.gather(
            *(found.look_up(n) for n in (1, 2, 3)), return_exceptions=True
        )

    for error in asyncio.run(work()):
        assert isinstance(error, AuthenticationFailed)
        assert "no new one is to be had: token_command: `op` ended with" in str(error)
    assert 1 == made


def test_a_403_is_not_renewed() -> None:
    """A new token of the same client has the same rights."""
    replay = Replay(minting(), said(403, {"error": {"title": "Forbidden"}}))
    with pytest.raises(AuthenticationFailed):
        ids(reader(replay, credential=client()))
    assert 2 == len(replay.requests)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_client_that_is_refused_is_asked_once(status: int) -> None:
    """And never again by the same reader, whoever comes next."""
    refused = said(status, {"error": "invalid_client", "error_description": "no"})
    replay = Replay(refused)
    found = reader(replay, credential=client())

    async def work() -> list[BaseException | None]:
        return await asyncio.gather(
            *(found.look_up(n) for n in (1, 2, 3)), return_exceptions=True
        )

    errors = asyncio.run(work())
    assert [TOKENS] == replay.asked
    for error in errors:
        assert isinstance(error, AuthenticationFailed)
        assert "gets no token" in str(error)
        assert "invalid_client: no" in str(error)
        assert status == error.status


@pytest.mark.parametrize(
    ("settings", "right", "words"),
    [
        ({}, False, "invalid_client"),
        ({"ceiling": ("tickets:read",)}, True, "invalid_scope"),
    ],
)
def test_the_endpoint_says_why(
    settings: dict[str, object], right: bool, words: str
) -> None:
    """Its own words stand in the error."""
    world = World()
    emulator = account(world, **settings)
    with pytest.raises(AuthenticationFailed, match=words):
        ids(reader(AsyncEmulatorTransport(emulator), world, client(right)))
    assert 1 == len(emulator.requests)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "no access token"),
        ({"access_token": "t", "token_type": "mac"}, "unknown type"),
        (
            {"access_token": "t", "scope": "tickets:read s3cret"},
            "granted `tickets:read|granted `…",
        ),
    ],
)
def test_a_token_that_is_of_no_use_is_an_error(body: object, words: str) -> None:
    """After one request; what it repeats of the secret is masked."""
    replay = Replay(said(200, body))
    with pytest.raises(AuthenticationFailed, match=words) as caught:
        ids(reader(replay, credential=client()))
    assert "s3cret" not in str(caught.value)
    assert 1 == len(replay.requests)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Reply(200, b"<html>", "text/html"), ApiError),
        (Reply(201, b'{"access_token":'), ApiError),
        (Reply(200, b"", None), ApiError),
        (Reply(503), ApiError),
        (httpx.ConnectError("x"), ConnectionFailed),
        (Reply(429, headers={"retry-after": "1"}), RateLimited),
        (Reply(302, headers={"location": "https://evil.example/"}), ApiError),
    ],
)
def test_trouble_of_the_endpoint_is_outlasted_or_an_error_of_the_tree(
    trouble: Reply | Exception, kind: type
) -> None:
    """As for pages: it may pass, and if it stays it is told, never a ValueError."""
    if not (isinstance(trouble, Reply) and trouble.status == 302):
        passing = Replay(trouble, minting(), paged([1]))
        assert [1] == ids(reader(passing, credential=client()))
    with pytest.raises(kind):
        ids(reader(Replay(trouble), credential=client()))


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


def test_many_who_wait_share_one_failure() -> None:
    """Five tries are made for all of them, not for each."""
    tries = 0

    class Account(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal tries
            await asyncio.sleep(0)
            assert request.method == "POST"
            tries += 1
            return Reply(503).response(1)

    found = reader(Account(), credential=client(), concurrency=20)

    async def work() -> list[object]:
        wanted = (found.look_up(n) for n in range(20))
        return await asyncio.gather(*wanted, return_exceptions=True)

    assert {ApiError} == {type(error) for error in asyncio.run(work())}
    assert 5 == tries


def test_token_requests_count_and_are_bounded() -> None:
    """They are requests too."""
    found = reader(Replay(minting(), paged([1])), credential=client(), most_requests=1)
    with pytest.raises(PartialAnswer):
        ids(found)
    assert 1 == found.statistics.requests


def test_an_answer_does_not_show_its_body() -> None:
    """A token endpoint's holds the token."""
    assert "canary" not in repr(Answer(200, {"x": "canary"}, b"canary"))

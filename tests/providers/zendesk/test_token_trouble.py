"""No token, or one that is refused: told once, never hammered, shared by who waits."""

import asyncio

import httpx
import pytest
from minted import DEAD, TOKENS, account, client, minting
from replay import Replay, Reply, World, ids, paged, reader, said

from auditql.emulator import AsyncEmulatorTransport
from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    RateLimited,
)
from auditql.providers.zendesk.auth import Bearer
from auditql.providers.zendesk.secret import Secret


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

"""Tokens that end every second: the read goes on, and nothing is lost or doubled."""

import itertools

import httpx
import pytest
from replay import World, ids, reader

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate, serve
from auditql.emulator.settings import ClientCredentialsAuth, RateLimitKind
from auditql.providers.zendesk.auth import LIFETIME_S, ClientCredentials
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret

RECORDS = tuple(generate(1, 1_000, 1_767_225_600, 1_767_312_000))
PAGES = 10


def client() -> ClientCredentials:
    return ClientCredentials("auditor", Secret("s3cret", "x"))


def auth(**settings: object) -> ClientCredentialsAuth:
    return ClientCredentialsAuth("auditor", "s3cret", cap_s=1, **settings)


class Slow(httpx.AsyncBaseTransport):
    """An emulator each of whose answers takes its time on the clock of a world."""

    def __init__(self, emulator: Emulator, world: World, takes_s: float) -> None:
        self._transport = AsyncEmulatorTransport(emulator)
        self._world = world
        self._takes_s = takes_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._world.now_s += self._takes_s / 2
        response = await self._transport.handle_async_request(request)
        self._world.now_s += self._takes_s / 2
        return response


@pytest.mark.parametrize("takes_s", [0.2, 0.4, 0.6])
def test_a_life_that_is_told_is_renewed_in_time(takes_s: float) -> None:
    """Before a token ends another is minted: no page is refused."""
    world = World()
    emulator = Emulator(RECORDS, Settings(auth=auth()), clock=world.clock)
    found = ids(reader(Slow(emulator, world, takes_s), world, client()))
    assert list(emulator.store.ids) == found
    assert {200, 201} == {r.status for r in emulator.requests}
    assert PAGES == sum(r.method == "GET" for r in emulator.requests)


@pytest.mark.parametrize("takes_s", [0.2, 0.4, 0.6])
def test_a_life_that_is_not_told_ends_with_a_refusal(takes_s: float) -> None:
    """Half an hour is assumed; the 401 that comes sooner renews once, at the same
    page, and every page is read once."""
    world = World()
    settings = Settings(auth=auth(never_tell_expiry=True))
    emulator = Emulator(RECORDS, settings, clock=world.clock)
    found = ids(reader(Slow(emulator, world, takes_s), world, client()))
    assert list(emulator.store.ids) == found
    refused = [r for r in emulator.requests if r.status == 401]
    minted = [r for r in emulator.requests if r.method == "POST"]
    assert len(refused) == len(minted) - 1 > 0
    good = [r.query for r in emulator.requests if r.status == 200]
    assert PAGES == len(good) == len(set(good))


def test_half_an_hour_is_assumed_where_no_life_is_told() -> None:
    """Not a second longer: it is renewed a minute before, without a 401."""
    world = World()
    calm = ClientCredentialsAuth("auditor", "s3cret", never_tell_expiry=True)
    emulator = Emulator(RECORDS, Settings(auth=calm), clock=world.clock)
    found = ids(reader(Slow(emulator, world, LIFETIME_S / 4), world, client()))
    assert list(emulator.store.ids) == found
    assert 401 not in {r.status for r in emulator.requests}


def test_a_token_that_ends_while_the_limit_holds_is_replaced() -> None:
    """After a wait the request is made anew, with a token that lives: each wait is
    longer than a token."""
    world = World()
    settings = Settings(
        auth=auth(), rate_limit=RateLimitKind.FIXED_MINUTE, per_minute=1
    )
    emulator = Emulator(RECORDS, settings, clock=world.clock)
    found = ids(reader(AsyncEmulatorTransport(emulator), world, client()))
    assert list(emulator.store.ids) == found
    assert 401 not in {r.status for r in emulator.requests}
    assert world.now_s >= 1000 + 60 * (PAGES - 2)


@pytest.mark.enable_socket
@pytest.mark.parametrize("cursors", [1, 2, 8])
@pytest.mark.parametrize("tells", [True, False])
def test_the_same_over_a_socket(tells: bool, cursors: int) -> None:
    """A server whose clock leaps by 0.3 s with each request, so that every token
    serves a few pages; the client's own clock stands as good as still."""
    ticks = itertools.count(1_767_312_000.0, 0.3)
    settings = Settings(auth=auth(never_tell_expiry=not tells))
    emulator = Emulator(RECORDS, settings, clock=lambda: next(ticks))
    with serve(emulator) as server:
        found = ids(ZendeskReader(server.url, client(), concurrency=cursors))
    assert list(emulator.store.ids) == found
    assert sum(r.method == "POST" for r in emulator.requests) >= PAGES / 3
    pages = sum(r.status == 200 and r.method == "GET" for r in emulator.requests)
    assert PAGES <= pages <= (PAGES if cursors == 1 else 1.02 * PAGES + cursors)

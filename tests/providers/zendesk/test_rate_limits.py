"""Rate limits: waited out by the server's clock, for all requests, within a bound."""

import pytest
from replay import Replay, Reply, World, ids, paged, reader

from auditql.emulator import AsyncEmulatorTransport, Emulator, Settings, generate
from auditql.emulator.settings import RateLimitKind
from auditql.errors import RateLimited

NOW_S = 1_773_144_020.0  # 2026-03-10T12:00:20Z
DATE = "Tue, 10 Mar 2026 12:00:20 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "7"}, 7.5),
        ({"retry-after": "Tue, 10 Mar 2026 12:00:29 GMT"}, 9.5),
        ({"retry-after": "٣"}, 40.5),
        ({"ratelimit-reset": "12"}, 12.5),
        ({}, 40.5),
        ({"retry-after": "0"}, 1.5),
    ],
)
def test_a_rate_limit_is_waited_out_by_the_servers_clock(
    headers: dict[str, str], wait_s: float
) -> None:
    """Never earlier than asked, and half a second of chance on top."""
    world = World()
    limited = Reply(
        429, b"Number of requests exceeded", "text/plain", {"date": DATE, **headers}
    )
    found = reader(Replay(limited, paged([1])), world)
    assert [1] == ids(found)
    assert [wait_s] == world.waits
    assert (2, 1, int(wait_s * 1000)) == (
        found.statistics.requests,
        found.statistics.retries,
        found.statistics.waited_ms,
    )


def test_rate_limits_are_no_failures() -> None:
    """Many of them, among four failures, and the answer still comes."""
    limited = Reply(429, headers={"retry-after": "1"})
    turns = [
        limited,
        Reply(500),
        limited,
        Reply(500),
        limited,
        Reply(500),
        limited,
        Reply(500),
    ]
    assert [1] == ids(reader(Replay(*turns, paged([1]))))


@pytest.mark.parametrize("asked", ["0", "59", "junk"])
def test_a_rate_limit_that_never_ends_ends_the_run(asked: str) -> None:
    """Within a quarter of an hour, whatever it asks for."""
    world = World()
    replay = Replay(Reply(429, headers={"retry-after": asked}))
    with pytest.raises(
        RateLimited, match=r"^after waiting (8\d\d|900) s: .*\(429\)"
    ) as caught:
        ids(reader(replay, world))
    assert sum(world.waits) < 1000
    assert len(replay.requests) < 40
    assert 429 == caught.value.status


def test_a_wait_of_hours_is_not_waited() -> None:
    """The error says what was asked for."""
    world = World()
    replay = Replay(Reply(429, headers={"retry-after": "86400"}))
    with pytest.raises(RateLimited, match="asks to wait 86,400 s"):
        ids(reader(replay, world))
    assert [] == world.waits


@pytest.mark.parametrize("kind", [RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE])
def test_the_limits_of_the_emulator_are_outlasted(kind: RateLimitKind) -> None:
    """Nine pages at four a minute: complete, and never refused: the pace is kept."""
    world = World()
    world.now_s = NOW_S
    emulator = Emulator(
        generate(1, 850, 1_767_225_600, 1_767_312_000),
        Settings(rate_limit=kind, per_minute=4),
        clock=world.clock,
    )
    found = reader(AsyncEmulatorTransport(emulator), world)
    assert list(emulator.store.ids) == ids(found)
    assert {200} == {r.status for r in emulator.requests}
    assert 9 == found.statistics.requests
    assert world.now_s > NOW_S + 60


def test_one_refusal_holds_the_requests_behind_it() -> None:
    """The look-up that follows the one that was given up waits as well."""
    world = World()
    replay = Replay(Reply(429, headers={"retry-after": "1800"}), paged([1]))
    limited = reader(replay, world)
    for _ in range(2):
        with pytest.raises(RateLimited, match="1,800 s"):
            ids(limited)
    assert 1 == limited.statistics.requests

"""Following a query: every match exactly once, late, out of order, restarted."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import aclosing

import httpx
import pytest

import auditql
from auditql.catalog.record import Record
from auditql.catalog.strict_json import loads
from auditql.diagnostics.codes import Code
from auditql.emulator import Emulator
from auditql.errors import ApiError, AuditQLError, QueryError
from auditql.language.clock import text_of
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.runtime.following import Follower, Mark, check_followed

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
LAG_S = 300
TEXTS = (
    "action = login",
    "action = login | select id, action",
    "action = login and url is null | where id > 0",
    "(action = login and actor_id = 7) or (action = login and source_id is null)",
    "(action = login and actor_id in (7, 9)) or (action = login and actor_id = 8)",
    "(ip_address = '10.0.0.1' and action = login) or (actor_id = 8 and action = login)"
    " or (actor_id = 7 and action = login and ip_address is null)",
)
"""Queries of every login: of one stream or several, checked there or here."""


def record(number: int, second: int, action: str = "login") -> dict[str, object]:
    made = {"id": number, "action": action, "created_at": text_of(second)}
    ip = {"ip_address": "10.0.0.1"} if number % 3 == 0 else {}
    return {**made, "actor_id": 7 + number % 2, **ip}


class World(httpx.AsyncBaseTransport):
    """An account whose clock runs with its requests; records arrive when they are due.

    Attributes:
        now_s: its time.
        fails: the chance that a request is not answered.
        forgets: the chance that an answer does not tell the time.
    """

    def __init__(self, due: Sequence[tuple[float, dict[str, object]]], seed: int):
        self.now_s = float(NOW_S)
        self.fails = self.forgets = 0.0
        self.skew_s = 0.0
        self._due = sorted(due, key=lambda pair: pair[0])
        self._chance = random.Random(seed)
        self.old = [record(n, NOW_S - 50 * n) for n in range(1, 60)]
        self.emulator = Emulator(self.old, clock=lambda: self.now_s + self.skew_s)

    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        while self._due and self._due[0][0] <= self.now_s:
            self.emulator.add(self._due.pop(0)[1])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.pass_time(self._chance.random() * 3)
        if self._chance.random() < self.fails:
            raise httpx.ConnectError("refused", request=request)
        answer = self.emulator.handle(request)
        if self.forgets and self._chance.random() < self.forgets:
            del answer.headers["date"]
        return answer

    async def sleep(self, seconds: float) -> None:
        self.pass_time(seconds)


def follower(world: World, plan: auditql.Plan, mark: Mark | None) -> Follower:
    statistics = Statistics()
    reader = ZendeskReader(
        "http://127.0.0.1:1", statistics=statistics, transport=world,
        sleep=world.sleep, clock=lambda: world.now_s, chance=lambda: 0.5,
    )  # fmt: skip
    return Follower(
        plan, reader, statistics, lambda: world.now_s, lag_s=LAG_S, mark=mark
    )


def copy(mark: Mark | None) -> Mark | None:
    return None if mark is None else mark.copy()


async def taken(following: Follower) -> list[list[object]]:
    async with aclosing(following.poll()) as polled:
        return [[row["id"] for row in rows] async for rows in polled]


def drawn(chance: random.Random) -> list[tuple[float, dict[str, object]]]:
    """Records of an hour, some in one second, shown up to the lag later."""
    due = []
    second = NOW_S
    for number in range(1_000, 1_000 + chance.randrange(5, 200)):
        second += chance.choice((0, 0, 1, 5, 40))
        late = chance.choice((0.0, 0.0, 1.0, chance.random() * (LAG_S - 10)))
        action = chance.choice(("login", "update"))
        due.append((second + late, record(number, second, action)))
    return due


async def lives(seed: int) -> tuple[list[object], list[object]]:
    """The ids that came out over several runs, and those that should have."""
    begun_s = 0
    chance = random.Random(seed)
    due = drawn(chance)
    world = World(due, seed)
    world.fails = chance.choice((0.0, 0.3))
    world.forgets = chance.choice((0.0, 0.0, 0.2))
    plan = auditql.compile(chance.choice(TEXTS), now=NOW_S)
    out: list[object] = []
    kept: Mark | None = None
    end_s = max(at for at, _ in due) + LAG_S + 100
    while world.now_s < end_s:
        following = follower(world, plan, copy(kept))
        world.skew_s = chance.choice((0.0, 0.0, 7_200.0, -7_200.0))
        try:
            if kept is None:
                await following.begin()
                kept = copy(following.mark)
                begun_s = following.mark.settled_s
            for _ in range(chance.randrange(1, 8)):
                async with aclosing(following.poll()) as polled:
                    async for rows in polled:
                        if chance.random() < 0.1:
                            raise KeyboardInterrupt  # noqa: TRY301 - a kill
                        out += [row["id"] for row in rows]
                        kept = copy(following.mark)
                kept = copy(following.mark)
                world.pass_time(chance.choice((5, 30, 30, 400)))
        except (KeyboardInterrupt, AuditQLError) as error:
            if kept is not None and isinstance(error, AuditQLError):
                kept = copy(following.mark)  # as `tail` does
            world.pass_time(chance.choice((1, 60, 900)))
        await following._reader.close()
    world.fails = world.forgets = world.skew_s = 0.0
    last = follower(world, plan, kept)
    for ids in await taken(last):
        out += ids
    await last._reader.close()
    wanted = [
        r["id"]
        for r in (*world.old, *(r for _, r in due))
        if r["action"] == "login" and str(r["created_at"]) >= text_of(begun_s)
    ]
    return out, wanted


def check(seed: int) -> None:
    """See that each match came out once."""
    out, wanted = asyncio.run(lives(seed))
    assert sorted(wanted) == sorted(out), seed


@pytest.mark.parametrize("seed", range(30))
def test_every_match_comes_out_once(seed: int) -> None:
    """Late, out of order, failing, killed, restarted: none is lost, none repeated."""
    check(seed)


def test_what_tells_no_time_is_not_out() -> None:
    """Nothing of it counts, and once answers tell the time again all of it comes."""

    async def polls() -> list[object]:
        world = World([], 1)
        plan = auditql.compile("action = login", now=NOW_S)
        following = follower(world, plan, Mark(NOW_S - 60))
        world.forgets = 1.0
        with pytest.raises(ApiError, match="tell no time"):
            await taken(following)
        found: list[object] = [copy(following.mark)]
        world.forgets = 0.0
        found += await taken(following)
        await following._reader.close()
        return found

    assert [Mark(NOW_S - 60), [1]] == asyncio.run(polls())


def test_one_id_with_another_content_is_given_and_told() -> None:
    """Both are kept, however far apart they come, and each once."""
    said: list[tuple[Code, str]] = []

    async def polls() -> list[list[list[object]]]:
        mark = Mark(NOW_S - 20)
        found = []
        for more in ({}, {}, {"actor_name": "other"}, {"actor_name": "other"}, {}):
            world = World([], 1)
            world.emulator.add(record(500, NOW_S - 10) | more)
            plan = auditql.compile("action = login", now=NOW_S)
            following = follower(world, plan, mark)
            following._on_warning = lambda one: said.append((one.code, one.message))
            found.append(await taken(following))
            await following._reader.close()
        return found

    assert [[[500]], [], [[500]], [], []] == asyncio.run(polls())
    assert [(Code.SAME_ID, "record 500 came twice with different content")] == said


def test_the_order_of_fields_is_no_content() -> None:
    """A number that is written otherwise is."""
    mark = Mark(0)
    head = '{"id":1,"created_at":"2026-03-10T12:00:00Z",'
    texts = (
        '"a":{"b":1.1,"c":[1]}}',
        '"a":{"c":[1],"b":1.1}}',
        '"a":{"b":1.10,"c":[1]}}',
    )
    came = [Record.from_json(loads(head + text)) for text in texts]
    assert [True, False, True] == [mark.takes(one) for one in came]


def test_a_clock_that_is_ahead_is_said() -> None:
    """The earlier clock counts, so a tail that seems to stand still says why."""

    async def said(skew_s: float) -> str | None:
        world = World([], 1)
        world.skew_s = skew_s
        following = follower(world, auditql.compile("", now=NOW_S), None)
        await following.begin()
        await taken(following)
        await following._reader.close()
        return following.clocks()

    assert (
        "the account's clock is 7,200 s ahead of this machine's; the earlier one counts"
    ) == asyncio.run(said(7_200.0))
    assert asyncio.run(said(30.0)) is None
    assert asyncio.run(said(-7_200.0)) is None


def test_the_queries_of_the_worlds_are_read_in_every_way() -> None:
    """Some by one stream, some by several."""
    plans = [auditql.compile(text, now=NOW_S) for text in TEXTS]
    assert {1, 2} <= {len(plan.scans) for plan in plans}


def test_what_cannot_be_followed_is_refused() -> None:
    """An order, a limit, a page and stages that must see all: each its own fault."""
    texts = {
        "order by id": 1, "limit 5": 1, "limit 5 offset 2": 1, "page 2": 1,
        "| count": 1, "| distinct action": 1, "| top 3 action": 1,
        "order by id limit 3 | count by action": 3,
    }  # fmt: skip
    for text, faults in texts.items():
        with pytest.raises(QueryError) as caught:
            check_followed(auditql.compile(text, now=NOW_S))
        codes = [d.code for d in caught.value.diagnostics]
        assert [Code.NOT_FOLLOWED] * faults == codes, text
    check_followed(auditql.compile("action = login | where id > 3 | select id"))


@pytest.mark.full
def test_every_match_comes_out_once_in_many_worlds() -> None:
    """As above, 300 times."""
    for seed in range(100, 400):
        check(seed)

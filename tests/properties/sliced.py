"""One drawn account read by slices in virtual time, and what should come of it.

In: a seed. Out: the ids that several cursors gave, and those that a naive scan
gives; the requests made and the rows that waited. The emulator answers, each
answer after a time of its own, so that answers come in any order.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from auditql.catalog.record import Record
from auditql.emulator.answers import Call
from auditql.emulator.app import Emulator
from auditql.emulator.settings import RateLimitKind, Settings, TieOrder
from auditql.errors import ApiError
from auditql.language.clock import text_of
from auditql.plan.capability import ReadShape
from auditql.plan.model import Box, Interval, Request
from auditql.providers.zendesk.course import course_of
from auditql.providers.zendesk.pacer import Pacer
from auditql.providers.zendesk.pages import Page, cursor_page
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.providers.zendesk.slices import Budget, Check, slices

for _folder in ("simulation", "providers"):
    sys.path.append(str(Path(__file__).parent.parent / _folder))
import loop  # noqa: E402 - found by the lines above
import pacing  # noqa: E402

NOW_S = 1_773_144_000
DAY_S = 86_400


@dataclass(frozen=True)
class World:
    """Everything that a seed decides.

    Attributes:
        seconds: of each record.
        created: the time that is asked for.
        taken: rows after which nobody wants more; None for all.
        wanted: what the reader is told about that.
        forgets: share of cursors that the service refuses.
        slow_s: seconds that the reader takes over each page.
    """

    seed: int
    seconds: tuple[int, ...]
    created: Interval
    descending: bool
    settings: Settings
    cursors: int
    latency_s: float
    jitter: float
    page_size: int = 100
    taken: int | None = None
    wanted: int | None = None
    forgets: float = 0.0
    slow_s: float = 0.0


@dataclass
class Outcome:
    """What came of a world."""

    ids: list[int] = field(default_factory=list)
    requests: int = 0
    refused: int = 0
    took_s: float = 0.0
    first_s: float = 0.0
    most_at_once: int = 0
    most_waiting: int = 0
    error: ApiError | None = None


def draw(seed: int) -> World:
    """The world of a seed."""
    random = Random(seed)
    span = random.choice((10, 3_600, 30 * DAY_S, 900 * DAY_S))
    start_s = NOW_S - span - random.choice((0, 40 * DAY_S))
    size = random.choice((1, 3, 10, 100))
    pages = random.choice((0, 1, 2, 9, 25, 40, 40, 80, 120))
    seconds = _seconds(random, start_s, span, size * pages + random.randint(0, size))
    low = start_s + random.randint(-5, span // 3)
    high = start_s + span - random.randint(-5, span // 3)
    if seconds and random.random() < 0.3:  # ends that fall on a record
        low = random.choice(seconds[: 1 + len(seconds) // 2])
        high = max(low + 1, random.choice(seconds) + random.choice((0, 1)))
    settings = Settings(
        start_included=random.random() < 0.5,
        end_included=random.random() < 0.5,
        ties=random.choice(tuple(TieOrder)),
        seed=seed,
    )
    world = World(
        seed,
        seconds,
        Interval(random.choice((None, low)), random.choice((None, high))),
        descending=random.random() < 0.6,
        settings=settings,
        cursors=random.randint(1, 16),
        latency_s=0.15,
        jitter=random.choice((0.0, 0.3, 0.95)),
        page_size=size,
        taken=random.choice((None,) * 6 + (1, 1 + size * pages // 2)),
        forgets=random.choice((0.0, 0.0, 0.0, 0.05)),
        slow_s=random.choice((0.0, 0.0, 0.3)),
    )
    return replace(world, wanted=random.choice((None, world.taken)))


def _seconds(random: Random, start_s: int, span: int, count: int) -> tuple[int, ...]:
    """Times of records: spread, or in crowds and with gaps between."""
    found: list[int] = []
    crowd = random.choice((1, 5, 30, 60, 700))
    while len(found) < count:
        here = start_s + int(span * random.random() ** random.choice((1, 4)))
        size = random.randint(1, crowd)
        width = random.choice((1, 1, 2, 50))
        found += [here + int(width * random.random()) for _ in range(size)]
    return tuple(sorted(found[:count]))


def records(world: World) -> list[dict[str, object]]:
    """The account's records: ids differ, and do not follow the times."""
    random = Random(world.seed + 1)
    ids = random.sample(range(1, 10**9), len(world.seconds))
    return [
        {"id": number, "created_at": text_of(second)}
        for number, second in zip(ids, world.seconds, strict=True)
    ]


def expected(world: World) -> list[int]:
    """The ids that a naive scan gives, in the order of the request."""
    start, end = world.created.start, world.created.end
    inside = [
        (second, number)
        for record in records(world)
        for second, number in [_key(record)]
        if (start is None or start <= second) and (end is None or second < end)
    ]
    mirrored = world.descending and world.settings.ties is TieOrder.IDS_FALL
    inside.sort(key=lambda key: -key[1] if mirrored else key[1])
    inside.sort(key=lambda key: key[0], reverse=world.descending)
    return [number for _, number in inside][: world.taken]


def _key(raw: dict[str, object]) -> tuple[int, int]:
    record = Record.from_json(raw)
    return record.created_s, record.id


def request_of(world: World) -> Request:
    """The request that the planner would make."""
    shape = ReadShape(world.descending, world.page_size, NOW_S, exact=True)
    (request,) = ZendeskSource().requests(Box(created=world.created), shape)
    return request


def read(world: World, *, cursors: int | None = None) -> Outcome:
    """What several cursors give.

    Args:
        world: what to read.
        cursors: instead of the world's number.
    """
    outcome = Outcome()
    most = cursors if cursors is not None else world.cursors
    try:
        loop.run(_read(world, outcome, most), most_steps=5_000_000)
    except ApiError as error:
        outcome.error = error
    return outcome


async def _read(world: World, outcome: Outcome, cursors: int) -> None:
    account = _Account(world, outcome)
    course = course_of(request_of(world))
    budget = Budget(cursors, lambda most: most)
    start, end = world.created.start, world.created.end
    time = asyncio.get_running_loop().time
    pages = slices(course, account.fetch, budget, world.wanted)
    async with aclosing(pages):
        async for page in pages:
            outcome.first_s = outcome.first_s or time()
            account.waiting -= len(page)
            for record in page:
                if (start is None or start <= record.created_s) and (
                    end is None or record.created_s < end
                ):
                    outcome.ids.append(record.id)
                if len(outcome.ids) == world.taken:
                    break
            if len(outcome.ids) == world.taken:
                break
            if world.slow_s:
                await asyncio.sleep(world.slow_s)
    outcome.took_s = time()
    assert budget.reads == 0


class _Account:
    """Answers requests, each after a time of its own."""

    def __init__(self, world: World, outcome: Outcome) -> None:
        self.waiting = 0
        self._world = world
        self._outcome = outcome
        self._random = Random(world.seed + 2)
        self._emulator = Emulator(records(world), world.settings)
        self._flying = 0

    async def fetch(self, request: Request, check: Check) -> Page:
        world, outcome = self._world, self._outcome
        outcome.requests += 1
        self._flying += 1
        outcome.most_at_once = max(outcome.most_at_once, self._flying)
        try:
            spread = world.jitter * self._random.uniform(-1, 1)
            await asyncio.sleep(world.latency_s * (1 + spread))
        finally:
            self._flying -= 1
        is_first = "page[after]" not in dict(request.params)
        if not is_first and self._random.random() < world.forgets:
            outcome.refused += 1
            raise ApiError("page[after] is not valid", status=400)
        page = cursor_page(self._answer(request))
        checked = check(page)
        self.waiting += len(checked.records)
        outcome.most_waiting = max(outcome.most_waiting, self.waiting)
        return checked

    def _answer(self, request: Request) -> object:
        url = request.url("http://127.0.0.1:9")
        path, _, query = url.removeprefix("http://127.0.0.1:9").partition("?")
        answer = self._emulator.answer(
            Call("GET", path, query, "http://127.0.0.1:9", {}, b"")
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)


def even(count: int, span_s: int, **more: object) -> World:
    """A plain account: so many records, spread evenly by chance."""
    random = Random(count)
    seconds = sorted(NOW_S - 1 - random.randrange(span_s) for _ in range(count))
    world = World(
        count,
        tuple(seconds),
        Interval(NOW_S - span_s, NOW_S),
        descending=True,
        settings=Settings(),
        cursors=8,
        latency_s=0.15,
        jitter=0.3,
    )
    return replace(world, **more)


def pages_of(world: World, rows: Sequence[int]) -> int:
    """How many pages so many rows fill."""
    return -(-len(rows) // world.page_size)


def opened(world: World) -> World:
    """The same account, read without a range of time."""
    return replace(world, created=Interval(None, None))


def holding(world: World, seconds: Sequence[int]) -> World:
    """Another account with records at these seconds."""
    return replace(world, seconds=tuple(sorted(seconds)))


def refusals(seed: int) -> int:
    """How often 16 workers are refused who spend all that an account allows."""
    kind = (RateLimitKind.BUCKET, RateLimitKind.FIXED_MINUTE)[seed % 2]
    account = pacing.Account(kind, 700)
    happened = pacing.run(
        Pacer(1.0),
        account,
        workers=16,
        last_s=119.9,
        latency_s=0.15,
        jitter=0.9,
        seed=seed,
    )
    return len(happened.refused)

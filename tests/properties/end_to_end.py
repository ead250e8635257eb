"""One drawn world: a filter, records, an account's habits, and two answers.

In: a seed. Out: what the compiled plan gives when it is run through the real
client against the emulator, and what a naive scan gives. The two must be the
same, in order, and every request sent must be one that the API page allows.
"""

import asyncio
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import urlsplit

import generate
import naive

from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.emulator.app import Emulator
from auditql.emulator.settings import Settings, SourceIdRule, TieOrder
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.language.query import Column, Query, SortKey
from auditql.plan.plan import Plan
from auditql.plan.planner import plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.results.executor import execute

MOST_BOXES = (1, 4, 8)
BASE = "http://127.0.0.1:9"  # nothing is sent there: the transport answers
SORTABLE = (
    Column("actor_id", Kind.INTEGER),
    Column("source_label", Kind.TEXT),
    Column("id", Kind.INTEGER),
    Column("actor_name", Kind.TEXT),
)
CREATED = Column("created_at", Kind.TIME)


@dataclass(frozen=True)
class World:
    """Everything that one seed decides."""

    query: Query
    records: tuple[dict[str, object], ...]
    settings: Settings
    most_boxes: int


@dataclass(frozen=True)
class Outcome:
    """What came of a world."""

    plan: Plan
    got: tuple[int, ...]
    expected: tuple[int, ...]
    illegal: tuple[str, ...]
    fetched: int


def draw(seed: int) -> World:
    """The world of a seed: always the same for the same seed."""
    rng = Random(seed)
    records = tuple(generate.random_records(rng, rng.choice((0, 3, 30, 130, 260))))
    query = Query(
        filter=generate.random_filter(rng, rng.randint(0, 4)),
        order=_order(rng),
        limit=rng.choice((None, None, None, 1, 5, 40, 120)),
        offset=rng.choice((0, 0, 0, 1, 7)),
        page_size=rng.choice((None, None, 1, 3, 50)),
        page=None,
        stages=(),
        columns=(),
        now_s=generate.NOW_S,
        zone=rng.choice(generate.ZONES),
        text="",
    )
    settings = Settings(
        start_included=rng.random() < 0.5,
        end_included=rng.random() < 0.5,
        ties=rng.choice(tuple(TieOrder)),
        source_id_rule=SourceIdRule.REFUSE,
        seed=seed,
    )
    return World(query, records, settings, rng.choice(MOST_BOXES))


def _order(rng: Random) -> tuple[SortKey, ...]:
    kind = rng.random()
    if kind < 0.45:
        return ()
    if kind < 0.75:
        return (SortKey(CREATED, descending=rng.random() < 0.4),)
    keys = rng.sample(SORTABLE, rng.randint(1, 2))
    if rng.random() < 0.4:
        keys.append(CREATED)
    return tuple(SortKey(key, rng.random() < 0.5) for key in keys)


def run(world: World) -> Outcome:
    """Both answers of a world, as ids in order."""
    made = plan(world.query, ZendeskSource(), most_boxes=world.most_boxes)
    emulator = Emulator(
        world.records, world.settings, clock=lambda: float(generate.NOW_S)
    )
    statistics = Statistics()
    got = asyncio.run(_read(made, emulator, statistics))
    return Outcome(
        made,
        tuple(record.id for record in got),
        expected(world, made),
        tuple(complaint for r in emulator.requests for complaint in complaints(r)),
        statistics.rows_fetched,
    )


async def _read(made: Plan, emulator: Emulator, statistics: Statistics) -> list[Record]:
    async def never(_seconds: float) -> None:
        raise AssertionError("nothing here gives a reason to wait")

    reader = ZendeskReader(
        BASE,
        transport=AsyncEmulatorTransport(emulator),
        statistics=statistics,
        sleep=never,
    )
    async with reader:
        return [r async for r in execute(made, reader, statistics)]


def expected(world: World, made: Plan) -> tuple[int, ...]:
    """The ids a naive scan gives, in the order that the language promises.

    Within one second one request's records keep the API's order; where
    several streams meet, ids rise. Which streams met is the one thing that is
    read off the plan.
    """
    query = world.query
    passing = [r for r in world.records if naive.passes(query.filter, r, query.zone)]
    seconds = {id(r): Record.from_json(r).created_s for r in passing}
    falls = made.descending and world.settings.ties is TieOrder.IDS_FALL

    def tie(record: dict[str, object]) -> int:
        number = record["id"]
        assert isinstance(number, int)
        alone = len(_group(made, seconds[id(record)])) <= 1
        return -number if falls and alone else number

    passing.sort(key=tie)
    passing.sort(key=lambda r: seconds[id(r)], reverse=made.descending)
    for key in reversed(made.sort):
        passing = naive.sort_by(passing, key, query.zone)
    end = None if query.limit is None else query.offset + query.limit
    return tuple(Record.from_json(r).id for r in passing[query.offset : end])


def _group(made: Plan, second: int) -> tuple[int, ...]:
    for group in made.groups:
        for index in group:
            created = made.scans[index].box.created
            if (created.start is None or created.start <= second) and (
                created.end is None or second < created.end
            ):
                return group
    return ()


def complaints(request: object) -> list[str]:
    """What the API page forbids in a request; written without our own planner."""
    pairs = request.params
    keys = [k for k, _ in pairs]
    said = []
    if request.method != "GET":
        said.append(f"method {request.method}")
    if request.status not in (200, 404):
        said.append(f"status {request.status}: {request.query}")
    path = request.path.removesuffix(".json")
    if path != "/api/v2/audit_logs" and not (
        path.removeprefix("/api/v2/audit_logs/").lstrip("-").isdigit()
    ):
        said.append(f"path {path}")
    if len(urlsplit(f"{BASE}{request.path}?{request.query}").geturl()) > 4096:
        said.append("URL over 4,096 bytes")
    plain = [k for k in keys if not k.endswith("[]")]
    if len(plain) != len(set(plain)):
        said.append(f"a plain key twice: {keys}")
    if path == "/api/v2/audit_logs":
        size = int(dict(pairs)["page[size]"])
        if not 1 <= size <= 100:
            said.append(f"page[size] {size}")
        if {"page", "per_page", "sort_by", "sort_order"} & set(keys):
            said.append(f"paging styles mixed: {keys}")
        if dict(pairs).get("sort") not in ("created_at", "-created_at"):
            said.append("sort")
    times = [v for k, v in pairs if k == "filter[created_at][]"]
    if times and (len(times) != 2 or times[0] > times[1]):
        said.append(f"range {times}")
    names = {k.removesuffix("[]") for k in keys}
    if "filter[source_id]" in names and "filter[source_type]" not in names:
        said.append("source_id alone")
    return said


def without(world: World, count: int) -> World:
    """The world with fewer records, for making a failing one smaller."""
    return replace(world, records=world.records[:count])

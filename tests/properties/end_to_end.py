"""One drawn world: a filter, records, an account's habits, and two answers.

In: a seed. Out: what the compiled plan gives when it is run through the real
client against the emulator, and what a naive scan gives. The two must be the
same, in order; every request sent must be one that the API page allows; what
the plan promises of its requests must hold for the records.

* `draw(seed)`: the world of a seed.
* `run(world)`: both answers and all that was seen on the way.
* `faults(outcome)`: everything that is wrong, in words; empty is right.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import generate
import naive
from legality import illegal
from promises import Raw, broken_promises, inside, needless_work, second_of

from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator, ReceivedRequest
from auditql.emulator.settings import Settings, SourceIdRule, TieOrder
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.language.query import Column, Query, SortKey
from auditql.plan.plan import Plan
from auditql.plan.planner import plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.results.executor import execute

__all__ = [
    "Outcome",
    "Raw",
    "World",
    "draw",
    "faults",
    "illegal",
    "inside",
    "run",
    "second_of",
]

MOST_BOXES = (1, 4, 8)
SIZES = (0, 3, *(30,) * 8, *(60,) * 12, *(130,) * 12, *(260,) * 6)
"""How many records a world holds, drawn from this; few worlds are empty."""

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
    records: tuple[Raw, ...]
    settings: Settings
    most_boxes: int
    cursors: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of a world.

    Attributes:
        plan: as compiled.
        got: ids that the plan gave, in order.
        expected: ids that a naive scan gives, in order.
        passes: for each record of the world, whether the filter lets it pass.
        said: warnings while it ran; an honest service gives no reason for any.
        sent: the requests that the service received.
        fetched: records that were received.
    """

    world: World
    plan: Plan
    got: tuple[int, ...]
    expected: tuple[int, ...]
    passes: tuple[bool, ...]
    said: tuple[Diagnostic, ...]
    sent: tuple[ReceivedRequest, ...]
    fetched: int

    @property
    def tells(self) -> bool:
        """Whether some records pass and some do not."""
        return 0 < sum(self.passes) < len(self.world.records)


def draw(seed: int) -> World:
    """The world of a seed: always the same for the same seed."""
    rng = Random(seed)
    zone = rng.choice(generate.ZONES)
    records = tuple(generate.random_records(rng, rng.choice(SIZES)))
    filter_ = generate.random_filter(rng, rng.randint(0, 4))
    if not _parts(filter_, records, zone):  # say something, if the second luck does
        filter_ = generate.random_filter(rng, rng.randint(1, 4))
    query = Query(
        filter=filter_,
        order=_order(rng),
        limit=rng.choice((None, None, None, 0, 1, 5, 40, 120)),
        offset=rng.choice((0, 0, 0, 1, 7)),
        page_size=rng.choice((None, None, None, None, 2, 7, 50)),
        page=None,
        stages=(),
        columns=(),
        now_s=generate.NOW_S,
        zone=zone,
        text="",
    )
    settings, most = draw_settings(rng, seed), rng.choice(MOST_BOXES)
    return World(query, records, settings, most, cursors=rng.choice((1, 1, 3, 8)))


def draw_settings(rng: Random, seed: int) -> Settings:
    """One of the four readings of the ends of a range, one of two orders of ids."""
    return Settings(
        start_included=rng.random() < 0.5,
        end_included=rng.random() < 0.5,
        ties=rng.choice(tuple(TieOrder)),
        source_id_rule=SourceIdRule.REFUSE,
        seed=seed,
    )


def _parts(filter_: object, records: Sequence[Raw], zone: str) -> bool:
    passing = sum(naive.passes(filter_, r, zone) for r in records)
    return 0 < passing < len(records)


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
    """Both answers of a world."""
    made = planned(world)
    emulator = emulated(world)
    statistics = Statistics()
    said: list[Diagnostic] = []
    got = asyncio.run(read(made, emulator, statistics, said, world.cursors))
    query = world.query
    passes = tuple(naive.passes(query.filter, r, query.zone) for r in world.records)
    return Outcome(
        world,
        made,
        tuple(record.id for record in got),
        expected(world, made, passes),
        passes,
        tuple(said),
        tuple(emulator.requests),
        statistics.rows_fetched,
    )


def planned(world: World) -> Plan:
    """The plan of a world."""
    return plan(world.query, ZendeskSource(), most_boxes=world.most_boxes)


def emulated(world: World) -> Emulator:
    """The account of a world."""
    return Emulator(world.records, world.settings, clock=lambda: float(generate.NOW_S))


async def read(
    made: Plan,
    emulator: Emulator,
    statistics: Statistics,
    said: list[Diagnostic],
    cursors: int = 1,
) -> list[Record]:
    """The answer of a plan, through the real client."""

    async def never(_seconds: float) -> None:
        raise AssertionError("nothing here gives a reason to wait")

    reader = ZendeskReader(
        BASE,
        transport=AsyncEmulatorTransport(emulator),
        statistics=statistics,
        sleep=never,
        concurrency=cursors,
    )
    async with reader:
        return [r async for r in execute(made, reader, statistics, said.append)]


def expected(world: World, made: Plan, passes: Sequence[bool]) -> tuple[int, ...]:
    """The ids a naive scan gives, in the order that the language promises.

    Within one second one request's records keep the API's order; where
    several streams meet, ids rise. Which streams met is the one thing that is
    read off the plan.
    """
    query = world.query
    passing = [r for r, does in zip(world.records, passes, strict=True) if does]
    seconds = {r["id"]: second_of(r) for r in passing}
    falls = made.descending and world.settings.ties is TieOrder.IDS_FALL

    def tie(record: Raw) -> int:
        number = record["id"]
        assert isinstance(number, int)
        alone = len(_group(made, seconds[record["id"]])) <= 1
        return -number if falls and alone else number

    passing.sort(key=tie)
    passing.sort(key=lambda r: seconds[r["id"]], reverse=made.descending)
    for key in reversed(made.sort):
        passing = naive.sort_by(passing, key, query.zone)
    end = None if query.limit is None else query.offset + query.limit
    return tuple(r["id"] for r in passing[query.offset : end])


def _group(made: Plan, second: int) -> tuple[int, ...]:
    for group in made.groups:
        for index in group:
            created = made.scans[index].box.created
            if (created.start is None or created.start <= second) and (
                created.end is None or second < created.end
            ):
                return group
    return ()


# --- what can be wrong


def faults(outcome: Outcome) -> list[str]:
    """Everything that is wrong with an outcome, in words."""
    said = [f"said while running: {d.message}" for d in outcome.said]
    if outcome.got != outcome.expected:
        said.append(f"gave {outcome.got}, expected {outcome.expected}")
    for request in outcome.sent:
        said += illegal(request)
    return said + broken_promises(outcome) + needless_work(outcome)

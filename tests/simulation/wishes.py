"""What a world asks for beside a plain read: a file, a count, one page, a giant.

In: a world. Out: the same, wishing for one of them or for none. A generator of
its own decides that, so that what else a seed draws stays as it is.
"""

from dataclasses import dataclass, replace
from enum import Enum, unique
from random import Random
from typing import TYPE_CHECKING

import generate
from end_to_end import planned
from pools import SECONDS

from auditql.catalog.kinds import Kind
from auditql.emulator.faults import Fault
from auditql.errors import QueryError
from auditql.language.query import (
    Aggregate,
    Column,
    Filter,
    Group,
    InRange,
    OffsetPage,
    Query,
)
from auditql.results.formats import RESUMABLE

if TYPE_CHECKING:
    from world import World

_FILE, _COUNT, _PAGE = 0.25, 0.33, 0.43
_GIANT, _AT_THE_CAP = 0.03, 0.02
_NUMBER = Column("count", Kind.INTEGER)
_COUNTED = Group((), (Aggregate("count", None, _NUMBER),))
_ARRIVING = {Fault.NEW_RECORD, Fault.LATE_RECORD}
_GROWING = {
    *(Fault.GIANT_FIELD, Fault.DUPLICATES, Fault.ODD_FIELDS, Fault.FOREIGN_LINK),
    *(Fault.CURSOR_REFUSED, *_ARRIVING),
}
"""Faults after which an answer is longer than it was, or asked for otherwise."""


@unique
class How(Enum):
    """What ends a run before its time."""

    KILL = "kill -9: what the system was given stays"
    POWER_CUT = "a power cut: what was synced stays, and some of the rest"
    CTRL_C = "Ctrl-C: the run ends by itself"


@unique
class Measure(Enum):
    """What is counted until then."""

    ROUNDS = "rounds of the loop"
    SECONDS = "virtual time"
    DISK_STEPS = "steps of the disk: syncs, renames, removals"


@dataclass(frozen=True)
class Stop:
    """Where a run ends before its time, if it lasts so long.

    Attributes:
        pause_s: seconds until it is gone on with.
    """

    how: How
    measure: Measure
    at: float
    pause_s: int


@dataclass(frozen=True)
class FileWish:
    """An answer into a file, through `query -o FILE` and `query --resume FILE`.

    Attributes:
        stops: one for each run; the run after the last goes over a good line.
    """

    format: str
    columns: str | None
    has_manifest: bool
    stops: tuple[Stop, ...]


@unique
class Giant(Enum):
    """A record that is larger than all others."""

    MEGABYTE = "a description of a megabyte"
    AT_THE_CAP = "a page that is as large as a client takes"
    OVER_THE_CAP = "a page that is a byte larger than a client takes"


def wished(world: "World") -> "World":
    """The world, with what it wishes for."""
    rng = Random(f"wishes of {world.seed}")
    luck, size = rng.random(), rng.random()
    is_plain = luck >= _PAGE
    if luck < _FILE:
        world = _file(world, rng)
    elif luck < _COUNT:
        world = _counted(world, rng)
    elif luck < _PAGE:
        world = _paged(world, rng)
    if is_plain and size < _AT_THE_CAP:
        return _at_the_cap(world, rng)
    if size > 1 - _GIANT:
        return with_giant(replace(world, giant=Giant.MEGABYTE), 2**20)
    return world


def with_giant(world: "World", length: int) -> "World":
    """One record's description is so many bytes of JSON; which, the seed decides."""
    records = list(world.drawn.records)
    place = world.seed % len(records)
    line = "Role changed from Agent to Admin\n"
    escaped = len(line) + 1  # as JSON has it
    text = line * (length // escaped) + "x" * (length % escaped)
    records[place] = {**records[place], "change_description": text}
    return replace(world, drawn=replace(world.drawn, records=tuple(records)))


def _file(world: "World", rng: Random) -> "World":
    format_ = rng.choice(RESUMABLE)
    columns = rng.choice((None, None, "id,created_at,actor_name,change_description"))
    query = world.drawn.query
    if rng.random() < 0.9:
        query = replace(query, order=_in_time(query))
    kinds = [f for f in world.faults.kinds if f is not Fault.GZIP_BOMB]
    if query.offset:
        kinds = [f for f in kinds if f not in _ARRIVING]
    records = world.drawn.records
    if format_ in ("csv", "tsv") and columns is None:
        # The first rows decide the heading, and faults which rows are the first.
        records = tuple(_without_odd_fields(record) for record in records)
    return replace(
        world,
        drawn=replace(world.drawn, query=query, records=records),
        faults=replace(world.faults, kinds=tuple(kinds)),
        taken=None,
        file=FileWish(
            format_,
            columns,
            rng.random() < 0.3,
            tuple(_stop(rng) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4)))),
        ),
    )


def _in_time(query: Query) -> tuple[object, ...]:
    """The order, if it is one of time alone; else the newest first."""
    match query.order:
        case (key,) if key.operand == generate.COLUMNS["created_at"]:
            return query.order
        case _:
            return ()


def _without_odd_fields(record: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in record.items() if k not in ("details", "created_by")}


def _stop(rng: Random) -> Stop:
    how = rng.choice((How.KILL, How.KILL, How.POWER_CUT, How.CTRL_C))
    measure = rng.choice(tuple(Measure))
    match measure:
        case Measure.ROUNDS:
            at = 10 ** rng.uniform(0.8, 2.5)
        case Measure.SECONDS:
            at = 10 ** rng.uniform(-1.5, 2.2)
        case Measure.DISK_STEPS:
            at = rng.randint(1, 24)
    return Stop(how, measure, at, rng.choice((0, 1, 60, 3600)))


def _counted(world: "World", rng: Random) -> "World":
    is_range = rng.random() < 0.5
    query = replace(
        world.drawn.query,
        filter=_range(rng) if is_range else generate.random_api_test(rng),
        order=(),
        limit=None,
        offset=0,
        page_size=None,
        stages=(_COUNTED,),
        columns=(_NUMBER,),
    )
    return replace(world, drawn=replace(world.drawn, query=query), taken=None)


def _range(rng: Random) -> Filter:
    """A range of time, its ends beside or at seconds that many records share."""
    ends = sorted(rng.choice(SECONDS) + rng.choice((0, 0, 1)) for _ in range(2))
    return InRange(generate.COLUMNS["created_at"], *ends)


def _paged(world: "World", rng: Random) -> "World":
    query = world.drawn.query
    filter_ = query.filter if rng.random() < 0.5 else generate.random_api_test(rng)
    query = replace(
        query,
        filter=filter_,
        order=_in_time(query),
        limit=None,
        offset=0,
        page_size=None,
        page=OffsetPage(rng.choice((1, 1, 2, 2, 3, 4)), rng.choice((1, 3, 7, 20, 100))),
    )
    drawn = replace(world.drawn, query=query, most_boxes=1)
    try:
        planned(drawn)
    except QueryError:  # a look-up, or a list that is too long, has no pages
        return world
    return replace(world, drawn=drawn, taken=None)


def _at_the_cap(world: "World", rng: Random) -> "World":
    """Page after page of one record, so that one page holds the giant alone."""
    query = replace(world.drawn.query, order=(), limit=None, offset=0, page_size=1)
    kinds = tuple(f for f in world.faults.kinds if f not in _GROWING)
    records = world.drawn.records[:12]
    return replace(
        world,
        drawn=replace(world.drawn, query=query, records=records),
        faults=replace(world.faults, kinds=kinds),
        concurrency=1,
        most_requests=None,
        taken=None,
        giant=rng.choice((Giant.AT_THE_CAP, Giant.AT_THE_CAP, Giant.OVER_THE_CAP)),
    )

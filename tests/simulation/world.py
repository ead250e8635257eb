"""One seed, one world: an account, its line, a query.

In: a seed. Out: everything that the seed decides.
"""

import inspect
from dataclasses import dataclass, replace
from random import Random

import drawn_records
import end_to_end
import generate
from wishes import FileWish, Giant, wished

from auditql.emulator.faults import TRAITS, Fault, FaultPlan, Outcome, Reach
from auditql.emulator.settings import (
    ApiTokenAuth,
    Auth,
    BearerAuth,
    ClientCredentialsAuth,
    CursorStyle,
    LastPage,
    NoAuth,
    RateLimitKind,
    Settings,
    TieOrder,
)
from auditql.language.query import Filter, Not, Query
from auditql.providers.zendesk.reader import ZendeskReader

ORIGIN = "https://acme.test"
FOREIGN = "https://evil.test"
CANARY = "canary-7d4f"
"""Stands in every secret; nothing that a person sees may hold it."""

BODY_BYTES = 3 * 2**20
"""The reader's bound on a body here; what explodes grows beyond it."""

EPOCH_S = generate.NOW_S
"""The service's time when a run begins."""

NEWCOMERS = 4
SKEWS_S = (0, 0, 0, 0, 45, 90, 3000, -90, -3600, -34_560_000)
"""How far the machine's clock is behind the service's."""

_MINTING = tuple(f for f in Fault if TRAITS[f].reach is Reach.MINT)
_ENDING = (
    *(Fault.CURSOR_REFUSED,) * 4,
    *(Fault.REDIRECT,) * 3,
    *(Fault.RATE_LONG,) * 3,
    *(Fault.FORBIDDEN,) * 3,
    *(Fault.DEAD_TOKEN,) * 3,
    *(Fault.REVOKED,) * 2,
    *(Fault.SAME_CURSOR,) * 3,
    *(Fault.CURSOR_LOOP,) * 2,
    Fault.OUTAGE,
)
"""Faults that may end a run: one a world, the rarely met more often."""

_PASSING = tuple(
    f
    for f in Fault
    if TRAITS[f].outcome in (Outcome.HARMLESS, Outcome.HEALS)
    and f is not Fault.SKEWED_DATE
)
CONCURRENT = "concurrency" in inspect.signature(ZendeskReader).parameters


@dataclass(frozen=True)
class World:
    """Everything that one seed decides.

    Attributes:
        drawn: query, records and the account's habits.
        faults: what goes wrong.
        newcomers: records that may arrive, without their times.
        latency_s: bounds of the time that a request takes.
        behind_s: how far the machine's clock is behind the service's.
        concurrency: cursors at once, where the reader has several.
        most_requests: the run may make so many; None for no bound.
        taken: rows after which nobody wants more; None for all.
        file: the answer goes into a file, by the command line; None if not.
        giant: one record is larger than all others; None if not.
    """

    seed: int
    drawn: end_to_end.World
    faults: FaultPlan
    newcomers: tuple[dict[str, object], ...]
    latency_s: tuple[float, float]
    behind_s: int
    concurrency: int
    most_requests: int | None
    taken: int | None
    file: FileWish | None = None
    giant: Giant | None = None


def draw(seed: int) -> World:
    """The world of a seed: always the same for the same seed."""
    rng = Random(seed)
    behind_s = rng.choice(SKEWS_S)
    count = rng.choice((3, 30, 30, 60, 60, 130))
    records = [_odd(rng, r) for r in drawn_records.random_records(rng, count)]
    least = count // 16 + 1  # so that a walk has 16 pages at most
    query = Query(
        filter=_filter(rng),
        order=end_to_end._order(rng),
        limit=rng.choice((None, None, None, None, 1, 5, 40)),
        offset=rng.choice((0, 0, 0, 0, 1, 7)),
        page_size=rng.choice((None, *(max(least, n) for n in (1, 3, 3, 7, 7, 20)))),
        page=None,
        stages=(),
        columns=(),
        now_s=generate.NOW_S - behind_s,
        zone=rng.choice(generate.ZONES),
        text="",
    )
    settings = Settings(
        rate_limit=rng.choice(tuple(RateLimitKind)),
        per_minute=rng.choice((5, 20, 700)),
        start_included=rng.random() < 0.5,
        end_included=rng.random() < 0.5,
        ties=rng.choice(tuple(TieOrder)),
        last_page=rng.choice(tuple(LastPage)),
        cursor_style=rng.choice(tuple(CursorStyle)),
        auth=_auth(rng),
        seed=seed,
    )
    least_s = rng.choice((0.0, 0.02, 0.15))
    drawn = World(
        seed=seed,
        drawn=end_to_end.World(
            query, tuple(records), settings, rng.choice(end_to_end.MOST_BOXES)
        ),
        faults=_faults(rng),
        newcomers=tuple(_newcomers(rng)),
        latency_s=(least_s, least_s * rng.choice((1, 3))),
        behind_s=behind_s,
        concurrency=rng.randint(1, 16) if CONCURRENT else 1,
        most_requests=rng.choice((None,) * 15 + (3,)),
        taken=rng.choice((None,) * 15 + (2,)),
    )
    return wished(drawn)


def _filter(rng: Random) -> Filter:
    """Half of them let most records pass, so that there is much to read."""
    if rng.random() < 0.5:
        return Not(generate.random_test(rng))
    return generate.random_filter(rng, rng.choice((0, 0, 1, 2, 3)))


def _faults(rng: Random) -> FaultPlan:
    """A few kinds for each world, so that each has room to show itself."""
    if rng.random() < 0.6:
        kinds = rng.sample(_PASSING, rng.choice((0, 2, 4)))
        kinds.append(rng.choice(_ENDING))
    else:
        kinds = rng.sample(_PASSING, rng.choice((6, 10, 14)))
    if rng.random() < 0.3:
        kinds.append(rng.choice(_MINTING))
    return FaultPlan(
        seed=rng.randrange(2**40),
        kinds=tuple(kinds),
        share=rng.choice((0.4, 0.6, 0.9)),
        again=rng.choice((0.2, 0.5, 0.9)),
        bomb_bytes=BODY_BYTES + 1,
        giant_bytes=2**20,
        foreign=FOREIGN,
    )


def _auth(rng: Random) -> Auth:
    luck = rng.random()
    if luck < 0.2:
        return NoAuth()
    if luck < 0.45:
        return BearerAuth((f"{CANARY}-bearer",))
    if luck < 0.6:
        return ApiTokenAuth("ada@example.com", f"{CANARY}-token")
    return ClientCredentialsAuth("auditor", f"{CANARY}-secret", created_status=200)


def _odd(rng: Random, record: dict[str, object]) -> dict[str, object]:
    """A record with a field that nobody knows, now and then."""
    luck = rng.random()
    if luck < 0.1:
        record["details"] = {"of": [None, 1.25, {}], "more": True}
    elif luck < 0.15:
        record["created_by"] = None
    return record


def _newcomers(rng: Random) -> list[dict[str, object]]:
    """Records to come; the time they have here is replaced when they do."""
    found = []
    for number in range(NEWCOMERS):
        record = drawn_records.random_record(rng, 10_000 + number)
        found.append(record)
    return found


def without_faults(world: World) -> World:
    """The same world on a good line, to see what a fault has to do with it."""
    return replace(world, faults=replace(world.faults, kinds=()))

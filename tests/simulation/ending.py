"""What comes of a world when its plan is run in virtual time.

In: a world. Out: the rows, the error, and all that was seen on the way.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from random import Random

import loop
from end_to_end import planned
from watch import Sent, Watched
from wishes import Giant, with_giant
from world import BODY_BYTES, CONCURRENT, EPOCH_S, ORIGIN, World, without_faults

from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator
from auditql.emulator.faulty import FaultyEmulator
from auditql.emulator.faulty_transport import FaultyTransport
from auditql.emulator.settings import (
    ApiTokenAuth,
    Auth,
    BearerAuth,
    ClientCredentialsAuth,
    NoAuth,
)
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.auth import (
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    NoCredential,
)
from auditql.providers.zendesk.exchange import Bounds
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.providers.zendesk.secret import Secret
from auditql.results import completeness
from auditql.results.answer import execute_rows
from auditql.results.completeness import Completeness
from auditql.results.executor import execute

_CAPPED = (Giant.AT_THE_CAP, Giant.OVER_THE_CAP)


@dataclass
class Ending:
    """What came of a world.

    Attributes:
        line: the account with its faults, and their journal.
        rows: the records given out.
        counts: the answer to a count; empty where there is none.
        claim: what is claimed of the answer.
        error: what the run ended with; None for an answer.
        stopped: the rows were taken only so far.
        took_s: how long it took, by the loop's clock.
        sent: every request that left.
    """

    world: World
    plan: Plan
    line: FaultyEmulator
    rows: list[Record] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    claim: Completeness | None = None
    error: BaseException | None = None
    stopped: bool = False
    took_s: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)


def run(world: World) -> Ending:
    """What comes of a world."""
    return _run(_sized(world) if world.giant in _CAPPED else world)


def _sized(world: World) -> World:
    """The world, its giant as long as it must be: found by a run on a good line."""
    short = 2**16
    tried = _run(with_giant(without_faults(world), short))
    most = BODY_BYTES + (world.giant is Giant.OVER_THE_CAP)
    longest = max((sent.length for sent in tried.sent), default=short)
    return with_giant(world, short + most - longest)


def _run(world: World) -> Ending:
    made = planned(world.drawn)
    clock = Clock()
    emulator = Emulator(
        world.drawn.records, world.drawn.settings, clock=lambda: clock() + EPOCH_S
    )
    line = FaultyEmulator(
        emulator,
        world.faults,
        newcomers=world.newcomers,
        machine_clock=lambda: clock() + EPOCH_S - world.behind_s,
    )
    ending = Ending(world, made, line)
    try:
        loop.run(_read(ending, clock))
    except Exception as error:
        ending.error = error
    ending.claim = _claim(ending)
    return ending


def _claim(ending: Ending) -> Completeness:
    """What the client claims of such an answer."""
    if ending.stopped:
        return completeness.partial(completeness.UNREAD)
    reason = None if ending.error is None else str(ending.error)
    return completeness.of(ending.plan, ending.statistics, reason)


class Clock:
    """The loop's clock, for those who were made before the loop."""

    def __init__(self) -> None:
        self.read: Callable[[], float] = lambda: 0.0

    def __call__(self) -> float:
        return self.read()


async def _read(ending: Ending, clock: Clock) -> None:
    world = ending.world
    clock.read = asyncio.get_running_loop().time
    spread = Random(world.seed + 1)
    line = FaultyTransport(
        ending.line, latency=lambda: spread.uniform(*world.latency_s)
    )
    watched = Watched(line, ORIGIN, EPOCH_S)
    ending.sent = watched.sent
    options = {"concurrency": world.concurrency} if CONCURRENT else {}
    reader = ZendeskReader(
        ORIGIN,
        credential(world.drawn.settings.auth),
        statistics=ending.statistics,
        transport=watched,
        sleep=asyncio.sleep,
        clock=clock,
        chance=Random(world.seed + 2).random,
        bounds=Bounds(body_bytes=BODY_BYTES),
        most_requests=world.most_requests,
        **options,
    )
    async with reader:
        if world.drawn.query.stages:
            counted = execute_rows(
                ending.plan, reader, ending.warnings.append, ending.statistics
            )
            async with aclosing(counted):
                async for batch in counted:
                    ending.counts += (row["count"] for row in batch)
            return
        rows = execute(ending.plan, reader, ending.statistics, ending.warnings.append)
        try:
            async for row in rows:
                ending.rows.append(row)
                if len(ending.rows) == world.taken:
                    ending.stopped = True
                    break
        finally:
            await rows.aclose()
            ending.took_s = clock()


def credential(auth: Auth) -> Credential:
    """What proves who asks, to an account that wants this."""
    match auth:
        case NoAuth():
            return NoCredential()
        case BearerAuth((token,)):
            return Bearer(Secret(token, "token"))
        case ApiTokenAuth(email, token):
            return ApiToken(email, Secret(token, "token"))
        case ClientCredentialsAuth(name, secret):
            return ClientCredentials(name, Secret(secret, "secret"))
        case _:
            raise AssertionError(auth)

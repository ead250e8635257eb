"""What comes of a world when its plan is run in virtual time.

In: a world. Out: the rows, the error, and all that was seen on the way.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import loop
from watch import Sent, Watched
from world import BODY_BYTES, CONCURRENT, EPOCH_S, ORIGIN, World

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
from auditql.plan.planner import plan
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
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.providers.zendesk.secret import Secret
from auditql.results.executor import execute


@dataclass
class Ending:
    """What came of a world.

    Attributes:
        line: the account with its faults, and their journal.
        rows: the records given out.
        error: what the run ended with; None for an answer.
        stopped: the rows were taken only so far.
        took_s: how long it took, by the loop's clock.
        sent: every request that left.
    """

    world: World
    plan: Plan
    line: FaultyEmulator
    rows: list[Record] = field(default_factory=list)
    error: BaseException | None = None
    stopped: bool = False
    took_s: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)


def run(world: World) -> Ending:
    """What comes of a world."""
    made = plan(world.drawn.query, ZendeskSource(), most_boxes=world.drawn.most_boxes)
    clock = _Clock()
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
    return ending


class _Clock:
    """The loop's clock, for those who were made before the loop."""

    def __init__(self) -> None:
        self.read: Callable[[], float] = lambda: 0.0

    def __call__(self) -> float:
        return self.read()


async def _read(ending: Ending, clock: _Clock) -> None:
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
        _credential(world.drawn.settings.auth),
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


def _credential(auth: Auth) -> Credential:
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

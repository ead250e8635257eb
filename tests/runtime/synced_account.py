"""An account in process that a mirror is brought up to date with."""

import asyncio
from contextlib import closing

import httpx

from auditql.catalog.record import Record
from auditql.emulator import Emulator
from auditql.plan.model import Interval
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import COLUMNS, ORDER, Mirror, Place
from auditql.providers.mirror.verify import verify
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.runtime.syncing import Syncing, Work

NOW_S = 1_773_144_000
DAY_S = 86_400
BASE = "http://127.0.0.1:1"


class Account(httpx.AsyncBaseTransport):
    """An account in process; its requests may fail.

    Attributes:
        ahead_s: seconds by which its clock is ahead of this machine's.
        left: requests that are answered, then no more; None for all.
    """

    def __init__(self, records: list[dict[str, object]]) -> None:
        self.now_s = float(NOW_S)
        self.ahead_s = 0.0
        self.left: int | None = None
        self.asked = 0
        self.emulator = Emulator(records, clock=lambda: self.now_s + self.ahead_s)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked += 1
        if self.left is not None:
            if not self.left:
                raise httpx.ConnectError("refused", request=request)
            self.left -= 1
        return self.emulator.handle(request)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def _turn(
    account: Account,
    place: Place,
    since_s: int | None,
    concurrency: int,
    *,
    trims: bool,
) -> Work:
    statistics = Statistics()
    writer = MirrorWriter(place, clock=lambda: account.now_s)
    reader = ZendeskReader(
        BASE, statistics=statistics, transport=account, sleep=account.sleep,
        concurrency=concurrency,
    )  # fmt: skip
    try:
        async with reader:
            syncing = Syncing(reader, statistics, writer, lambda: account.now_s)
            work = await syncing.work(since_s, counts=True, trims=trims)
            await syncing.fill(work)
            return work
    finally:
        writer.close()


def turn(
    account: Account,
    place: Place,
    since_s: int | None = None,
    concurrency: int = 4,
    *,
    trims: bool = False,
) -> Work:
    """One turn of a sync, its reader and its writer made anew."""
    return asyncio.run(_turn(account, place, since_s, concurrency, trims=trims))


def held(place: Place) -> tuple[list[object], tuple[Interval, ...]]:
    """The records of a mirror that holds what was put into it, and its time."""
    mirror = Mirror(place)
    try:
        found = verify(mirror)
        assert found.is_sound, found
        with mirror.snapshot():
            rows = mirror.connection.execute(
                f"SELECT {COLUMNS} FROM record ORDER BY {ORDER}"
            )
            records = mirror.restored(rows)
        return [record.raw for record in records], mirror.covered()
    finally:
        mirror.close()


def settled(records: list[dict[str, object]], start_s: int, end_s: int) -> list[object]:
    """The records of a time in the order of answers: what a mirror must hold."""
    found = sorted(
        map(Record.from_json, records), key=lambda r: (-r.created_s, r.id)
    )  # fmt: skip
    return [r.raw for r in found if start_s <= r.created_s < end_s]


def prune(place: Place, before_s: int) -> None:
    """All time before a moment taken out of a mirror, for good."""
    with closing(MirrorWriter(place, clock=lambda: NOW_S)) as writer:
        writer.aim(before_s)
        writer.prune(before_s)

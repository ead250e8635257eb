"""A task that is cancelled stops the SQL that it waits for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asking_mirror
import pytest

from auditql.plan.model import ALWAYS
from auditql.plan.reader import Statistics
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.reader import MirrorReader

NUMBER = 6_000
SLOW = " or ".join(f"change_description ~ '(x*){n}$'" for n in range(60))
"""Takes some seconds over NUMBER texts, each long."""


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """A mirror of many different texts."""
    raws = (
        {"id": n, "change_description": f"{n} " + "xyz " * 200}
        for n in range(1, NUMBER)
    )
    opened = asking_mirror.mirror(tmp_path, raws)
    yield opened
    opened.close()


async def _pages(reader: MirrorReader, plan: asking_mirror.auditql.Plan) -> None:
    async for _ in reader.pages(plan.scans[0]):
        pass


async def _groups(reader: MirrorReader, _plan: asking_mirror.auditql.Plan) -> None:
    async for _ in reader.condensed([ALWAYS]):
        pass


@pytest.mark.parametrize(("read", "stage"), [(_pages, ""), (_groups, "| count")])
def test_a_cancelled_read_stops(
    mirror: Mirror,
    read: Callable[[MirrorReader, asking_mirror.auditql.Plan], Awaitable[None]],
    stage: str,
) -> None:
    """Within a second, and the loop has its turn all the while; then all is well."""
    plan = asking_mirror.compiled(f"({SLOW}) {stage}")
    turns: list[float] = []

    async def ticks() -> None:
        while True:
            turns.append(time.perf_counter())
            await asyncio.sleep(0)

    async def cancelled() -> float:
        reading = asyncio.ensure_future(
            read(MirrorReader(mirror, plan, Statistics()), plan)
        )
        ticking = asyncio.ensure_future(ticks())
        while len(turns) < 200:
            await asyncio.sleep(0)
        assert not reading.done()
        began = time.perf_counter()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        ticking.cancel()
        return time.perf_counter() - began

    assert asyncio.run(cancelled()) < 1.0
    assert {1} == asking_mirror.ids(mirror, "id = 1")

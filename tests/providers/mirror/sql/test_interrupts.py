"""A task that is cancelled stops the SQL that it waits for."""

import asyncio
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
"""Takes long over NUMBER texts, each long."""

STEP = 100
"""Instructions of SQLite that are a step; the whole read takes 50,000 steps."""

BEGUN, FEW = 50, 20_000
"""Steps after which it is stopped, and steps that a busy machine may add to them."""


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
    """After few more steps, and the loop has its turn meanwhile; then all is well."""
    plan = asking_mirror.compiled(f"({SLOW}) {stage}")
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    async def cancelled() -> int:
        reading = asyncio.ensure_future(
            read(MirrorReader(mirror, plan, Statistics()), plan)
        )
        while steps < BEGUN:
            assert not reading.done()
            await asyncio.sleep(0)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not reading.done()
        before = steps
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        return steps - before

    mirror.connection.set_progress_handler(step, STEP)
    assert asyncio.run(cancelled()) < FEW
    mirror.connection.set_progress_handler(None, 0)
    assert {1} == asking_mirror.ids(mirror, "id = 1")

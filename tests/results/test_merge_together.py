"""Streams that are waited for side by side: as exact as one by one."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from random import Random

import loop
import pytest

from auditql.catalog.record import Record
from auditql.errors import ApiError
from auditql.results.merge import merged
from auditql.results.together import MOST_AT_ONCE, together


@dataclass
class Seen:
    """What became of the streams of a merge."""

    begun: int = 0
    closed: int = 0
    taken: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class World:
    """Streams with waits, decided by a seed; one of them may break."""

    descending: bool
    streams: tuple[tuple[tuple[Record, ...], ...], ...]
    broken: int | None
    most: int | None
    stopped_s: float | None


def draw(seed: int) -> World:
    random = Random(seed)
    pool = [
        Record({"id": n}, n, random.randrange(12)) for n in range(random.randrange(60))
    ]
    descending = random.random() < 0.5
    streams = []
    for _ in range(random.randint(2, 90)):
        some = [r for r in pool if random.random() < 0.4]
        some.sort(key=lambda r: r.created_s, reverse=descending)
        cut = random.randint(1, 5)
        streams.append(
            tuple(tuple(some[i : i + cut]) for i in range(0, len(some), cut))
        )
    return World(
        descending,
        tuple(streams),
        broken=random.choice((None, None, random.randrange(len(streams)))),
        most=random.choice((None, None, 1, 10)),
        stopped_s=random.choice((None, None, None, random.random() * 3)),
    )


async def stream(
    world: World, place: int, seen: Seen, *, waits: bool
) -> AsyncGenerator[Sequence[Record], None]:
    """The batches of a stream, each after a time of its own."""
    random = Random(place)
    seen.begun += 1
    try:
        for batch in world.streams[place]:
            if waits:
                await asyncio.sleep(random.random())
            seen.taken[place] += 1
            yield batch
        if world.broken == place:
            raise ApiError(f"stream {place} is broken")
    finally:
        seen.closed += 1


async def answer(world: World, seen: Seen, *, waits: bool = True) -> list[object]:
    """The rows that come out, and how it ends."""
    found: list[object] = []
    streams = [stream(world, n, seen, waits=waits) for n in range(len(world.streams))]
    batches = merged(streams, descending=world.descending, told=lambda *_: None)
    try:
        async with asyncio.timeout(world.stopped_s if waits else None):
            async for batch in batches:
                found += [(record.created_s, record.id) for record in batch]
                if world.most is not None and len(found) >= world.most:
                    break
    except (ApiError, TimeoutError) as error:
        found.append(f"{type(error).__name__}: {error}")
    await batches.aclose()
    assert len(asyncio.all_tasks()) == 1
    return found


@pytest.mark.parametrize("seed", range(150))
def test_waiting_side_by_side_changes_nothing(seed: int) -> None:
    """Rows, order and error are those of streams that never wait; a stop gives a
    beginning of them. Every stream that was begun is closed, no task is left, and
    no stream is read further."""
    world = draw(seed)
    plain, seen = Seen(), Seen()
    expected = loop.run(answer(world, plain, waits=False))
    given = loop.run(answer(world, seen))
    assert seen.begun == seen.closed
    if "TimeoutError: " in given:
        given = given[:-1]
        expected = expected[: len(given)]
    assert expected == given
    if not any(isinstance(row, str) for row in expected):
        assert all(seen.taken[n] <= plain.taken[n] for n in seen.taken)


def test_an_error_comes_out_as_it_is() -> None:
    """No group of errors."""

    async def fail(number: int) -> None:
        await asyncio.sleep(0.5)
        raise ApiError(str(number))

    with pytest.raises(ApiError, match=r"^3$") as caught:
        loop.run(together(fail, [3, 1, 2]))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_failure_ends_the_others_at_once() -> None:
    """They would have taken an hour."""

    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)
        raise ApiError("soon")

    async def ends() -> float:
        with pytest.raises(ApiError):
            await together(work, [3_600, 1, 3_600])
        return asyncio.get_running_loop().time()

    assert loop.run(ends()) == 1


def test_a_wait_that_somebody_else_cancels_has_not_ended_well() -> None:
    """A stream that is cut off so is no stream at its end."""

    async def read() -> None:
        gone = asyncio.get_running_loop().create_future()
        gone.cancel()

        async def work(number: int) -> None:
            if number == 1:
                await gone

        with pytest.raises(asyncio.CancelledError):
            await together(work, [0, 1, 2])

    asyncio.run(read())


def test_nobody_takes_what_the_one_that_failed_leaves() -> None:
    """One connection for three: after the first was refused nobody asks again."""
    asked: list[int] = []

    async def ask_all() -> None:
        connection = asyncio.Semaphore(1)

        async def ask(number: int) -> None:
            async with connection:
                asked.append(number)
                await asyncio.sleep(1)
                raise ApiError("refused")

        with pytest.raises(ApiError, match="refused"):
            await together(ask, [1, 2, 3])

    loop.run(ask_all())
    assert asked == [1]


def test_a_thousand_are_not_begun_at_once() -> None:
    """However many there are, and all of them are done."""
    at_once = most = done = 0

    async def work(_number: int) -> None:
        nonlocal at_once, most, done
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(1)
        at_once -= 1
        done += 1

    loop.run(together(work, range(1_000)))
    assert (most, done) == (MOST_AT_ONCE, 1_000)

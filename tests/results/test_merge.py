"""Streams to one stream: by time, each record once, ids rising where they meet."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from random import Random

import pytest

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.results.merge import merged


def record(number: int, second: int, url: str = "") -> Record:
    return Record({"id": number, "url": url}, number, second)


async def stream(
    batches: Sequence[Sequence[Record]], taken: list[int] | None = None
) -> AsyncGenerator[Sequence[Record], None]:
    """The batches; `taken` is told of each one's length as it is taken."""
    for batch in batches:
        if taken is not None:
            taken.append(len(batch))
        yield batch


def merge(
    *streams: Sequence[Sequence[Record]], descending: bool = True
) -> tuple[list[tuple[int, int]], list[Code]]:
    """What comes out as (second, id), and the warnings."""
    told: list[Code] = []

    async def read() -> list[Record]:
        batches = merged(
            [stream(s) for s in streams],
            descending=descending,
            told=lambda code, *_: told.append(code),
        )
        return [r async for batch in batches for r in batch]

    return [(r.created_s, r.id) for r in asyncio.run(read())], told


def test_one_stream_keeps_its_order_within_a_second() -> None:
    """The API's order is the order; nothing is sorted."""
    given = [[record(5, 9), record(7, 9)], [record(6, 9), record(1, 2)]]
    assert ([(9, 5), (9, 7), (9, 6), (2, 1)], []) == merge(given)


def test_one_stream_gives_a_repeated_record_once() -> None:
    """A record on the seam of two pages comes on both."""
    given = [[record(5, 9), record(4, 9)], [record(4, 9), record(1, 2)]]
    assert ([(9, 5), (9, 4), (2, 1)], []) == merge(given)


def test_no_stream_gives_nothing() -> None:
    """As a plan without scans."""
    assert ([], []) == merge()


@pytest.mark.parametrize("descending", [True, False])
def test_streams_are_merged_by_time(descending: bool) -> None:
    """Ids rise within a second in both directions."""
    sign = 1 if descending else -1
    left = [[record(9, 3 * sign), record(2, 2 * sign)], [record(1, 1 * sign)]]
    right = [[record(3, 3 * sign)], [], [record(8, 2 * sign), record(7, 2 * sign)]]
    wanted = [(3, 3), (3, 9), (2, 2), (2, 7), (2, 8), (1, 1)]
    given, told = merge(left, right, descending=descending)
    assert ([(second * sign, number) for second, number in wanted], []) == (given, told)


def test_a_second_that_spans_pages_is_gathered_whole() -> None:
    """Else a later page of one stream would come behind the ids of the other."""
    left = [[record(9, 5)], [record(7, 5)], [record(3, 5), record(2, 1)]]
    right = [[record(8, 5)]]
    assert [(5, 3), (5, 7), (5, 8), (5, 9), (1, 2)] == merge(left, right)[0]


def test_equal_records_of_two_streams_come_once() -> None:
    """A record may lie in two boxes."""
    both = record(4, 5)
    assert ([(5, 4)], []) == merge([[both]], [[record(4, 5)]])


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), ([0], [False])])
def test_records_are_compared_as_json(one: object, other: object) -> None:
    """Python takes the values for equal; in the log they are two."""
    left, right = (Record({"id": 4, "new": new}, 4, 5) for new in (one, other))
    assert ([(5, 4), (5, 4)], [Code.SAME_ID]) == merge([[left, right]])
    assert ([(5, 4), (5, 4)], [Code.SAME_ID]) == merge([[left]], [[right]])


def test_one_id_with_two_contents_is_kept_twice_and_told() -> None:
    """The log should never change: both are evidence."""
    given, told = merge([[record(4, 5, "a")]], [[record(4, 5, "b")]])
    assert ([(5, 4), (5, 4)], [Code.SAME_ID]) == (given, told)


def test_an_id_in_two_seconds_is_two_records() -> None:
    """Equal means equal in everything; memory is of one second only."""
    assert [(5, 4), (3, 4)] == merge([[record(4, 5), record(4, 3)]])[0]


def test_what_is_held_back_is_a_second_and_a_batch_of_each() -> None:
    """A thousand batches are not read to give the first record."""
    taken: list[int] = []

    async def first() -> Record:
        streams = [
            stream([[record(n, 10_000 - n)] for n in range(1000)], taken)
            for _ in range(3)
        ]
        batches = merged(streams, descending=True, told=lambda *_: None)
        batch = await anext(batches)
        await batches.aclose()
        return batch[0]

    assert 0 == asyncio.run(first()).id
    assert len(taken) <= 6


@pytest.mark.parametrize("count", [1, 3])
def test_closing_closes_every_stream(count: int) -> None:
    """So that none of them asks for another page."""
    closed: list[int] = []

    async def endless(number: int) -> AsyncGenerator[Sequence[Record], None]:
        second = 1_000
        try:
            while True:
                second -= 1
                yield [record(number, second)]
        finally:
            closed.append(number)

    async def read() -> None:
        streams = [endless(number) for number in range(count)]
        batches = merged(streams, descending=True, told=lambda *_: None)
        await anext(batches)
        await batches.aclose()
        assert list(range(count)) == closed

    asyncio.run(read())


@pytest.mark.parametrize("seed", range(60))
def test_merging_is_sorting_without_repeats(seed: int) -> None:
    """Any streams in order give all their records in order, each once."""
    rng = Random(seed)
    pool = [record(n, rng.randrange(6)) for n in range(rng.randrange(30))]
    descending = rng.random() < 0.5
    streams = []
    for _ in range(rng.randint(2, 4)):
        some = [r for r in pool if rng.random() < 0.5]
        some.sort(key=lambda r: r.created_s, reverse=descending)
        cut = rng.randint(1, 5)
        streams.append([some[i : i + cut] for i in range(0, len(some), cut)])
    there = {r.id: r for s in streams for batch in s for r in batch}
    wanted = sorted(there.values(), key=lambda r: r.id)
    wanted.sort(key=lambda r: r.created_s, reverse=descending)
    given, told = merge(*streams, descending=descending)
    assert ([(r.created_s, r.id) for r in wanted], []) == (given, told)

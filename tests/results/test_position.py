"""The rest of an answer: what is out is left out, whatever comes beside it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from auditql.catalog.record import Record
from auditql.emulator import AsyncEmulatorTransport, Emulator, generate
from auditql.errors import PartialAnswer
from auditql.plan.cut import cut
from auditql.providers.zendesk.reader import ZendeskReader
from auditql.results.executor import execute, rows_out
from auditql.results.position import (
    OtherLog,
    Position,
    advanced,
    rest_of,
    without_those_out,
)
from auditql.runtime.compile import compile_text

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400


def record(number: int, second: int) -> Record:
    return Record({"id": number}, number, second)


def left(position: Position, *batches: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The ids of the batches that are left of pairs of id and second."""

    async def given() -> AsyncGenerator[Sequence[Record], None]:
        for batch in batches:
            yield [record(*pair) for pair in batch]

    async def read() -> list[list[int]]:
        rest = without_those_out(given(), compile_text("", now=NOW_S), position)
        return [[r.id for r in batch] async for batch in rest]

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("expected", "ids", "batches"),
    [
        ([[3]], (1, 2), ([(1, 9), (2, 9), (3, 9)],)),
        ([[3], [4]], (1, 2), ([(1, 9)], [(2, 9)], [(3, 9)], [(4, 8)])),
        ([[3, 4]], (1, 2), ([(3, 9), (1, 9)], [(2, 9), (4, 8)])),
        ([[1]], (1,), ([(1, 9), (1, 9)],)),
        ([], (1, 1), ([(1, 9), (1, 9)],)),
        ([[1]], (2,), ([(2, 9), (1, 8)],)),
    ],
)
def test_each_id_is_left_out_once_in_its_second(
    expected: list[list[int]],
    ids: tuple[int, ...],
    batches: tuple[Sequence[tuple[int, int]], ...],
) -> None:
    """In whatever batches they come, and whatever stands between them."""
    assert expected == left(Position(5, 9, ids), *batches)


@pytest.mark.parametrize(
    "batches", [([(3, 9)],), ([(3, 9), (4, 8)],), ([(3, 9)], [(1, 8)]), ()]
)
def test_nothing_is_given_where_what_is_out_is_not_there(
    batches: tuple[Sequence[tuple[int, int]], ...],
) -> None:
    """The second is over, or the log is: the rest is of another log."""
    with pytest.raises(OtherLog, match="no longer shows 1 of the records"):
        left(Position(5, 9, (1,)), *batches)


def test_the_rows_of_all_runs_are_out() -> None:
    """5 before, one that came again and is not counted, 2 new: 7 in all."""

    async def given() -> AsyncGenerator[Sequence[Record], None]:
        yield [record(1, 9), record(2, 9)]
        yield [record(3, 8)]
        raise PartialAnswer(f"the connection failed{rows_out(3)}")

    async def read() -> None:
        plan = compile_text("", now=NOW_S)
        async for _ in without_those_out(given(), plan, Position(5, 9, (1,))):
            pass

    words = "the connection failed; 7 rows are out, and more may follow"
    with pytest.raises(PartialAnswer, match=f"^{words}$"):
        asyncio.run(read())


def test_a_position_knows_the_ids_of_its_last_second_alone() -> None:
    """Batches that begin, go on with and leave a second behind."""
    first = advanced(None, [record(1, 9), record(2, 9)])
    assert Position(2, 9, (1, 2)) == first
    second = advanced(first, [record(3, 9)])
    assert Position(3, 9, (1, 2, 3)) == second
    assert Position(5, 8, (5,)) == advanced(second, [record(4, 9), record(5, 8)])
    assert second is advanced(second, [])
    assert advanced(None, []) is None


def test_an_answer_whose_limit_is_out_asks_for_nothing() -> None:
    """A stop between the last row and the end of the file."""
    plan = compile_text("action = login limit 3", now=NOW_S)
    assert 0 == rest_of(plan, Position(3, NOW_S, (1,))).limit


def test_what_is_wholly_out_is_not_asked_for_again() -> None:
    """Two boxes of other times: of the one that is out nothing is read."""
    records = tuple(generate(3, 300, NOW_S - 30 * DAY_S, NOW_S))
    emulator = Emulator(records, clock=lambda: float(NOW_S))
    plan = compile_text(
        "action = login and created_at >= -5d or action = update and created_at < -10d",
        now=NOW_S,
    )
    assert 2 == len(plan.scans)

    async def read() -> int:
        transport = AsyncEmulatorTransport(emulator)
        rest = cut(plan, NOW_S - 12 * DAY_S)
        async with ZendeskReader("http://127.0.0.1:9", transport=transport) as reader:
            return len([r async for r in execute(rest, reader)])

    assert asyncio.run(read()) > 0
    asked = {r.query.partition("filter%5Baction%5D=")[2][:6] for r in emulator.requests}
    assert {"update"} == asked

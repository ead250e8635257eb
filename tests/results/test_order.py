"""Sorting here: keys of any kind, missing values last, ties as they were read."""

from random import Random

import pytest

import auditql
from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.language.query import Column, SortKey
from auditql.results.order import Sorter

NOW = "2026-03-10T12:00:00Z"


def record(number: int, time: str = NOW, **more: object) -> Record:
    return Record.from_json({"id": number, "created_at": time} | more)


def ordered(order: str, *records: Record, tz: str = "UTC") -> list[int]:
    """The ids of records sorted as a query with that order sorts them."""
    plan = auditql.compile(f"action = login order by {order}", now=NOW, tz=tz)
    sorter = Sorter(plan.sort, plan.query.zone, None)
    sorter.add(records)
    return [r.id for r in sorter.sorted()]


def test_integers_are_ordered_as_numbers() -> None:
    """2 before 10; -1 before both."""
    rows = [record(1, actor_id=10), record(2, actor_id=2), record(3, actor_id=-1)]
    assert [3, 2, 1] == ordered("actor_id", *rows)
    assert [1, 2, 3] == ordered("-actor_id", *rows)


def test_text_is_ordered_by_code_point() -> None:
    """Capitals before small letters, an emoji behind the last of the old plane."""
    names = ("a", "Z", "é", "\U0001f980", "\uffee")
    rows = [record(n, actor_name=name) for n, name in enumerate(names)]
    assert [1, 0, 2, 4, 3] == ordered("actor_name", *rows)


def test_an_action_is_ordered_without_its_case() -> None:
    """As it is compared."""
    rows = [record(1, action="Login"), record(2, action="create")]
    assert [2, 1] == ordered("action", *rows)


@pytest.mark.parametrize("order", ["actor_name", "-actor_name"])
def test_missing_values_come_last_in_both_directions(order: str) -> None:
    """Null and absent alike, in the order they were read."""
    rows = [record(1), record(2, actor_name="x"), record(3, actor_name=None)]
    assert [2, 1, 3] == ordered(order, *rows)


@pytest.mark.parametrize("order", ["actor_id", "-actor_id"])
def test_ties_keep_the_order_of_reading(order: str) -> None:
    """In both directions: newest first stays newest first."""
    rows = [record(9, actor_id=7), record(3, actor_id=7), record(5, actor_id=7)]
    assert [9, 3, 5] == ordered(order, *rows)


def test_the_first_key_counts_most() -> None:
    """Each key has its own direction."""
    rows = [
        record(1, actor_id=1, actor_name="a"),
        record(2, actor_id=2, actor_name="b"),
        record(3, actor_id=1, actor_name="b"),
        record(4, actor_name="b"),
    ]
    assert [2, 3, 4, 1] == ordered("-actor_name, -actor_id", *rows)
    assert [3, 1, 2, 4] == ordered("actor_id, -actor_name", *rows)


@pytest.mark.parametrize(
    ("order", "tz", "wanted"),
    [
        ("hour(created_at)", "UTC", [2, 1, 3]),
        ("hour(created_at)", "Europe/Berlin", [3, 2, 1]),
        ("-weekday(created_at)", "UTC", [2, 1, 3]),
        ("weekday(created_at)", "Europe/Berlin", [1, 3, 2]),
        ("date(created_at), -id", "UTC", [2, 3, 1]),
        ("month(created_at), id", "UTC", [1, 2, 3]),
        ("bin(created_at, 1h), id", "UTC", [2, 1, 3]),
    ],
)
def test_functions_of_time_are_read_in_the_zone(
    order: str, tz: str, wanted: list[int]
) -> None:
    """Monday 05:00, Sunday 01:00 and Monday 23:30, an hour later in Berlin."""
    rows = [
        record(1, "2026-03-09T05:00:00Z"),
        record(2, "2026-03-08T01:00:00Z"),
        record(3, "2026-03-09T23:30:00Z"),
    ]
    assert wanted == ordered(order, *rows, tz=tz)


def test_functions_of_text() -> None:
    """lower and length; missing stays missing."""
    rows = [record(1, actor_name="bb"), record(2, actor_name="A"), record(3)]
    assert [2, 1, 3] == ordered("lower(actor_name)", *rows)
    assert [1, 2, 3] == ordered("-length(actor_name)", *rows)


def test_a_field_of_several_values_is_ordered_by_its_first() -> None:
    """`changed` of two lines is that of the first line."""
    rows = [
        record(1, change_description="Z changed from a to b\nA changed from a to b"),
        record(2, change_description="B changed from a to b"),
        record(3, change_description="Enabled"),
    ]
    assert [2, 1, 3] == ordered("changed", *rows)


KEYS = (
    SortKey(Column("actor_id", Kind.INTEGER), descending=True),
    SortKey(Column("actor_name", Kind.TEXT), descending=False),
)


def many(rng: Random, count: int) -> list[Record]:
    return [
        record(
            n,
            actor_id=rng.choice((None, 1, 2, 3)),
            actor_name=rng.choice((None, "a", "b")),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_the_first_ones_of_a_sort_are_a_sort_of_all(seed: int) -> None:
    """With `most` the same records come, however they were added."""
    rng = Random(seed)
    rows = many(rng, rng.choice((0, 5, 2_500)))
    most = rng.choice((0, 1, 7, 400))
    whole, part = Sorter(KEYS, "UTC", None), Sorter(KEYS, "UTC", most)
    whole.add(rows)
    place = 0
    while place < len(rows):
        size = rng.randint(1, 300)
        part.add(rows[place : place + size])
        place += size
    wanted = [r.id for r in whole.sorted()][:most]
    assert wanted == [r.id for r in part.sorted()]


def test_no_more_is_held_than_is_wanted() -> None:
    """About twice as many and a thousand, however many are added."""
    sorter = Sorter(KEYS, "UTC", 10)
    held = 0
    for number in range(300):
        sorter.add(many(Random(number), 100))
        held = max(held, len(sorter._rows))
    assert held <= 2 * 10 + 1_000 + 100
    assert 10 == len(sorter.sorted())

"""Conditions at the bounds of SQLite, and where its values differ from Python's."""

from collections.abc import Iterator
from pathlib import Path

import asking_mirror
import pytest

from auditql.catalog.limits import INT64_MAX, INT64_MIN
from auditql.language import query
from auditql.providers.mirror.opening import Mirror
from auditql.providers.mirror.sql.filters import where

RAWS = (
    {"id": 1, "actor_name": "Jane Doe", "actor_id": -1},
    {"id": 2, "actor_name": "42", "actor_id": INT64_MAX},
    {"id": 3, "actor_name": "0042", "actor_id": INT64_MIN},
    {"id": 4, "actor_name": "a\0b", "actor_id": 42},
    {"id": 5, "actor_name": "half \ud800 pair"},
    {"id": 6, "actor_name": "Kelvin \u212a, long \u017f", "actor_id": None},
    {"id": 7, "actor_name": "100%_[a]*?"},
    {"id": 8, "actor_name": None},
    {"id": 9, "actor_name": ""},
    {"id": 10, "created_at": "1969-12-31T23:59:59Z"},
    {"id": 11, "created_at": "1931-05-07T11:12:13Z"},
)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """The mirror of RAWS."""
    opened = asking_mirror.mirror(tmp_path, RAWS)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("actor_name = '42'", {2}),
        ("actor_name in ('42', '0042', 'none')", {2, 3}),
        ("actor_name = 'a\\u0000b'", {4}),
        ("actor_name < 'a\\u0000c' and actor_name >= 'a'", {4}),
        ("actor_name contains '\\ud800'", {5}),
        ("actor_name ~ 'half \\ufffd'", {5}),
        ("length(actor_name) = 3", {4}),
        ("actor_name contains 'kelvin k'", {6}),
        ("actor_name ~* 'LONG S'", {6}),
        ("actor_name ilike '%KELVIN _, long s'", {6}),
        ("actor_name like '100\\\\%\\\\_[a]*?'", {7}),
        ("actor_name like '%[a]%'", {7}),
        ("actor_name like '%*?'", {7}),
        ("actor_name contains '%_['", {7}),
        ("actor_name is null", {8, 10, 11}),
        ("actor_name = ''", {9}),
        ("not (actor_name contains '') ", {8, 10, 11}),
        ("actor_name != '42' and actor_name is not null", {1, 3, 4, 5, 6, 7, 9}),
        ("lower(actor_name) = 'jane doe'", {1}),
        (f"actor_id = {INT64_MAX}", {2}),
        (f"actor_id <= {INT64_MIN}", {3}),
        ("actor_id < 0", {1, 3}),
        ("not actor_id < 0 and not actor_name is null", {2, 4, 5, 6, 7, 9}),
        ("created_at < 1970-01-01", {10, 11}),
        ("hour(created_at) = 23", {10}),
        ("weekday(created_at) = thu", {11}),
        ("weekday(created_at) = wed", {10}),
        ("bin(created_at, 7m) < 1970-01-01", {10, 11}),
    ],
)
def test_a_condition_means_what_the_filter_means(
    mirror: Mirror, text: str, ids: set[int]
) -> None:
    """What the filter lets pass, tested at once and one by one."""
    assert ids == asking_mirror.ids(mirror, text)
    assert where(asking_mirror.compiled(text).query.filter, "UTC").is_exact


def test_the_clock_of_a_zone_is_asked_of_python(mirror: Mirror) -> None:
    """An hour and a weekday of another zone than UTC."""
    assert {10} == asking_mirror.ids(
        mirror, "hour(created_at) = 5 and weekday(created_at) = thu", "Asia/Kolkata"
    )


def test_a_list_of_ten_thousand_is_one_parameter(mirror: Mirror) -> None:
    """Numbers and texts alike."""
    numbers = ", ".join(str(n) for n in range(5, 10_005))
    assert set(range(5, 12)) == asking_mirror.ids(mirror, f"id in ({numbers})")
    texts = ", ".join(f"'{n}'" for n in range(10_000))
    assert {2} == asking_mirror.ids(mirror, f"actor_name in ({texts})")


def test_a_long_chain_is_no_deep_expression(mirror: Mirror) -> None:
    """Thousands of alternatives; SQLite takes no more than 1,000 levels."""
    tests = " or ".join(f"actor_id between {n} and {n}" for n in range(-1, 1_500))
    assert {1, 4} == asking_mirror.ids(mirror, tests)


def test_what_is_too_much_for_sqlite_is_let_through(mirror: Mirror) -> None:
    """Hundreds of texts to look for: all records, to be checked elsewhere."""
    terms = " or ".join(f"actor_name contains 'x{n}'" for n in range(300))
    filter_ = asking_mirror.compiled(terms).query.filter
    for one in (filter_, query.Not(filter_)):
        sql = where(one, "UTC")
        assert not sql.is_exact
        assert asking_mirror.run(mirror, sql) == {raw["id"] for raw in RAWS}


def test_nesting_is_said_as_deep_as_sqlite_takes_it(mirror: Mirror) -> None:
    """A hundred levels, the most that a query may have: what is too deep is let by."""
    text = "actor_id = 42"
    for level in range(48):
        text = f"not ({text} or actor_name = 'x{level}')"
        sql = where(asking_mirror.compiled(text).query.filter, "UTC")
        ids = asking_mirror.run(mirror, sql)
        assert sql.is_exact == (level < 9)
        if sql.is_exact:
            assert ids == asking_mirror.ids(mirror, text)
            assert (4 in ids) == (level % 2 == 1)
        else:
            assert ids == {raw["id"] for raw in RAWS}


def test_an_address_of_a_record_is_no_column(mirror: Mirror) -> None:
    """`url` is not said: a superset on both sides of a `not`."""
    for text in ("url contains 'nowhere'", "url is not null", "not url is null"):
        sql = where(asking_mirror.compiled(text).query.filter, "UTC")
        assert not sql.is_exact
        assert asking_mirror.run(mirror, sql) == {raw["id"] for raw in RAWS}


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_beyond_64_bits_is_let_through(mirror: Mirror, number: int) -> None:
    """SQLite has no such number."""
    actor = asking_mirror.compiled("actor_id = 1").query.filter.operand
    for node in (
        query.OneOf(actor, (number,)),
        query.Compare(actor, query.Order.LT, number),
        query.Between(actor, 0, number),
    ):
        sql = where(node, "UTC")
        assert not sql.is_exact
        assert asking_mirror.run(mirror, sql) == {raw["id"] for raw in RAWS}

"""Offset pages: numbers, depth, sorts, count, links."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from auditql.emulator import Emulator, RecordStore, Settings
from auditql.emulator.errors import DEPTH_DETAIL, DEPTH_TITLE
from auditql.emulator.settings import TieOrder, Unknown


@pytest.fixture
def account(record) -> list[dict]:
    """Seven records in three seconds by three actors, one of them unknown."""
    return [
        record(1, 0, actor_id=9),
        record(2, 1, actor_id=8),
        record(3, 1, actor_id=9),
        record(4, 1, actor_id=-1),
        record(5, 2, actor_id=8),
        record(6, 2, actor_id=None),
        record(7, 2, actor_id=9),
    ]


@pytest.fixture(scope="module")
def large() -> RecordStore:
    """A store of 10,300 records, all in one second."""
    return RecordStore(
        {"id": n, "created_at": "2026-01-01T00:00:00Z"} for n in range(10_300)
    )


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [5, 6, 7, 2, 3, 4, 1]),
        ("sort_order=desc", [5, 6, 7, 2, 3, 4, 1]),
        ("sort_order=asc", [1, 2, 3, 4, 5, 6, 7]),
        ("sort_by=created_at&sort_order=asc", [1, 2, 3, 4, 5, 6, 7]),
        ("sort_by=actor_id&sort_order=asc", [6, 4, 2, 5, 1, 3, 7]),
        ("sort_by=actor_id", [1, 3, 7, 2, 5, 4, 6]),
        ("sort_by=actor_id&sort_order=asc&per_page=3&page=2", [5, 1, 3]),
        ("per_page=3", [5, 6, 7]),
        ("per_page=3&page=2", [2, 3, 4]),
        ("per_page=3&page=3", [1]),
        ("per_page=3&page=4", []),
        ("page=2&per_page=4&sort_order=asc", [5, 6, 7]),
        ("per_page=2&sort=created_at", [5, 6]),
        ("per_page=2&filter[actor_id]=9", [7, 3]),
    ],
)
def test_an_offset_page_holds(ask, account, query, ids) -> None:
    """Newest first by default; `sort` belongs to the other style."""
    assert ids == ask(Emulator(account), query).ids


def test_offset_pages_may_mirror_too(ask, account) -> None:
    """The setting for ids within a second holds in both styles."""
    emulator = Emulator(account, Settings(ties=TieOrder.IDS_FALL))
    assert ask(emulator).ids == [7, 6, 5, 4, 3, 2, 1]


def test_count_tells_all_matching_records(ask, account) -> None:
    """One record a page and the count of all: that is a cheap count."""
    body = ask(Emulator(account), "per_page=1&filter[actor_id]=9").body
    assert list(body) == ["audit_logs", "next_page", "previous_page", "count"]
    assert body["count"] == 3


def test_links_of_offset_pages(ask, account) -> None:
    """Links repeat the address with another number; ends have none."""
    emulator = Emulator(account)
    first = ask(emulator, "per_page=3&filter[action]=update").body
    second = ask(emulator, "per_page=3&page=2&filter[action]=update").body
    third = ask(emulator, "per_page=3&page=3&filter[action]=update").body
    assert first["previous_page"] is None
    assert third["next_page"] is None
    assert first["next_page"].startswith("https://x.test/api/v2/audit_logs.json?")
    assert parse_qsl(urlsplit(second["next_page"]).query) == [
        ("per_page", "3"),
        ("filter[action]", "update"),
        ("page", "3"),
    ]
    assert second["previous_page"].endswith("&page=1")


def test_a_hundred_is_the_most(ask, large) -> None:
    """Asking for more gives a hundred, as does asking for nothing."""
    emulator = Emulator(large)
    assert list(range(100)) == ask(emulator, "per_page=1000").ids
    assert list(range(100)) == ask(emulator).ids
    assert ask(emulator).body["count"] == 10_300


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=100", 200),
        ("page=101", 400),
        ("page=1000&per_page=10", 200),
        ("page=1001&per_page=10", 400),
        ("page=10000&per_page=1", 200),
        ("page=10001&per_page=1", 400),
        ("page=101&per_page=1000", 400),
        ("page=999999999", 400),
    ],
)
def test_depth_ends_at_ten_thousand_records(ask, large, query, status) -> None:
    """Beyond, the 400 has the body that clients have reported."""
    reply = ask(Emulator(large), query)
    assert status == reply.status
    if status == 400:
        assert reply.body == {
            "errors": [
                {
                    "code": "InvalidPaginationDepth",
                    "title": DEPTH_TITLE,
                    "detail": DEPTH_DETAIL,
                }
            ]
        }


def test_the_body_of_the_depth_limit_is_the_reported_one() -> None:
    """To the letter."""
    assert DEPTH_TITLE == (
        "Pagination requests using Offset Pagination are limited to page 100 or up "
        "to 10000 records (page * per_page)"
    )
    assert DEPTH_DETAIL.startswith("There are limits to the page depth in Offset")
    assert "Please switch to Cursor Pagination at the earliest" in DEPTH_DETAIL


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=two", "page"),
        ("page=", "page"),
        ("page[]=1", "page"),
        ("per_page=0", "per_page"),
        ("per_page=many", "per_page"),
        ("per_page[]=1", "per_page"),
    ],
)
def test_numbers_must_be_numbers(ask, account, query, name) -> None:
    """A 400 names what was wrong."""
    reply = ask(Emulator(account), query)
    assert reply.status == 400
    assert f" {name} attribute" in reply.body["error"]["message"]


@pytest.mark.parametrize(
    "query", ["sort_by=nonsense", "sort_order=sideways", "sort_by[]=actor_id"]
)
def test_sorts_nobody_knows(ask, account, query) -> None:
    """Refused by default, dropped if the settings say so."""
    assert ask(Emulator(account), query).status == 400
    lenient = Emulator(account, Settings(unknown=Unknown.IGNORE))
    assert ask(lenient, query).ids == [5, 6, 7, 2, 3, 4, 1]


def test_the_last_plain_page_wins_over_a_nested_one(ask, account) -> None:
    """Rack overwrites the nest, which turns a cursor page into an offset page."""
    reply = ask(Emulator(account), "page[size]=2&page=1")
    assert reply.body["count"] == 7
    assert ask(Emulator(account), "page=1&page[size]=2").status == 400

"""Cursor pages: walks, ends, links, orders, refusals."""

from collections import Counter
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditql.emulator import Emulator, Settings, lists
from auditql.emulator.answers import Call
from auditql.emulator.settings import CursorStyle, LastPage, TieOrder


@pytest.fixture
def account(record) -> list[dict]:
    """Nine records in four seconds; ids do not follow time everywhere."""
    seconds = {1: 0, 2: 1, 3: 1, 4: 1, 5: 2, 9: 3, 8: 3, 7: 3, 6: 3}
    return [record(number, second) for number, second in seconds.items()]


RISING = [1, 2, 3, 4, 5, 6, 7, 8, 9]
FALLING = [6, 7, 8, 9, 5, 2, 3, 4, 1]


def walk(ask, emulator, query) -> list:
    """All pages by `after_cursor` until `has_more` is false."""
    pages = [ask(emulator, query)]
    while pages[-1].body["meta"]["has_more"]:
        cursor = quote(pages[-1].body["meta"]["after_cursor"], safe="")
        pages.append(ask(emulator, f"{query}&page[after]={cursor}"))
        assert len(pages) < 100
    return pages


@pytest.mark.parametrize("style", list(CursorStyle))
@pytest.mark.parametrize("size", range(1, 11))
@pytest.mark.parametrize(
    ("sort", "ties", "ids"),
    [
        ("", TieOrder.IDS_RISE, FALLING),
        ("&sort=-created_at", TieOrder.IDS_RISE, FALLING),
        ("&sort=-created_at", TieOrder.IDS_FALL, RISING[::-1]),
        ("&sort=created_at", TieOrder.IDS_RISE, RISING),
        ("&sort=created_at", TieOrder.IDS_FALL, RISING),
    ],
)
def test_a_walk_shows_every_record_once_in_order(
    ask, account, size, sort, ties, ids, style
) -> None:
    """Whatever the page size, also where a page ends inside a second."""
    emulator = Emulator(account, Settings(ties=ties, cursor_style=style))
    pages = walk(ask, emulator, f"page[size]={size}{sort}")
    assert ids == [number for page in pages for number in page.ids]
    assert {200} == {page.status for page in pages}
    assert -(-9 // size) == len(pages)


def test_a_page_is_as_long_as_asked_or_a_hundred(ask, record) -> None:
    """Without a size a page of cursors holds a hundred."""
    emulator = Emulator([record(n) for n in range(150)])
    assert len(ask(emulator, "page[size]=100").ids) == 100
    first = ask(emulator, "page[size]=30")
    cursor = quote(first.body["meta"]["after_cursor"])
    assert list(range(30, 130)) == ask(emulator, f"page[after]={cursor}").ids


def test_a_page_in_front_of_a_cursor(ask, account) -> None:
    """`page[before]` gives the rows just before, in the order of the list."""
    emulator = Emulator(account)
    pages = walk(ask, emulator, "page[size]=2")
    cursor = quote(pages[2].body["meta"]["before_cursor"], safe="")
    before = ask(emulator, f"page[size]=2&page[before]={cursor}")
    assert pages[1].ids == before.ids
    assert before.body["meta"]["has_more"] is True
    cursor = quote(pages[1].body["meta"]["before_cursor"], safe="")
    first = ask(emulator, f"page[size]=3&page[before]={cursor}")
    assert pages[0].ids == first.ids
    assert first.body["meta"]["has_more"] is False


def test_a_cursor_is_a_position_not_a_count(ask, account, record) -> None:
    """Records that come later do not shift the rest of a walk."""
    cursor = ask(Emulator(account), "page[size]=4").body["meta"]["after_cursor"]
    later = Emulator([*account, record(50, 59), record(51, 59)])
    query = f"page[size]=9&page[after]={quote(cursor, safe='')}"
    assert FALLING[4:] == ask(later, query).ids


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=1&sort_by=actor_id&sort_order=asc",
        "page[size]=1&sort_by=created_at&sort_order=asc",
        "page[size]=1&per_page=7&sort_by=nonsense&sort_order=sideways",
    ],
)
def test_offset_sorting_is_dropped_without_a_word(ask, account, query) -> None:
    """The trap of the real service: 200, and the default order."""
    assert FALLING[:1] == ask(Emulator(account), query).ids


@pytest.mark.parametrize("sort", ["id", "-id", "actor_id", "", "-", "created_at,id"])
def test_other_sorts_are_refused(ask, account, sort) -> None:
    """Only created_at is known to sort cursor pages."""
    reply = ask(Emulator(account), f"page[size]=1&sort={sort}")
    assert reply.status == 400
    assert reply.body == {
        "error": "InvalidPaginationParameter",
        "description": "sort is not valid",
    }


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=1&page[after]=nonsense",
        "page[size]=1&page[before]=nonsense",
        "page[size]=1&page[after][]=x",
        "page[size]=1&page[after]=",
        "page[size]=1&page[after]={after}&page[before]={after}",
        "page[size]=1&sort=created_at&page[after]={after}",
    ],
)
def test_cursors_that_are_none_are_refused(ask, account, query) -> None:
    """Damaged, double, or of another order."""
    emulator = Emulator(account)
    after = ask(emulator, "page[size]=1").body["meta"]["after_cursor"]
    reply = ask(emulator, query.format(after=quote(after, safe="")))
    assert reply.status == 400
    assert reply.body["error"] == "InvalidPaginationParameter"


def test_an_unescaped_plus_spoils_a_cursor(ask, account) -> None:
    """A plus is a blank to the server: not escaping is found out."""
    emulator = Emulator(account, Settings(cursor_style=CursorStyle.BINARY))
    after = ask(emulator, "page[size]=1").body["meta"]["after_cursor"]
    assert "+" in after
    assert ask(emulator, f"page[size]=1&page[after]={after}").status == 400
    escaped = quote(after, safe="")
    assert ask(emulator, f"page[size]=1&page[after]={escaped}").status == 200


@pytest.mark.parametrize("size", ["0", "101", "-1", "ten", "", "1.5", "1e1"])
def test_a_page_size_is_one_to_a_hundred(ask, account, size) -> None:
    """Anything else is named in the body of the 400."""
    reply = ask(Emulator(account), f"page[size]={size}")
    assert reply.status == 400
    assert reply.body["error"]["title"] == "Invalid attribute"
    assert "page.size" in reply.body["error"]["message"]


@pytest.mark.parametrize("query", ["page[number]=2", "page[size]=1&page[x]=y"])
def test_other_page_parameters_are_refused(ask, account, query) -> None:
    """Only size, after and before are on the page."""
    assert ask(Emulator(account), query).status == 400


def test_an_empty_page_carries_nothing(ask) -> None:
    """No rows, no cursors, no links, as recorded."""
    assert ask(Emulator([]), "page[size]=5").body == {
        "audit_logs": [],
        "meta": {"has_more": False, "after_cursor": None, "before_cursor": None},
        "links": {"next": None, "prev": None},
    }


@pytest.mark.parametrize(
    ("rule", "has_cursor", "has_next"),
    [
        (LastPage.LINKED, True, True),
        (LastPage.CURSOR_ONLY, True, False),
        (LastPage.BARE, False, False),
    ],
)
def test_what_a_last_page_carries(ask, account, rule, has_cursor, has_next) -> None:
    """A last page may carry a cursor and a link; they lead to nothing."""
    emulator = Emulator(account, Settings(last_page=rule))
    body = ask(emulator, "page[size]=9").body
    assert body["meta"]["has_more"] is False
    assert has_cursor == (body["meta"]["after_cursor"] is not None)
    assert has_next == (body["links"]["next"] is not None)
    if has_cursor:
        cursor = quote(body["meta"]["after_cursor"], safe="")
        after = ask(emulator, f"page[size]=9&page[after]={cursor}").body
        assert after["audit_logs"] == []
        assert after["meta"]["has_more"] is False


def test_last_pages_are_mixed_as_recorded(ask, record) -> None:
    """By default, 49 of 62 have everything, 10 a cursor alone, 3 neither."""
    kinds: Counter = Counter()
    for number in range(1, 1001):
        body = ask(Emulator([record(number)]), "page[size]=2").body
        has_cursor = body["meta"]["after_cursor"] is not None
        kinds[has_cursor, body["links"]["next"] is not None] += 1
        assert body["meta"]["has_more"] is False
    assert set(kinds) == {(True, True), (True, False), (False, False)}
    assert abs(kinds[True, True] / 1000 - 49 / 62) < 0.06
    assert abs(kinds[True, False] / 1000 - 10 / 62) < 0.05


def test_pages_with_more_always_lead_on(ask, record) -> None:
    """Every page but the last has a cursor and a link; most look back too."""
    emulator = Emulator([record(n, n % 60) for n in range(300)])
    pages = walk(ask, emulator, "page[size]=4")[:-1]
    assert len(pages) == 74
    assert all(page.body["links"]["next"] for page in pages)
    without_prev = sum(page.body["links"]["prev"] is None for page in pages)
    assert 0 < without_prev < 20
    assert pages[0].body["meta"]["before_cursor"] is not None


def test_links_lead_to_the_neighbouring_pages(ask, account) -> None:
    """A link repeats the caller's address with another cursor."""
    emulator = Emulator(account, Settings(last_page=LastPage.LINKED))
    query = "page[size]=4&filter[action][]=update&filter[ip_address]=192.0.2.1"
    first = ask(emulator, query)
    parts = urlsplit(first.body["links"]["next"])
    assert (parts.scheme, parts.netloc) == ("https", "x.test")
    assert parts.path == "/api/v2/audit_logs.json"
    assert parse_qsl(parts.query) == [
        ("page[size]", "4"),
        ("filter[action][]", "update"),
        ("filter[ip_address]", "192.0.2.1"),
        ("page[after]", first.body["meta"]["after_cursor"]),
    ]
    second = ask(emulator, parts.query)
    assert FALLING[4:8] == second.ids
    back = urlsplit(second.body["links"]["prev"])
    assert first.ids == ask(emulator, back.query).ids


def test_links_may_name_another_host(ask, account) -> None:
    """Recorded links did; a client must not follow them with its token."""
    emulator = Emulator(account, Settings(link_origin="https://evil.test"))
    links = ask(emulator, "page[size]=4").body["links"]
    assert links["next"].startswith("https://evil.test/api/v2/audit_logs.json?")


def test_hostile_parameters_stay_inside_their_json(ask, record) -> None:
    """Quotes in the raw query come back in a link as they were sent."""
    emulator = Emulator([record(n, action='"\\') for n in range(5)])
    raw = 'page[size]=2&filter[action]="\\'
    reply = ask(emulator, raw)
    assert reply.ids == [0, 1]
    assert raw in reply.body["links"]["next"]


PARTS = st.sampled_from(
    [
        "page[size]=2",
        "page%5Bsize%5D=3",
        "page[size]",
        "page=1",
        "page[before]",
        "page[after]",
        "sort=created_at",
        "filter[action]=update",
        "filter[action][]=update",
        "filter[actor_id]=x",
        "page[after]={after}",
        "page%5Bafter%5D={after}",
        "page[before]={after}",
        "page[after]=nonsense",
        "page[after]=%zz",
        "colour=red",
        "",
    ]
)


@given(queries=st.lists(st.lists(PARTS, max_size=4), min_size=1, max_size=6))
def test_earlier_requests_change_no_answer(queries) -> None:
    """What a walk leaves behind for its next page is right for every query."""
    records = [
        {"id": n, "action": "update", "created_at": f"2026-01-01T00:00:0{n // 2}Z"}
        for n in range(8)
    ]
    old = Emulator(records)
    first = old.answer(Call("GET", "/api/v2/audit_logs", "page[size]=2")).body
    after = first.split(b'"after_cursor":"')[1].split(b'"')[0].decode()
    for parts in queries:
        query = "&".join(parts).format(after=quote(after, safe=""))
        call = Call("GET", "/api/v2/audit_logs", query)
        assert Emulator(records).answer(call).body == old.answer(call).body


def test_forgetting_changes_no_answer(ask, account, monkeypatch) -> None:
    """What is kept is bounded; what was forgotten is made again."""
    queries = [f"page[size]=2&filter[actor_id]={n}" for n in (7, 8, 7, 9, 7)]
    expected = [ask(Emulator(account), query).body for query in queries]
    monkeypatch.setattr(lists, "PAGES_KEPT_BYTES", 2000)
    monkeypatch.setattr(lists, "VIEWS_KEPT", 1)
    emulator = Emulator(account)
    assert expected == [ask(emulator, query).body for query in queries]
    walks = [walk(ask, emulator, queries[0]) for _ in range(2)]
    ids = [[number for page in pages for number in page.ids] for pages in walks]
    assert [FALLING, FALLING] == ids

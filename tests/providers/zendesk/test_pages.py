"""What a page must be to be believed, as tables of bytes."""

import json

import pytest

from auditql.catalog.limits import INT64_MAX
from auditql.catalog.strict_json import MOST_DIGITS
from auditql.providers.zendesk import pages
from auditql.providers.zendesk.pages import BadPage, Page

JSON = "application/json; charset=utf-8"
RAW = {"id": 5, "created_at": "2026-01-01T00:00:00Z"}
MORE = {"has_more": True, "after_cursor": "abc=", "before_cursor": None}
LAST = {"has_more": False, "after_cursor": None}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", JSON, " Application/JSON ;charset=x", "application/json;"],
)
def test_json_is_read_as_what_it_says(content_type: str) -> None:
    """Ids to 64 bits, surrogates, any order of keys."""
    body = b'{"b": 9223372036854775807, "a": "\\ud800", "c": [1.5, true, null]}'
    found = pages.decode(body, content_type)
    assert {"b": INT64_MAX, "a": "\ud800", "c": [1.5, True, None]} == found
    assert ["b", "a", "c"] == list(found)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/html", "text/plain", "application/jsonx", "text/json", "x" * 500],
)
def test_another_content_type_is_a_bad_page(content_type: str) -> None:
    """Also around a body that would be one."""
    with pytest.raises(BadPage, match="not JSON") as caught:
        pages.decode(b'{"audit_logs":[],"meta":{"has_more":false}}', content_type)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "broken JSON"),
        (b" ", "broken JSON"),
        (b"<html>", "broken JSON"),
        (b'{"a":1', "broken JSON"),
        (b'{"a":1}x', "broken JSON"),
        (b'{"a":1}{"a":1}', "broken JSON"),
        (b"\xef\xbb\xbf{}", "broken JSON"),
        (b"{'a':1}", "broken JSON"),
        (b'{"a":01}', "broken JSON"),
        (b'{"a":"\x01"}', "broken JSON"),
        (b'{"a":"\xff"}', "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b'{"a":1,"a":2}', "a key twice"),
        (b'{"x":[{"a":1,"a":1}]}', "a key twice"),
        (b'{"a":1,"\\u0061":2}', "a key twice"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":1e999}', "monstrous number"),
        (b'{"a":' + b"9" * 5000 + b"}", "monstrous number"),
        (b'{"a":-' + b"9" * MOST_DIGITS + b"}", "monstrous number"),
        (b'{"a":0.' + b"1" * 5000 + b"}", "monstrous number"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_bytes_that_are_not_strict_json_are_a_bad_page(body: bytes, said: str) -> None:
    """Never a crash, never half of it."""
    with pytest.raises(BadPage, match=said):
        pages.decode(body, JSON)


@pytest.mark.parametrize(
    ("meta", "has_more", "after"),
    [
        (MORE, True, "abc="),
        (LAST, False, None),
        ({"has_more": False, "after_cursor": "abc="}, False, "abc="),
        ({"has_more": False, "after_cursor": ""}, False, None),
        ({"has_more": False}, False, None),
    ],
)
def test_only_has_more_says_that_a_page_follows(
    meta: object, has_more: bool, after: str | None
) -> None:
    """49 of 63 recorded last pages had a cursor and a link; links are not read."""
    links = {"next": "https://evil.example/", "prev": 7}
    page = pages.cursor_page({"audit_logs": [RAW], "meta": meta, "links": links})
    assert (has_more, after) == (page.has_more, page.after)
    assert [5] == [record.id for record in page.records]


def test_an_empty_last_page_is_an_answer() -> None:
    """No records, and nothing follows."""
    assert Page([], False, None) == pages.cursor_page({"audit_logs": [], "meta": LAST})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "meta.has_more"),
        ([], "meta.has_more"),
        ({}, "meta.has_more"),
        ({"audit_logs": []}, "meta.has_more"),
        ({"audit_logs": [], "meta": None}, "meta.has_more"),
        ({"audit_logs": [], "meta": []}, "meta.has_more"),
        ({"audit_logs": [], "meta": {}}, "meta.has_more"),
        ({"audit_logs": [], "meta": {"has_more": None}}, "meta.has_more"),
        ({"audit_logs": [], "meta": {"has_more": 0}}, "meta.has_more"),
        ({"audit_logs": [], "meta": {"has_more": "false"}}, "meta.has_more"),
        ({"meta": LAST}, "audit_logs"),
        ({"audit_logs": None, "meta": LAST}, "audit_logs"),
        ({"audit_logs": {}, "meta": LAST}, "audit_logs"),
        ({"audit_log": [], "meta": LAST}, "audit_logs"),
        ({"audit_logs": [None], "meta": LAST}, "not an object"),
        ({"audit_logs": [RAW, {}], "meta": LAST}, "id"),
        ({"audit_logs": [RAW | {"id": "5"}], "meta": LAST}, "id"),
        ({"audit_logs": [{"id": 5}], "meta": LAST}, "created_at"),
        ({"audit_logs": [RAW], "meta": {**MORE, "after_cursor": 7}}, "after_cursor"),
        ({"audit_logs": [RAW], "meta": {**MORE, "after_cursor": None}}, "no cursor"),
        ({"audit_logs": [RAW], "meta": {**MORE, "after_cursor": ""}}, "no cursor"),
        ({"audit_logs": [], "meta": MORE}, "empty page"),
        ({"count": 0, "audit_logs": [], "next_page": None}, "meta.has_more"),
        ({"error": "x"}, "meta.has_more"),
    ],
)
def test_an_envelope_that_was_not_promised_is_a_bad_page(
    body: object, said: str
) -> None:
    """Never "0 rows". More after an empty page was never recorded: not believed."""
    with pytest.raises(BadPage, match=said):
        pages.cursor_page(body)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"audit_logs": [], "count": 0}, 0),
        ({"audit_logs": [RAW], "count": 1, "next_page": None}, 1),
        ({"audit_logs": [RAW], "count": 12_345_678}, 12_345_678),
    ],
)
def test_offset_paging_counts(body: object, count: int) -> None:
    """`count` is of all pages; the records of this one are there too."""
    assert count == pages.counted(body).number
    assert min(count, 1) == len(pages.offset_page(body).records)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"audit_logs": []}, "count"),
        ({"audit_logs": [], "count": None}, "count"),
        ({"audit_logs": [], "count": "0"}, "count"),
        ({"audit_logs": [], "count": True}, "count"),
        ({"audit_logs": [], "count": 1.0}, "count"),
        ({"audit_logs": [], "count": -1}, "count"),
        ({"audit_logs": [RAW], "count": 0}, "counts 0 records and holds 1"),
        ({"count": 5}, "audit_logs"),
        ({"audit_logs": [], "meta": LAST}, "count"),
        (None, "audit_logs"),
    ],
)
def test_a_count_that_was_not_promised_is_a_bad_page(body: object, said: str) -> None:
    """For the number and for a page of offset paging alike."""
    with pytest.raises(BadPage, match=said):
        pages.counted(body)
    with pytest.raises(BadPage, match=said):
        pages.offset_page(body)


def test_a_look_up_gives_the_record_that_was_asked_for() -> None:
    """Whole, as received."""
    raw = json.loads('{"x": null, "id": 5, "created_at": "2026-01-01T00:00:00Z"}')
    assert raw is pages.looked_up({"audit_log": raw}, 5).raw


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "lacks `audit_log`"),
        ({}, "lacks `audit_log`"),
        ({"audit_logs": [RAW]}, "lacks `audit_log`"),
        ({"audit_log": None}, "not an object"),
        ({"audit_log": [RAW]}, "not an object"),
        ({"audit_log": {"id": 5}}, "created_at"),
        ({"audit_log": RAW | {"id": 6}}, "record 6 came"),
    ],
)
def test_another_answer_to_a_look_up_is_a_bad_page(body: object, said: str) -> None:
    """Also the right form with another record in it."""
    with pytest.raises(BadPage, match=said):
        pages.looked_up(body, 5)

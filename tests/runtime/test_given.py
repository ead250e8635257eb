"""Records at hand are answered as an account that holds them would answer."""

import random
from itertools import count, islice

import pytest
from asking import NOW, settings

import auditql
from auditql.emulator import Emulator

QUERIES = (
    "action = login",
    "action = login order by created_at",
    "created_at >= -7d and action = update limit 20",
    "action = update offset 5 limit 7",
    "created_at in last week",
    "order by actor_name, -id limit 30",
    "source_type = user order by source_label offset 3 limit 9",
    "page 2 size 50",
    "changed_to contains 'admin' or ip_address in 10.0.0.0/8",
    "limit 0",
    "action = login and action = update",
    "action = login | count",
    "created_at >= -10d | count by action, date(created_at)",
    "limit 100 | count by action",
    "| where changed is not null | select id, changes, changed_to as new | limit 5",
    "| stats first(id), last(actor_name), count_distinct(ip_address) by source_type",
    "| top 3 actor_name | order by -count | limit 2",
    "page 3 size 40 | count by action",
    "order by created_at | select id | limit 3",
)


def everything(emulator: Emulator) -> list[dict]:
    with auditql.Client(**settings(emulator)) as client:
        return list(client.query("", now=NOW))


@pytest.mark.parametrize("text", QUERIES)
def test_an_answer_from_records_at_hand_is_the_accounts(
    text: str, emulator: Emulator
) -> None:
    """Same rows in the same order, whatever order the records are given in."""
    plan = auditql.compile(text, now=NOW)
    with auditql.Client(**settings(emulator)) as client:
        expected = list(client.query(plan))
    records = everything(emulator)
    random.Random(text).shuffle(records)
    assert expected == list(auditql.answer(plan, records))
    assert expected == list(
        auditql.answer(plan, map(auditql.Record.from_json, records))
    )


def test_changes_are_shown_whole_and_apart() -> None:
    """The list keeps together what stood in one line; columns have the values alone."""
    text = "Role changed from not set to Admin\nPassword changed\nnoise"
    records = [
        {"id": 2, "created_at": NOW, "change_description": text},
        {"id": 1, "created_at": NOW, "change_description": "Added to Tier 2"},
    ]
    plan = auditql.compile(
        "| select id, changes, changed, changed_from, changed_to as new", now=NOW
    )
    nothing = {"changes": None, "changed": None, "changed_from": None, "new": None}
    assert [
        {"id": 1} | nothing,
        {
            "id": 2,
            "changes": [
                {"changed": "Role", "from": None, "to": "Admin"},
                {"changed": "Password", "from": None, "to": None},
            ],
            "changed": ["Role", "Password"],
            "changed_from": None,
            "new": ["Admin"],
        },
    ] == list(auditql.answer(plan, records))
    behind = auditql.compile("| select id, changes as c | where c is null", now=NOW)
    assert [{"id": 1, "c": None}] == list(auditql.answer(behind, records))


def test_nothing_is_given_of_nothing() -> None:
    """No records, no rows; a count of none is 0."""
    assert [] == list(auditql.answer(auditql.compile("limit 5", now=NOW), []))
    counted = auditql.compile("| count", now=NOW)
    assert [{"count": 0}] == list(auditql.answer(counted, iter(())))


def test_a_page_at_a_cursor_is_refused() -> None:
    """A cursor is the API's: it says nothing of records at hand."""
    plan = auditql.compile("after 'abc'", now=NOW)
    with pytest.raises(auditql.ConfigurationError, match="cursor"):
        auditql.answer(plan, [])


def test_what_is_no_record_is_refused() -> None:
    """An object without id and time is an error, not a row less."""
    rows = auditql.answer(auditql.compile("limit 5", now=NOW), [{"action": "login"}])
    with pytest.raises(ValueError, match="record"):
        list(rows)


def test_a_row_that_is_given_is_a_dict_of_its_own() -> None:
    """Changing a row changes no record."""
    record = {"id": 1, "created_at": NOW, "action": "login"}
    (row,) = auditql.answer(auditql.compile("limit 5", now=NOW), [record])
    assert record == row
    row["action"] = "update"
    assert "login" == record["action"]


def test_filter_is_lazy_and_keeps_order_and_type() -> None:
    """What passes is given as it came, one at a time, from records without end."""
    endless = ({"id": n, "created_at": NOW, "actor_id": n % 3} for n in count())
    plan = auditql.compile("actor_id = 1 order by -id limit 2", now=NOW)
    found = plan.filter(endless)
    assert [1, 4, 7] == [record["id"] for record in islice(found, 3)]
    assert 8 == next(endless)["id"]
    raw = {"id": 5, "created_at": NOW, "actor_id": 1, "odd": [1]}
    record = auditql.Record.from_json(raw)
    first, second = plan.filter([raw, record])
    assert raw is first
    assert record is second


def test_filter_agrees_with_matches(emulator: Emulator) -> None:
    """One filter, two ways to ask it."""
    records = everything(emulator)
    plan = auditql.compile("action = login or changed = 'Role'", now=NOW)
    expected = [record for record in records if plan.matches(record)]
    assert 0 < len(expected) < len(records)
    assert expected == list(plan.filter(records))


def test_filter_refuses_stages_at_once() -> None:
    """Rows of stages are no records; the message names what gives them."""
    plan = auditql.compile("action = login | count", now=NOW)
    with pytest.raises(auditql.QueryError) as caught:
        plan.filter([])
    (fault,) = caught.value.diagnostics
    assert fault.help is not None
    assert "auditql.answer(plan, records)" in fault.help
    assert fault.span is not None
    assert "count" == plan.text[fault.span.start : fault.span.end]


def test_filter_says_what_is_no_record() -> None:
    """What cannot be tested is an error, not left out."""
    plan = auditql.compile("action = login", now=NOW)
    with pytest.raises(ValueError, match="record"):
        list(plan.filter([{"id": "1"}]))


def test_records_of_an_account_come_read(emulator: Emulator) -> None:
    """`records` gives what `query` gives, as Records; stages give none."""
    text = "action = login limit 150"
    with auditql.Client(**settings(emulator)) as client:
        expected = list(client.query(text, now=NOW))
        found = list(client.records(text, now=NOW))
        assert expected == [record.raw for record in found]
        assert [row["id"] for row in expected] == [record.id for record in found]
        with pytest.raises(auditql.QueryError):
            client.records("action = login | count", now=NOW)

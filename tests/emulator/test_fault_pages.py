"""Faults of pages, cursors and records: what a walk over the pages meets."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from faulted import EVERY, FIRST, LIST, ask, body, header, ids, second, true_page

from auditql.emulator.answers import Answer
from auditql.emulator.deliveries import Cut
from auditql.emulator.faults import TRAITS, Fault, Reach


def test_a_bad_record_is_one_that_no_client_can_read(line) -> None:
    """All the others stand as they were."""
    found, right = body(ask(line(Fault.BAD_RECORD))), body(true_page(line()))
    differing = [
        (f, r)
        for f, r in zip(found["audit_logs"], right["audit_logs"], strict=True)
        if f != r
    ]
    assert 1 == len(differing)
    (wrong, was), *_ = differing
    assert {"id", "created_at"} >= {name for name in was if wrong[name] != was[name]}


def test_records_out_of_order_are_the_same_records(line) -> None:
    """Only where they stand is changed."""
    found = ids(body(ask(line(Fault.OUT_OF_ORDER))))
    assert [1, 2, 3] == sorted(found)
    assert [1, 2, 3] != found


def test_a_short_page_leads_on_to_the_next_record(line) -> None:
    """Fewer records, and the cursor says where the page really ends."""
    found = line(Fault.SHORT_PAGE)
    seen, query = [], FIRST
    while True:
        page = body(ask(found, query))
        assert len(page["audit_logs"]) < 3
        seen += ids(page)
        if not page["meta"]["has_more"]:
            break
        after = page["meta"]["after_cursor"].replace("=", "%3D")
        query = f"{FIRST}&page%5Bafter%5D={after}"
    assert list(EVERY) == seen


def test_duplicates_are_the_end_of_the_page_before(line) -> None:
    """They stand before the page's own records, as they were."""
    found = line(Fault.DUPLICATES)
    assert [1, 2, 3] == ids(body(ask(found)))
    again = ids(body(ask(found, second(found))))
    assert again in ([3, 4, 5, 6], [2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])


def test_duplicates_are_of_the_same_listing(line) -> None:
    """A page of another listing that ends at the same cursor is not the one before."""
    found = line(Fault.DUPLICATES)
    inside = "filter%5Bcreated_at%5D%5B%5D=2026-01-01T00%3A00%3A03Z"
    inside += "&filter%5Bcreated_at%5D%5B%5D=2026-01-02T00%3A00%3A00Z&" + FIRST
    cursor = second(found).removeprefix(FIRST)
    assert [3, 4, 5] == ids(body(ask(found, inside)))
    ask(found)  # its rows are 1, 2, 3 and end where that cursor stands
    assert [4, 5, 6] == ids(body(ask(found, inside + cursor)))


def test_a_cursor_is_refused_once(line) -> None:
    """400 in the service's words; asked again, it leads where it led."""
    found = line(Fault.CURSOR_REFUSED)
    refused = ask(found, second(found))
    assert 400 == refused.status
    assert "InvalidPaginationParameter" == body(refused)["error"]
    assert [4, 5, 6] == ids(body(ask(found, second(found))))


@pytest.mark.parametrize(
    ("fault", "again"), [(Fault.SAME_CURSOR, 1), (Fault.CURSOR_LOOP, 9)]
)
def test_a_page_leads_to_itself(line, fault, again) -> None:
    """Once, or as often as it is asked for; its records are right all the same."""
    found = line(fault)
    query = second(found)
    own = query.rpartition("=")[2].replace("%3D", "=")
    for _ in range(again):
        page = body(ask(found, query))
        assert (own, True) == (page["meta"]["after_cursor"], page["meta"]["has_more"])
        assert [4, 5, 6] == ids(page)
    assert (body(ask(found, query))["meta"]["after_cursor"] == own) is (again == 9)


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.REVOKED, Fault.OUTAGE])
def test_what_ends_a_run_goes_on(line, fault) -> None:
    """Nothing comes any more, whatever is asked for."""
    found = line(fault)
    for query in (FIRST, second(found), FIRST + "&sort=created_at"):
        met = ask(found, query)
        assert not (
            isinstance(met, Answer) and met.status == 200 and b'"id"' in met.body
        )
    assert 3 == found.counts[fault]


@pytest.mark.parametrize("fault", [Fault.NEW_RECORD, Fault.LATE_RECORD])
def test_a_record_arrives_and_moves_no_page(line, record, fault) -> None:
    """It stands where its time says; cursors given out before lead on as before."""
    found = line(fault, newcomers=[record(100), record(101)])
    before = second(found)
    ask(found)
    (arrived,) = found.arrived
    came_s = parsedate_to_datetime(header(ask(line()), "Date")).timestamp()
    made_s = datetime.fromisoformat(arrived["created_at"]).timestamp()
    late = came_s - made_s
    assert late == 0 if fault is Fault.NEW_RECORD else 0 < late <= 300
    assert [4, 5, 6] == ids(body(true_page(found, before)))
    everything = body(true_page(found, "sort=created_at&page%5Bsize%5D=100"))
    assert [*EVERY, 100] == ids(everything)


def test_a_look_up_meets_no_fault_of_pages(line) -> None:
    """Those of any request reach it, its 404 too."""
    pages_only = [f for f in Fault if TRAITS[f].reach in (Reach.PAGE, Reach.LATER_PAGE)]
    found = line(*pages_only)
    assert {"audit_log"} == set(body(ask(found, "", f"{LIST}/3")))
    assert isinstance(ask(line(Fault.RESET), "", f"{LIST}/99"), Cut)

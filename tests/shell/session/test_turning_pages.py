"""Pages that a query asked for are turned: by cursor, by number, to either end."""

from sessions import bench, newest_first, of, records

from auditql.shell.session.events import Failed, Finished


def test_pages_by_cursor_go_both_ways() -> None:
    """Forward three pages and back two: the pages of the answer, each whole."""
    with bench() as b:
        whole = newest_first(b.all)
        assert whole[:40] == b.rows("page size 40")
        assert whole[40:80] == b.rows("\\next")
        assert whole[80:120] == b.rows("\\next")
        assert whole[40:80] == b.rows("\\prev")
        assert whole[:40] == b.rows("\\prev")
        line = of(b.events("\\next"), Finished)[0].line
        assert "one page: \\next, \\prev" in line
        assert 6 == b.requests


def test_a_page_by_cursor_stays_where_no_other_is() -> None:
    """Before the first: that is said, and `next` goes on from the first."""
    with bench() as b:
        logins = newest_first([r for r in b.all if r["action"] == "login"])
        assert logins[:3] == b.rows("action = login page size 3")
        for _ in range(2):
            assert "note: this is the first page" in b.said("\\prev")
            assert logins[:3] == b.rows("\\last csv")
        assert logins[3:6] == b.rows("\\next")
        assert logins[:3] == b.rows("\\prev")


def test_a_page_behind_the_last_leads_nowhere() -> None:
    """Two pages of two: behind them none, and `prev` leads back from the second."""
    with bench(records(4)) as b:
        whole = newest_first(b.all)
        assert whole[:2] == b.rows("page size 2")
        assert whole[2:] == b.rows("\\next")
        assert "note: this is the last page" in b.said("\\next")
        assert whole[:2] == b.rows("\\prev")


def test_pages_by_number_go_both_ways() -> None:
    """Page 2, 3, 2, 1; before the first there is none."""
    with bench() as b:
        whole = newest_first(b.all)
        assert whole[50:100] == b.rows("page 2 size 50")
        assert whole[100:150] == b.rows("\\next")
        assert whole[50:100] == b.rows("\\prev")
        assert whole[:50] == b.rows("\\prev")
        (failed,) = of(b.events("\\prev"), Failed)
        assert "there is no page before this one" in failed.message


def test_next_without_pages_is_more_and_prev_says_what_pages_are() -> None:
    """`next` of an ordinary answer shows the next rows."""
    with bench(limit=50) as b:
        whole = newest_first(b.all)
        assert whole[:50] == b.rows("order by -created_at")
        assert whole[50:100] == b.rows("\\next")
        assert "`page size 50`" in b.said("\\prev")

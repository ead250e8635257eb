"""Answers that are read as far as they are shown, and go on: no row twice or lost."""

import asyncio

import httpx
import pytest
from sessions import NOW_S, Bench, bench, ids, newest_first, of, records

from auditql.shell.session.events import (
    Confirm,
    Failed,
    Finished,
    Interrupted,
    Note,
    Progress,
    Reply,
    Rows,
    Warned,
)


def test_a_query_without_a_limit_shows_the_first_hundred_and_says_more() -> None:
    """100 rows of 500, one request; nothing warns of reading all."""
    with bench() as b:
        events = b.events("order by -created_at")
        assert newest_first(b.all)[:100] == ids(events)
        assert 1 == b.requests
        (done,) = of(events, Finished)
        assert done.has_more
        assert "100 rows (more may follow: \\more)" in done.line
        assert not of(events, Warned)


def test_more_shows_every_row_once() -> None:
    """The hundreds are the whole answer in order; hardly a record is read again."""
    with bench() as b:
        got = b.rows("order by -created_at")
        for _ in range(4):
            got += b.rows("\\more")
        assert newest_first(b.all) == got
        assert b.requests <= 8
        assert [] == b.rows("\\more")
        assert "note: all rows are out" == b.said("\\more")


@pytest.mark.parametrize(
    "text",
    [
        "order by created_at",
        "created_at >= -25d and action = login",
        "not (action = login)",
        "actor_name contains 'a' offset 3",
        "action = login or source_type = user",
        "order by actor_name desc",
        "| select id, actor_name",
        "| where action = login | select id",
        "| distinct id",
        "order by actor_name limit 250",
        "limit 333",
        "page size 30",
    ],
)
def test_the_hundreds_are_the_answer(text: str) -> None:
    """What `more` brings bit by bit is what the query gives at once, in order."""
    with bench() as whole:
        expected = whole_answer(whole, text)
    with bench(limit=37) as b:
        got = b.rows(text)
        if "limit" not in text:
            assert len(got) in (37, 30)
        while True:
            events = b.events("\\more")
            if not ids(events):
                break
            got += ids(events)
        assert expected == got
        last = "limit is reached" if "limit" in text else "all rows are out"
        assert last in b.said("\\more")


def whole_answer(b: Bench, text: str) -> list[int]:
    b.session.state.limit = None
    events = b.events(text.replace("page size 30", "order by -created_at"))
    assert not of(events, Finished)[0].has_more
    return ids(events)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "text",
    [
        "limit 450",
        "created_at >= -29d order by created_at limit 450",
        "not (action = login) limit 300",
        "order by actor_name limit 300",
        "| select id | limit 400",
        "created_at >= -40d | count by action",
    ],
)
def test_resume_after_ctrl_c_in_any_page_gives_the_rest(text: str, number: int) -> None:
    """Interrupted while page N is awaited: the rows before are out, then the rest."""
    with bench() as whole:
        expected = rows_of(whole.events(text))
    with bench() as b:
        hang(b, number)
        events = b.events(text)
        assert of(events, Interrupted) or number > 3
        if of(events, Interrupted):
            (stop,) = of(events, Interrupted)
            assert len(rows_of(events)) == stop.rows
            assert stop.goes_on
            assert not b.session.state.ran.claim.complete
            b.wire.change = untouched
            events += b.events("\\resume")
        assert expected == rows_of(events)
        assert expected == list(map(dict, b.session.state.last.rows))


def rows_of(events) -> list[dict[str, object]]:
    return [dict(row) for event in of(events, Rows) for row in event.rows]


async def untouched(response: httpx.Response, _number: int) -> httpx.Response:
    return response


def hang(b: Bench, number: int) -> None:
    """Ctrl-C comes while the answer to request `number` is awaited."""

    async def change(response: httpx.Response, at: int) -> httpx.Response:
        if at == number:
            b.session.interrupt()
            await asyncio.Event().wait()
        return response

    b.wire.change = change


def test_ctrl_c_during_a_wait_for_the_rate_limit_keeps_the_rows() -> None:
    """429 with 60 s to wait, Ctrl-C after 5: rows are out, and a countdown before."""

    async def limited(response: httpx.Response, at: int) -> httpx.Response:
        if at < 3:
            return response
        asyncio.get_running_loop().call_later(5, b.session.interrupt)
        return httpx.Response(429, headers={"Retry-After": "60"}, json={})

    with bench() as b:
        b.wire.change = limited
        events = b.events("limit 500")
        out = len(ids(events))
        assert 100 <= out < 500
        assert newest_first(b.all)[:out] == ids(events)
        (stop,) = of(events, Interrupted)
        assert (out, True) == (stop.rows, stop.goes_on)
        lines = [e.line for e in of(events, Progress) if e.line]
        assert any(
            line.startswith("rate limited, going on in 5")
            and line.endswith(f"(Ctrl-C keeps {out} rows)")
            for line in lines
        ), lines
        assert of(events, Progress)[-1].line is None
        b.wire.change = untouched
        assert newest_first(b.all)[out:] == b.rows("\\resume")


def test_a_lost_connection_keeps_the_rows_and_resume_goes_on() -> None:
    """The error says so, the session lives, and nothing is lost or doubled."""

    async def gone(response: httpx.Response, at: int) -> httpx.Response:
        if at >= 3:
            raise httpx.ConnectError("gone")
        return response

    with bench(change=gone) as b:
        events = b.events("limit 500")
        out = len(ids(events))
        assert 100 <= out < 500
        assert newest_first(b.all)[:out] == ids(events)
        (failed,) = of(events, Failed)
        assert f"{out} rows are kept; \\resume goes on where it stopped" == failed.help
        assert "limit 500" == failed.text
        assert not of(events, Finished)
        b.wire.change = untouched
        assert newest_first(b.all)[out:] == b.rows("\\resume")


def test_a_refused_credential_leaves_the_session_alive() -> None:
    """401 is an error of one entry."""

    async def refused(_response: httpx.Response, _at: int) -> httpx.Response:
        return httpx.Response(401, json={"error": "Couldn't authenticate you"})

    with bench(change=refused) as b:
        (failed,) = of(b.events("limit 3"), Failed)
        assert "401" in failed.message
        b.wire.change = untouched
        assert newest_first(b.all)[:3] == b.rows("\\resume")


def test_progress_is_shown_after_half_a_second_and_taken_away() -> None:
    """A page takes 2 s by the clock: lines, then None before the rows."""

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(2)
        return response

    with bench(change=slow) as b:
        events = b.events("limit 300")
        lines = [e.line for e in of(events, Progress)]
        assert lines[-1] is None
        assert "waiting for the first page · 0 s" == lines[0]
        assert any(line and line.startswith("page 1/~") for line in lines)
        assert not of(Bench().events("limit 3"), Progress)


def test_many_requests_are_asked_about_before_they_are_sent() -> None:
    """`limit 9000` is about 90 requests: nothing is sent before yes."""
    with bench(records(200)) as b:
        events = b.events("limit 9000", Reply.NO)
        (question,) = of(events, Confirm)
        assert 90 == question.requests
        assert (Reply.YES, Reply.NO, Reply.LIMIT) == question.replies
        assert "about 90 requests: go on? (yes / no / limit 1000)" == question.shown
        assert (0, []) == (b.requests, ids(events))
        assert 200 == len(b.rows("limit 9000", Reply.YES))


def test_a_reply_may_limit_the_answer() -> None:
    """1000 rows of 1,200, and no more are offered."""
    with bench(records(1200)) as b:
        events = b.events("limit 9000", Reply.LIMIT)
        assert newest_first(b.all)[:1000] == ids(events)
        (done,) = of(events, Finished)
        assert not done.has_more
        assert "1,000 rows (the chosen limit is reached)" in done.line
        assert "note: the chosen limit is reached" == b.said("\\more")


def test_a_limit_of_the_query_is_said_to_be_reached() -> None:
    """By its line, `more` and `resume`; not where fewer rows came, or pages."""
    with bench(records(20)) as b:
        reached = "the query's own limit is reached"
        assert f"1 row ({reached}) · " in b.said("limit 1")
        assert f"note: {reached}" == b.said("\\more") == b.said("\\resume")
        assert f"4 rows ({reached}) · " in b.said("| select id | limit 4")
        assert f"note: {reached}" == b.said("\\more")
        assert "limit" not in of(b.events("limit 21"), Finished)[0].line
        assert "note: all rows are out" == b.said("\\more")


def test_what_the_first_page_lets_expect_is_asked_about_too() -> None:
    """A hundred days at a page a day: asked after page 1, kept at no, read at yes."""
    held = records(9_000, days=100)
    with bench(held) as b:
        text = "created_at >= -100d | count by action"
        events = b.events(text)
        (question,) = of(events, Confirm)
        assert 60 < question.requests < 130
        assert (Reply.YES, Reply.NO) == question.replies
        assert b.requests < 15
        assert not ids(events)
        assert "partial" in of(events, Warned)[0].shown
        got = rows_of(b.events("\\resume", Reply.YES))
        assert 9_000 == sum(row["count"] for row in got)


@pytest.mark.parametrize("text", ["actor_name = 'zz'", "| where actor_name = 'zz'"])
def test_a_read_of_unknown_length_is_asked_about_after_fifty_requests(
    text: str,
) -> None:
    """Nothing matches: asked once at 50, kept at no, and `resume` asks and ends."""

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(0.3)
        return response

    with bench(records(7_000, days=100), slow) as b:
        events = b.events(text)
        (question,) = of(events, Confirm)
        assert 50 <= question.requests < 60
        assert 50 <= b.requests < 60
        said = f"{question.requests} requests made, nothing known of the rest: go on?"
        assert said == question.words
        partial = f"partial: it was stopped after {question.requests} requests"
        assert any(partial in warned.shown for warned in of(events, Warned))
        events = b.events("\\resume", Reply.YES)
        assert 1 == len(of(events, Confirm))
        assert b.session.state.ran.claim.complete
        assert not of(events, Finished)[0].has_more


def test_a_bounded_read_that_matches_nothing_is_asked_about_early() -> None:
    """A page a day of a hundred days: asked behind the first pages; yes reads all."""

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(0.3)
        return response

    with bench(records(9_000, days=100), slow) as b:
        text = "created_at >= -100d and actor_name = 'zz'"
        (question,) = of(b.events(text), Confirm)
        assert 50 < question.requests < 130
        assert b.requests < 15
        assert [] == b.rows("\\resume", Reply.YES)
        assert b.session.state.ran.claim.complete


def test_who_said_yes_is_not_asked_again() -> None:
    """Who reads and who looks at the read could both ask: one of them does."""

    async def slow(response: httpx.Response, at: int) -> httpx.Response:
        await asyncio.sleep(0.02 if at == 1 else 0.3)
        return response

    with bench(records(9_000, days=100), slow, limit=None) as b:
        events = b.events("created_at >= -100d", Reply.YES)
        assert 1 == len(of(events, Confirm))
        assert newest_first(b.all) == ids(events)


@pytest.mark.parametrize("is_closed", [True, False])
def test_ctrl_c_at_the_question_of_a_long_read_ends_it(is_closed: bool) -> None:
    """Or whoever takes no more events; nothing is sent on, the next entry works."""

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(0.3)
        return response

    with bench(records(7_000, days=100), slow) as b:
        feed = b.session.feed("actor_name = 'zz'")
        assert any(isinstance(event, Confirm) for event in feed)
        asked = b.requests
        if is_closed:
            feed.close()
        else:
            b.session.interrupt()
            assert 1 == len(of(list(feed), Interrupted))
        assert asked == b.requests
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_a_limit_holds_from_the_question_on() -> None:
    """The rare match is behind page 50: it comes, and the limit is one of rows."""
    held = records(7_000, days=100)
    held[0] = dict(held[0], actor_name="zz")

    async def slow(response: httpx.Response, _at: int) -> httpx.Response:
        await asyncio.sleep(0.3)
        return response

    with bench(held, slow) as b:
        assert [held[0]["id"]] == b.rows("actor_name = 'zz'", Reply.LIMIT)
        assert 1000 == b.session.state.last.plan.query.limit


def test_an_entry_that_nobody_takes_to_its_end_is_ended() -> None:
    """Closing the iterator interrupts; the next entry works."""
    with bench() as b:
        feed = b.session.feed("limit 9000")
        assert isinstance(next(feed), Confirm)
        feed.close()
        assert newest_first(b.all)[:3] == b.rows("limit 3")


def test_several_queries_are_answered_in_turn() -> None:
    """Two answers, each with its line."""
    with bench() as b:
        events = b.events("limit 2; | count")
        assert 2 == len(of(events, Finished))
        assert {"count": 500} == dict(of(events, Rows)[-1].rows[0])


def test_what_says_nothing_does_nothing() -> None:
    """No request for blanks and comments."""
    with bench() as b:
        assert [] == b.events("")
        assert [] == b.events("  \n ")
        assert [] == b.events("-- only a comment")
        assert 0 == b.requests


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


def test_the_values_of_rows_are_remembered() -> None:
    """Names, addresses and types of what was shown, with their counts."""
    with bench(limit=50) as b:
        b.events("order by -created_at")
        shown = sorted(b.all, key=lambda r: r["created_at"])[-50:]
        names = [r.get("actor_name") for r in shown]
        known = b.session.known()
        (first, *_) = known.seen.most_used("actor_name", 5)
        assert names.count(first.value) == first.count > 1
        assert NOW_S == known.now_s


def test_a_count_is_the_apis_own_unless_exact_is_on() -> None:
    """One request, and five once every record is read."""
    with bench() as b:
        assert "server count; \\exact on reads every record" in b.said("| count")
        assert 1 == b.requests
        b.said("\\exact on")
        assert "server count" not in b.said("| count")
        assert b.requests > 5
        assert of(b.events("\\exact off"), Note)

"""A read that is long, or may be, is asked about once, and a reply is obeyed."""

import asyncio

import httpx
import pytest
from sessions import bench, ids, newest_first, of, records, rows_of

from auditql.shell.session.events import Confirm, Finished, Interrupted, Reply, Warned


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

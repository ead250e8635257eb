"""Answers that are read as far as they are shown, and go on: no row twice or lost."""

import asyncio

import httpx
import pytest
from sessions import NOW_S, Bench, bench, ids, newest_first, of, records

from auditql.shell.session.events import Finished, Note, Progress, Rows, Warned


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


def test_several_queries_are_answered_in_turn() -> None:
    """Two answers, each with its line."""
    with bench() as b:
        events = b.events("limit 2; | count")
        assert 2 == len(of(events, Finished))
        assert {"count": 500} == dict(of(events, Rows)[-1].rows[0])


def test_each_of_several_queries_has_a_heading() -> None:
    """Before its rows, which query it is and how it begins; a single one has none."""
    with bench() as b:
        long = "actor_name in ('a',\n  " + "'b', " * 30 + "'c') limit 1"
        events = b.events(f"param n = 1;\n\nlimit 2;\n{long}; | count")
        told = [e.text for e in of(events, Note) if e.text.startswith("query")]
        assert "query 1 of 3, on line 3: limit 2" == told[0]
        assert told[1].startswith("query 2 of 3, on line 4: actor_name in ('a', ")
        assert told[1].endswith("…")
        assert len(told[1]) < 90
        assert "query 3 of 3, on line 5: | count" == told[2]
        first, second, third = (events.index(Note(text)) for text in told)
        rows = [events.index(e) for e in of(events, Rows)]
        assert first < rows[0] < second < third < rows[-1]
        assert "query 1" not in b.said("limit 2")


def test_what_says_nothing_does_nothing() -> None:
    """No request for blanks and comments."""
    with bench() as b:
        assert [] == b.events("")
        assert [] == b.events("  \n ")
        assert [] == b.events("-- only a comment")
        assert 0 == b.requests


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

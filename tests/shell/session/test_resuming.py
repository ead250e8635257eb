"""What ends an answer early keeps its rows, and `resume` gives the others."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mirrors import Kept, synced
from sessions import DAY_S, NOW_S, Bench, bench, ids, newest_first, of, records, rows_of

from auditql.language.clock import text_of
from auditql.plan.model import Interval
from auditql.shell.session.events import Failed, Finished, Interrupted, Progress


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


END_S = NOW_S - 5 * DAY_S
COVERED = f"created_at < '{text_of(END_S)}'"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """An account whose mirror has more of it than one batch, and its session."""
    path = tmp_path / "mirror" / "a.sqlite"
    held = records(3000)
    synced(path, held, Interval(0, END_S))
    benches: list[Bench] = []
    made = Kept(benches, path)
    benches.append(Bench(held, accounts=lambda _picked: made, is_real=True))
    yield made
    made.bench.session.close()


@pytest.mark.parametrize("limit", [100, None])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(
    "text",
    [
        COVERED,
        f"{COVERED} order by created_at",
        f"{COVERED} order by actor_name, id",
        f"{COVERED} | select id, action",
        f"{COVERED} | where action = login | select id",
        f"{COVERED} | distinct actor_name, action",
        f"{COVERED} | count by id",
        f"{COVERED} | count by id | order by id | select id",
        f"{COVERED} order by actor_name, id | select id, actor_name",
    ],
)
def test_each_row_of_a_mirror_is_given_once_whatever_ends_it(
    kept: Kept, text: str, number: int, limit: int | None
) -> None:
    """Interrupted behind a batch, or stopped at its hundredth row, then gone on."""
    kept.bench.session.state.limit = None
    whole = rows_of(kept.bench.events(text))
    kept.bench.session.state.limit = limit
    kept.halts_at = number
    events = kept.bench.events(text)
    kept.halts_at = None
    kept.bench.session.state.limit = 2000
    while kept.bench.session.state.last.goes_on:
        events += kept.bench.events("\\resume")
    assert whole == rows_of(events)
    assert 0 == kept.bench.requests


def test_rows_of_a_mirror_come_as_they_are_wanted(kept: Kept) -> None:
    """A hundred of some thousand are shown: no more is read than one batch."""
    assert 100 == len(kept.bench.rows(f"{COVERED} | select id, action"))
    assert 1000 > kept.bench.session.state.ran.counts.rows_mirrored
    assert 1000 > len(kept.bench.session.state.last.found)

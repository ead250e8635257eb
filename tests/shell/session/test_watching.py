r"""`\watch`: every record that comes in is shown once, and nothing that was there."""

import asyncio
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest
from sessions import NOW_S, Bench, bench, ids, of

from auditql.shell.session.events import Failed, Interrupted, Note, Rows, Warned

NUMBERS = count(9_900_000_000_000)


def record(at_s: float, **fields: object) -> dict[str, object]:
    time = datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": next(NUMBERS), "created_at": time, "action": "login", **fields}


def passing(b: Bench, rounds: int, happens) -> None:
    """Let time pass with the clock, and something happen before each round."""
    real = b.session.sleep
    number = count(1)

    async def sleep(seconds: float) -> None:
        b.now_s += seconds
        at = next(number)
        if at > rounds:
            b.session.interrupt()
        happens(at)
        await real(seconds)

    b.session.sleep = sleep


def test_new_records_are_shown_once_in_the_order_of_time() -> None:
    """Two in the first round, one late by 4 minutes in the second, none twice."""
    with bench() as b:
        b.events("action = login")
        added = []

        def happens(at: int) -> None:
            times = {1: (b.now_s - 5, b.now_s - 8), 2: (b.now_s - 240,)}
            for at_s in times.get(at, ()):
                added.append(record(at_s))
                b.wire.emulator.add(added[-1])
            b.wire.emulator.add(record(b.now_s - 1, action="update"))

        passing(b, 4, happens)
        before = b.requests
        events = b.events("\\watch 10")
        first, second, third = added
        assert [second["id"], first["id"], third["id"]] == ids(events)
        assert "watching every 10 s" in of(events, Note)[0].text
        (stop,) = of(events, Interrupted)
        assert (3, False) == (stop.rows, stop.goes_on)
        assert 5 == b.requests - before
        assert 3 == len(b.rows("\\last"))


def test_a_relative_time_moves_on_with_the_clock() -> None:
    """`-1m` is the minute before each round, not before the first."""
    with bench() as b:
        b.events("created_at >= -1m")
        late = []

        def happens(at: int) -> None:
            if at == 20:
                late.append(record(b.now_s - 5))
                b.wire.emulator.add(late[0])

        passing(b, 21, happens)
        got = b.rows("\\watch 10")
        assert [late[0]["id"]] == got


def test_stages_that_pass_rows_on_may_stand_there() -> None:
    """`select` shows its columns; a count makes no sense by itself."""
    with bench() as b:
        b.events("| where action = login | select id, action limit 1")
        b.events("| where action = login | select id, action")

        def happens(at: int) -> None:
            if at == 1:
                b.wire.emulator.add(record(b.now_s - 5))
                b.wire.emulator.add(record(b.now_s - 5, action="update"))

        passing(b, 2, happens)
        (rows,) = of(b.events("\\watch 5"), Rows)
        assert ["id", "action"] == list(rows.rows[0])
        assert 1 == len(rows.rows)
        b.events("| count")
        (failed,) = of(b.events("\\watch"), Failed)
        assert "leave out the page, the counts" in failed.message


def test_a_connection_that_is_lost_is_asked_again() -> None:
    """One warning, then what came in meanwhile."""
    with bench() as b:
        b.events("action = login limit 2")
        added = []

        async def gone(response: httpx.Response, _at: int) -> httpx.Response:
            raise httpx.ConnectError("gone")

        async def there(response: httpx.Response, _at: int) -> httpx.Response:
            return response

        def happens(at: int) -> None:
            if at == 1:
                added.append(record(b.now_s - 5))
                b.wire.emulator.add(added[0])
            b.wire.change = gone if at in (1, 2) else there

        passing(b, 3, happens)
        events = b.events("\\watch 10")
        assert [added[0]["id"]] == ids(events)
        assert 1 == len(of(events, Warned))
        assert "it is asked again" in of(events, Warned)[0].message


@pytest.mark.parametrize("argument", ["1", "x", "-5", "1e3", "99999999"])
def test_seconds_that_make_no_sense_are_refused(argument: str) -> None:
    """The account's limit is for others too."""
    with bench() as b:
        assert "ask something first" in b.said("\\watch")
        b.events("limit 1")
        assert "takes whole seconds from 2" in b.said(f"\\watch {argument}")


def test_a_record_of_the_future_hides_none() -> None:
    """A clock that is wrong somewhere: those that follow are shown all the same."""
    with bench() as b:
        b.events("action = login")
        added = []

        def happens(at: int) -> None:
            if at in (1, 2):
                at_s = b.now_s + 3000 if at == 1 else b.now_s - 5
                added.append(record(at_s))
                b.wire.emulator.add(added[-1])

        passing(b, 3, happens)
        got = b.rows("\\watch 10")
        assert [one["id"] for one in added] == got


def test_watching_waits_on_the_loop() -> None:
    """Ctrl-C in the wait between two rounds ends it."""
    with bench() as b:
        b.events("action = login")

        async def change(response: httpx.Response, _at: int) -> httpx.Response:
            asyncio.get_running_loop().call_later(3, b.session.interrupt)
            return response

        b.wire.change = change
        events = b.events("\\watch 10")
        (stop,) = of(events, Interrupted)
        assert (0, False) == (stop.rows, stop.goes_on)
        assert NOW_S == b.session.now_s()

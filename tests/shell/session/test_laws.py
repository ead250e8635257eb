"""Whatever happens to an answer on its way, its rows are those of the whole, once.

A seed draws a query and what befalls it: Ctrl-C and lost connections at any request,
`more`, `resume`, other limits. In the end the rows are those of a naive scan.
"""

import asyncio
from functools import lru_cache
from random import Random

import httpx
import pytest
from sessions import Bench, bench, of, records

import auditql
from auditql.shell.session.events import Failed, Finished, Interrupted, Reply, Rows

QUERIES = (
    "created_at >= -40d",
    "order by created_at",
    "action = login",
    "action = login and created_at >= -20d order by created_at",
    "not (action = login)",
    "actor_name contains 'a' or ip_address is null",
    "action = exported or source_type = user",
    "action in (create, destroy) offset 17",
    "created_at >= -30d limit 260",
    "order by actor_name, id",
    "order by -actor_name, id offset 5 limit 200",
    "| select id, actor_name",
    "| where action = login | select id, created_at",
    "| distinct actor_name, action",
    "created_at >= -40d | count by actor_name",
    "created_at >= -40d | timeline 1d",
    "created_at >= -40d | stats count(), min(created_at) as first by action",
    "| top 5 actor_name",
    "created_at >= -40d | order by actor_name, id | limit 120",
)


@lru_cache
def held() -> tuple[dict[str, object], ...]:
    """700 records, 90 of which share one second."""
    made = records(700)
    for record in made[300:390]:
        record["created_at"] = made[300]["created_at"]
    return tuple(made)


@lru_cache
def naive(text: str) -> list[dict[str, object]]:
    """The answer by a scan of all records, without requests."""
    from sessions import NOW_S

    plan = auditql.compile(text, now=NOW_S)
    return [dict(row) for row in auditql.answer(plan, held())]


def befalls(b: Bench, random: Random) -> None:
    """Let something happen at a request that is yet to come, or nothing."""
    what = random.choice(("nothing", "interrupt", "wait", "gone"))
    at = b.wire.number + random.randint(1, 6)

    async def change(response: httpx.Response, number: int) -> httpx.Response:
        if number < at or what == "nothing":
            return response
        if what == "gone":
            raise httpx.ConnectError("gone")
        if what == "wait":
            asyncio.get_running_loop().call_later(2, b.session.interrupt)
            return httpx.Response(429, headers={"Retry-After": "30"}, json={})
        b.session.interrupt()
        await asyncio.Event().wait()
        return response

    b.wire.change = change


def walked(seed: int) -> tuple[str, int]:
    """One answer, with all that befalls it; gives its query and how often it stopped.

    Raises:
        AssertionError: its rows are not those of the whole.
    """
    random = Random(seed)
    text = random.choice(QUERIES)
    expected = naive(text)
    with bench(held(), limit=random.choice((None, 7, 50, 100, 300))) as b:
        befalls(b, random)
        events = b.events(text, Reply.YES)
        got = [dict(row) for e in of(events, Rows) for row in e.rows]
        stops = 0
        for _ in range(400):
            assert expected[: len(got)] == got, (seed, text)
            stopped = of(events, Interrupted) + of(events, Failed)
            stops += len(stopped)
            done = of(events, Finished)
            if done and not done[-1].has_more:
                break
            answer = b.session.state.last
            assert answer.goes_on or not answer.has_more, (seed, text)
            if not answer.has_more:
                break
            if random.random() < 0.2:
                b.session.state.limit = random.choice((None, 20, 100))
            befalls(b, random)
            command = "\\resume" if stopped else random.choice(("\\more", "\\resume"))
            events = b.events(command, Reply.YES)
            got += [dict(row) for e in of(events, Rows) for row in e.rows]
        assert expected == got, (seed, text)
        assert expected == list(map(dict, b.session.state.last.rows))
        return text, stops


def test_rows_are_those_of_the_whole_whatever_happens() -> None:
    """60 seeds: each answer is exact, most were stopped, every query was drawn."""
    walks = [walked(seed) for seed in range(60)]
    assert sum(stops for _, stops in walks) > 60
    assert len({text for text, _ in walks}) > 0.8 * len(QUERIES)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_rows_are_those_of_the_whole_in_many_walks() -> None:
    """350 seeds more."""
    for seed in range(1000, 1350):
        walked(seed)

"""Queries answered by the API, by a mirror and from every mix of both.

In: a world. Out: for each of its queries what is wrong with the answers of the API, of
mirrors that cover all, nothing or some of the account's time, beside those of a naive
scan. All must be equal.

* `answers(world, folder)`: what is wrong, in words; empty is right.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import end_to_end
import generate
import naive
import naive_stages
import seam_alone
from seam_worlds import WHOLE, Asked, World, mirror

from auditql.diagnostics.model import Diagnostic
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.language.query import Query
from auditql.plan.coverage import covered_plan, is_local
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.results.completeness import Completeness
from auditql.runtime.client import AsyncClient
from auditql.runtime.connection import Connection


@dataclass
class Found:
    """What came of a world.

    Attributes:
        wrong: in words.
        queries: that were drawn.
        answers: that were compared.
        mixed: answers to which both mirror and API gave a part.
        in_sql: answers that the mirror's SQL gave.
        free: answers of covered time for which nothing was asked.
    """

    wrong: list[str]
    queries: int = 0
    answers: int = 0
    mixed: int = 0
    in_sql: int = 0
    free: int = 0


def answers(world: World, folder: Path) -> Found:
    """All answers of a world compared."""
    found = Found([], len(world.queries))
    origin = of_base_url(end_to_end.BASE)
    expected = [_expected(world, asked) for asked in world.queries]
    for place, covered in enumerate(world.covered):
        own = folder / f"{world.seed}-{place}"
        path = mirror(own, origin.base, world.records, covered)
        connection = Connection(origin, NoCredential(), mirror=path)
        asyncio.run(_compare(world, connection, covered, expected, found))
    return found


async def _compare(
    world: World,
    connection: Connection,
    covered: Sequence[Interval],
    expected: Sequence[Sequence[str]],
    found: Found,
) -> None:
    is_whole = covered == (WHOLE,)
    is_tried_alone = is_whole or covered == world.covered[-1]
    uses = ("api",) if not covered else ("auto", "mirror")[: 1 + is_tried_alone]
    for use in uses:
        emulator = end_to_end.emulated(_naive_world(world, world.queries[0].plan.query))
        said: list[Diagnostic] = []
        client = AsyncClient(
            connection=connection,
            transport=AsyncEmulatorTransport(emulator),
            sleep=_never,
            concurrency=1 + world.seed % 2 * 3,
            source=use,
            on_warning=said.append,
        )
        async with client:
            part = covered if use == "mirror" else None
            for asked in world.queries:
                found.wrong += await _as_of_then(world, client, asked, part)
            for asked, wanted in zip(world.queries, expected, strict=True):
                before = counts_of(client)
                got = await _lines(client, asked.plan)
                where = f"{use} {covered} {asked.text or asked.plan.residual}"
                claim = client.completeness
                assert claim is not None
                if use == "mirror" and not is_whole:
                    if not asked.is_cut:
                        query = asked.plan.query
                        said_ = seam_alone.of_a_part(query, got, wanted, covered, claim)
                        found.wrong += [f"{where}: {each}" for each in said_]
                    continue
                if got != wanted:
                    found.wrong.append(f"{where}: gave {got}, expected {wanted}")
                if not claim.complete:
                    found.wrong.append(f"{where}: {claim}")
                found.wrong += _too_late(client, claim, covered, where)
                _count(client, asked.plan, covered, before, where, found)
        found.answers += len(world.queries)
        found.wrong += [f"{use} {covered}: {d.message}" for d in said]
        for request in emulator.requests:
            found.wrong += end_to_end.illegal(request)
        if use == "mirror" and emulator.requests:
            found.wrong.append("the mirror alone asked the API")


async def _as_of_then(
    world: World, client: AsyncClient, asked: Asked, covered: Sequence[Interval] | None
) -> list[str]:
    """What is wrong with the answer to a filter as of an earlier now."""
    if asked.plan.query.stages:
        return []
    query = seam_alone.whole(asked.plan.query, asked.past_s)
    again = Asked(planned(query, ZendeskSource()), "", (None, None))
    got, wanted = await _lines(client, again.plan), _expected(world, again)
    claim = client.completeness
    assert claim is not None
    said = seam_alone.as_of_a_now(query, got, wanted, covered, claim)
    return [f"{covered} {again.plan.residual}: {each}" for each in said]


def _too_late(
    client: AsyncClient,
    claim: Completeness,
    covered: Sequence[Interval],
    where: str,
) -> list[str]:
    """What is claimed of a time that nobody answered for."""
    known = [time.end for time in covered]
    if client.statistics.server_s is not None:  # of this answer, or of one before
        known.append(generate.NOW_S - 300)
    if claim.until_s is None or claim.until_s <= max(known, default=0):
        return []
    return [f"{where}: complete up to {claim.until_s}, known up to {known}"]


def counts_of(client: AsyncClient) -> tuple[int, int, int, int]:
    """The work done so far."""
    counts = client.statistics
    return (
        counts.requests,
        counts.rows_mirrored,
        counts.sql_answers,
        counts.rows_fetched,
    )


def _count(
    client: AsyncClient,
    plan: Plan,
    covered: Sequence[Interval],
    before: tuple[int, int, int, int],
    where: str,
    found: Found,
) -> None:
    """See that covered time is asked of nobody, and count what was read where."""
    after = counts_of(client)
    requests, mirrored, in_sql, _ = (b - a for a, b in zip(before, after, strict=True))
    found.in_sql += in_sql
    found.mixed += bool(requests and mirrored)
    parted = covered_plan(plan, covered)
    if is_local(parted) and client.mirrored.access.use != "api":
        found.free += 1
        if requests:
            found.wrong.append(f"{where}: {requests} requests for what is covered")


async def _lines(client: AsyncClient, plan: Plan) -> list[str]:
    return [json.dumps(dict(row)) async for row in client.query(plan)]


async def _never(_seconds: float) -> None:
    raise AssertionError("nothing here gives a reason to wait")


def _naive_world(world: World, query: Query) -> end_to_end.World:
    return end_to_end.World(query, world.records, world.settings, 8)


def _expected(world: World, asked: Asked) -> list[str]:
    """The rows of a naive scan."""
    query = asked.plan.query
    passes = [naive.passes(query.filter, r, query.zone) for r in world.records]
    by_id = {record["id"]: record for record in world.records}
    ids = end_to_end.expected(_naive_world(world, query), asked.plan, passes)
    passing = [by_id[number] for number in ids]
    if not query.stages:
        return [json.dumps(record) for record in passing]
    return list(map(json.dumps, naive_stages.answer(query, passing, asked.span)))

"""One account, a mirror of parts of it, and queries answered from every mix of both.

In: a seed. Out: for each drawn query its answers: of the API, of mirrors that cover
all, nothing or some of the account's time, and of a naive scan. All must be equal.

* `draw(seed)`: the account of a seed, its queries and what its mirrors cover.
* `answers(world, folder)`: what is wrong, in words; empty is right.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random

import end_to_end
import generate
import naive
import naive_stages
import seam_alone
import stage_texts
from end_to_end import Raw

import auditql
from auditql.catalog.record import Record
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.settings import Settings, TieOrder
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.language.query import Query
from auditql.plan.coverage import covered_plan, is_local
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.providers.zendesk.requests import ZendeskSource
from auditql.results.completeness import Completeness
from auditql.runtime.client import AsyncClient
from auditql.runtime.connection import Connection

SERVER_S = generate.NOW_S + 10_000
"""The server's time of the sync: all of the account has settled."""

WHOLE = Interval(0, generate.NOW_S + 5_000)
SIZES = (0, 3, *(30,) * 4, *(60,) * 6, *(130,) * 6, *(260,) * 4)
QUERIES = 16
MIRRORS = 2


@dataclass(frozen=True)
class Asked:
    """One query: its plan, the span that its stages fill, an earlier now."""

    plan: Plan
    text: str
    span: tuple[int | None, int | None]
    past_s: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether the answer is more or less than the records that pass."""
        query = self.plan.query
        cuts = (query.limit is not None, query.offset, query.stages, self.plan.sort)
        return any(cuts)


@dataclass(frozen=True)
class World:
    """Everything that one seed decides.

    Attributes:
        covered: what each mirror covers; the first all, the second nothing.
    """

    seed: int
    records: tuple[Raw, ...]
    settings: Settings
    queries: tuple[Asked, ...]
    covered: tuple[tuple[Interval, ...], ...]


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


def draw(seed: int) -> World:
    """The world of a seed: always the same for the same seed."""
    rng = Random(seed)
    records = tuple(generate.random_records(rng, rng.choice(SIZES)))
    settings = replace(end_to_end.draw_settings(rng, seed), ties=TieOrder.IDS_RISE)
    queries = tuple(_query(rng) for _ in range(QUERIES))
    parts = [_cover(rng, records) for _ in range(MIRRORS)]
    queries = tuple(
        replace(q, past_s=seam_alone.earlier_now(rng, records, rng.choice(parts)))
        for q in queries
    )
    return World(seed, records, settings, queries, ((WHOLE,), (), *parts))


def _query(rng: Random) -> Asked:
    """A filter with clauses, or a text with stages."""
    zone = rng.choice(generate.ZONES)
    if rng.random() < 0.5:
        query = replace(end_to_end.draw(rng.randrange(2**32)).query, zone=zone)
        return Asked(planned(query, ZendeskSource()), "", (None, None))
    is_count = rng.random() < 0.2
    drawn = (stage_texts.random_count if is_count else stage_texts.random_query)(rng)
    plan = auditql.compile(drawn.text, now=generate.NOW_S, tz=zone)
    return Asked(plan, drawn.text, drawn.span)


def _cover(rng: Random, records: Sequence[Raw]) -> tuple[Interval, ...]:
    """Some time between records, or whose ends are records, disjoint, rising."""
    seconds = [naive.second_of(r["created_at"]) for r in records]
    seconds += [generate.NOW_S - rng.randrange(10**8) for _ in range(3)]
    ends = {rng.choice(seconds) + rng.choice((-1, 0, 0, 1)) for _ in range(6)}
    ends |= {0} if rng.random() < 0.4 else set()
    ends |= {generate.NOW_S + 1} if rng.random() < 0.4 else set()
    found = sorted(ends)
    pairs = list(pairwise(found))
    first = rng.randrange(2)
    kept = pairs[first::2] if rng.random() < 0.7 else pairs[first:]
    return _joined([Interval(a, b) for a, b in kept])


def _joined(parts: Sequence[Interval]) -> tuple[Interval, ...]:
    joined: list[Interval] = []
    for part in parts:
        if joined and joined[-1].end == part.start:
            joined[-1] = Interval(joined[-1].start, part.end)
        else:
            joined.append(part)
    return tuple(joined)


# --- mirrors


def mirror(
    folder: Path, origin: str, records: Sequence[Raw], covered: Sequence[Interval]
) -> Path:
    """The file of a mirror that covers these times."""
    path = folder / "mirror.sqlite"
    writer = MirrorWriter(Place(path, origin), clock=lambda: float(SERVER_S))
    found = [Record.from_json(raw) for raw in records]
    found.sort(key=lambda record: (-record.created_s, record.id))
    for window in covered:
        writer.begin(window, SERVER_S)
        start, end = window.start, window.end
        inside = [r for r in found if start <= r.created_s < end]
        writer.page(inside, start)
    assert tuple(covered) == writer.covered()
    writer.close()
    return path


# --- answers


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

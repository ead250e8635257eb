"""Exactly one page of one request, and requests that count."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import end_to_end
import generate
import naive
import pytest
from end_to_end import Raw, World
from legality import illegal

from auditql.catalog.kinds import Kind
from auditql.emulator.answers import Call
from auditql.emulator.app import Emulator
from auditql.emulator.settings import TieOrder
from auditql.errors import QueryError
from auditql.language import query
from auditql.language.query import And, CursorPage, OffsetPage, SortKey
from auditql.plan.capability import ReadShape
from auditql.plan.model import ALWAYS, Mode, Request, Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk.requests import asked

SMALL, FULL = 150, 1_500


def drawn(seed: int) -> tuple[Random, World]:
    """A world with many records, of which one page is asked."""
    rng = Random(seed)
    world = end_to_end.draw(seed)
    filter_ = generate.random_filter(rng, rng.choice((0, 0, 1, 2)))
    if rng.random() < 0.5:
        filter_ = And(tuple(generate.random_test(rng) for _ in range(2)))
    order = rng.choice(((), (SortKey(end_to_end.CREATED, descending=False),)))
    changed = replace(
        world.query, filter=filter_, order=order, limit=None, offset=0, page_size=None
    )
    records = tuple(generate.random_records(rng, 130))
    return rng, replace(world, query=changed, records=records)


def listed(world: World, made: Plan) -> list[Raw]:
    """Everything that the only request lists, in its order, read off its box."""
    (scan,) = made.scans
    shape = ReadShape(made.descending, 100, made.query.now_s)
    wide = replace(scan.box, created=ALWAYS)
    found = [r for r in world.records if end_to_end.inside(wide, r)]
    window = asked(scan.box.created, shape)
    if window is not None:
        first, last = window
        settings = world.settings
        first += 0 if settings.start_included else 1
        last -= 0 if settings.end_included else 1
        found = [r for r in found if first <= end_to_end.second_of(r) <= last]
    falls = made.descending and world.settings.ties is TieOrder.IDS_FALL
    found.sort(key=lambda r: r["id"], reverse=falls)
    found.sort(key=end_to_end.second_of, reverse=made.descending)
    return found


def read(world: World, made: Plan) -> tuple[list[int], Emulator]:
    emulator = end_to_end.emulated(world)
    said = []
    rows = asyncio.run(end_to_end.read(made, emulator, Statistics(), said))
    assert [] == [d for d in said if made.exact]
    assert [] == [fault for r in emulator.requests for fault in illegal(r)]
    assert len(emulator.requests) == len(made.scans)
    return [row.id for row in rows], emulator


def of_page(world: World, rows: list[Raw]) -> list[int]:
    """The ids of those that pass, in the order of the page."""
    asked = world.query
    return [r["id"] for r in rows if naive.passes(asked.filter, r, asked.zone)]


def planned_page(world: World, page: OffsetPage | CursorPage, size: int) -> Plan | None:
    """The plan of one page; None where it needs more than one request."""
    whole = end_to_end.planned(world)
    has_pages = [r.mode for r in whole.requests] == [Mode.CURSOR]
    size_there = size if isinstance(page, CursorPage) else None
    paged = replace(world.query, page=page, page_size=size_there)
    try:
        made = end_to_end.planned(replace(world, query=paged))
    except QueryError:
        assert not has_pages
        return None
    assert has_pages or made.requests == ()
    return made


def check_numbers(seeds: range) -> None:
    ran = 0
    for seed in seeds:
        rng, world = drawn(seed)
        number, size = rng.randint(1, 4), rng.choice((1, 7, 40, 100))
        made = planned_page(world, OffsetPage(number, size), size)
        if made is None or not made.requests:
            continue
        ran += 1
        rows = listed(world, made)[(number - 1) * size : number * size]
        got, _ = read(world, made)
        assert (seed, of_page(world, rows)) == (seed, got)
    assert ran > 0.5 * len(seeds)


def check_cursors(seeds: range) -> None:
    ran = 0
    for seed in seeds:
        rng, world = drawn(seed)
        size = rng.choice((7, 40))
        first = planned_page(world, CursorPage(True, "-"), size)
        if first is None or not first.requests:
            continue
        rows = listed(world, first)
        tokens = dict(cursors(world, first.requests[0], size))
        for is_after, start in ((True, 0), (False, 1)):
            token = tokens.get((is_after, start))
            if token is None:
                continue
            ran += 1
            made = planned_page(world, CursorPage(is_after, token), size)
            assert made is not None
            place = start + 1 if is_after else start - 1
            wanted = rows[place * size : (place + 1) * size]
            got, _ = read(world, made)
            assert (seed, of_page(world, wanted)) == (seed, got)
    assert ran > 0.5 * len(seeds)


def cursors(
    world: World, request: Request, size: int
) -> Iterator[tuple[tuple[bool, int], str]]:
    """Cursors behind and before the first two pages, as the service gives them."""
    emulator = end_to_end.emulated(world)
    params = tuple((k, v) for k, v in request.params if k != "page[after]")
    for number in range(2):
        asked = replace(request, params=params)
        path, _, text = asked.url("http://host")[len("http://host") :].partition("?")
        answer = emulator.answer(Call("GET", path, text, "http://host", {}, b""))
        meta = json.loads(answer.body)["meta"]
        if meta["after_cursor"] is not None:
            yield (True, number), meta["after_cursor"]
        if meta["before_cursor"] is not None:
            yield (False, number), meta["before_cursor"]
        if not meta["has_more"]:
            return
        params = (*request.params[:-1], ("page[after]", meta["after_cursor"]))


COUNT = query.Group(
    (), (query.Aggregate("count", None, query.Column("count", Kind.INTEGER)),)
)


def check_counts(seeds: range) -> None:
    counted = 0
    for seed in seeds:
        _, world = drawn(seed)
        world = replace(world, query=replace(world.query, order=(), stages=(COUNT,)))
        made = end_to_end.planned(world)
        if not made.reads_count:
            continue
        counted += 1
        by_box: dict[object, list[Scan]] = {}
        for scan in made.scans:
            assert scan.request.mode is Mode.COUNT
            assert made.residual is None
            by_box.setdefault(scan.box, []).append(scan)
        total = sum(count(world, scans) for scans in by_box.values())
        passing = [
            r
            for r in world.records
            if naive.passes(world.query.filter, r, world.query.zone)
        ]
        assert (seed, len(passing)) == (seed, total)
    assert counted > 0.15 * len(seeds)


def count(world: World, scans: list[Scan]) -> int:
    """The number of a box: what the service says, less the edges it shows."""
    emulator = end_to_end.emulated(world)
    outside: set[int] = set()
    numbers = set()
    for scan in scans:
        url = scan.request.url("http://host")[len("http://host") :]
        path, _, text = url.partition("?")
        body = json.loads(
            emulator.answer(Call("GET", path, text, "http://host", {}, b"")).body
        )
        numbers.add(body["count"])
        if len(scans) == 2:
            outside |= {
                r["id"]
                for r in body["audit_logs"]
                if not end_to_end.inside(scan.box, r)
            }
    assert [] == [fault for r in emulator.requests for fault in illegal(r)]
    assert len(scans) == (1 if scans[0].box.created == ALWAYS else 2)
    (number,) = numbers
    return number - len(outside)


def test_a_page_by_number_is_exactly_that_page() -> None:
    """Page n of size m of the request, less what does not pass."""
    check_numbers(range(SMALL))


def test_a_page_by_cursor_is_exactly_that_page() -> None:
    """The page behind a cursor, or before it, less what does not pass."""
    check_cursors(range(SMALL))


def test_counts_are_provable() -> None:
    """The counts of the boxes, less the edges seen, make the count of the filter."""
    check_counts(range(SMALL))


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("check", [check_numbers, check_cursors, check_counts])
def test_pages_and_counts_hold_for_many(check) -> None:
    """The same in many more worlds."""
    check(range(SMALL, FULL))

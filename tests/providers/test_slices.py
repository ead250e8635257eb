"""Several cursors at once: what is sent, when, and how it ends."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from auditql.catalog.record import Record
from auditql.errors import ApiError, ConnectionFailed
from auditql.plan.model import Request
from auditql.providers.zendesk.course import course_of
from auditql.providers.zendesk.pages import Page
from auditql.providers.zendesk.slices import Budget, Check, slices

for folder in ("simulation", "properties"):
    sys.path.append(str(Path(__file__).parent.parent / folder))
import loop  # noqa: E402 - found by the lines above
import sliced  # noqa: E402


async def taken(
    world: sliced.World, account: sliced._Account, pages: int
) -> list[Sequence[Record]]:
    """So many pages, then nobody wants more."""
    found: list[Sequence[Record]] = []
    course = course_of(sliced.request_of(world))
    budget = Budget(world.cursors, lambda most: most)
    async with aclosing(slices(course, account.fetch, budget)) as given:
        async for page in given:
            found.append(page)
            if len(found) == pages:
                break
    assert len(asyncio.all_tasks()) == 1
    return found


@pytest.mark.parametrize("count", [0, 1, 99, 100])
def test_what_one_page_holds_costs_one_request(count) -> None:
    """An empty answer, and a first page that is the last."""
    world = sliced.even(count, 10**6, cursors=16)
    outcome = sliced.read(world)
    assert (outcome.requests, len(outcome.ids)) == (1, count)


def test_a_limit_that_the_first_page_satisfies_costs_one_request() -> None:
    """Nobody reads on before somebody wants more than the first page."""
    world = sliced.even(20_000, 10**6, taken=100, cursors=16)
    assert sliced.read(world).requests == 1


def test_one_cursor_reads_as_pages_are_taken() -> None:
    """No request is made for a page that nobody asked for."""
    world = sliced.even(2_000, 10**6, cursors=1)
    outcome = sliced.Outcome()
    loop.run(taken(world, sliced._Account(world, outcome), 7))
    assert (outcome.requests, outcome.most_at_once) == (7, 1)


@pytest.mark.parametrize("cursors", [2, 5, 16])
def test_never_more_requests_at_once_than_cursors(cursors) -> None:
    """And as many as that, when there is enough to read."""
    world = sliced.even(20_000, 10**7, cursors=cursors)
    assert sliced.read(world).most_at_once == cursors


def test_closing_stops_every_cursor_at_once() -> None:
    """No task is left and nothing is sent after it, wherever it happens."""
    for pages in (1, 2, 3, 10, 40):
        world = sliced.even(20_000, 10**7)
        outcome = sliced.Outcome()
        account = sliced._Account(world, outcome)
        found = loop.run(taken(world, account, pages))
        assert len(found) == pages
        assert outcome.requests <= 1 + (pages > 1) * (pages + 80)


def test_a_known_limit_bounds_what_is_read_ahead() -> None:
    """Five pages are wanted: beside them a page for each cut and each cursor."""
    blind = sliced.even(20_000, 10**7, taken=500)
    knows = sliced.even(20_000, 10**7, taken=500, wanted=500)
    requests = sliced.read(knows).requests
    assert 5 <= requests <= 10 < sliced.read(blind).requests


def test_the_first_row_comes_with_the_first_answer() -> None:
    """As soon as with one cursor."""
    world = sliced.even(20_000, 10**7, jitter=0.0)
    assert sliced.read(world).first_s == sliced.read(world, cursors=1).first_s


@pytest.mark.parametrize(("cursors", "times"), [(4, 3.6), (8, 6.5), (16, 11)])
def test_cursors_read_so_many_times_as_fast(cursors, times) -> None:
    """Beside one cursor; in virtual time, so always the same."""
    world = sliced.even(60_000, 400 * sliced.DAY_S, cursors=cursors)
    outcome = sliced.read(world)
    assert 600 * world.latency_s / outcome.took_s >= times


def test_what_waits_is_bounded_whatever_there_is() -> None:
    """At most 25,000 rows at eight cursors, for a reader that takes its time."""
    world = sliced.even(80_000, 400 * sliced.DAY_S, slow_s=0.05, jitter=0.9)
    outcome = sliced.read(world)
    assert outcome.ids == sliced.expected(world)
    assert outcome.most_waiting <= 25_000 + 800


class Failing(sliced._Account):
    """An account whose older part cannot be read."""

    broken_s = sliced.NOW_S - 5 * 10**6

    async def fetch(self, request: Request, check: Check) -> Page:
        page = await super().fetch(request, check)
        if any(record.created_s < self.broken_s for record in page.records):
            raise ConnectionFailed("gone")
        return page


@pytest.mark.parametrize("cursors", [1, 4, 16])
def test_a_window_that_fails_ends_the_read_at_its_place(cursors) -> None:
    """All before it is given out, in order, and nothing behind it."""
    world = sliced.even(20_000, 10**7, cursors=cursors)
    account = Failing(world, sliced.Outcome())
    found: list[Record] = []

    async def read() -> None:
        pages = slices(
            course_of(sliced.request_of(world)),
            account.fetch,
            Budget(cursors, lambda most: most),
        )
        async with aclosing(pages):
            async for page in pages:
                found.extend(page)

    with pytest.raises(ConnectionFailed, match="gone"):
        loop.run(read())
    ids = [record.id for record in found]
    assert ids == sliced.expected(world)[: len(ids)]
    assert 9_000 < len(ids) <= 10_100
    assert all(record.created_s >= Failing.broken_s for record in found)


def test_a_first_request_that_is_refused_is_refused() -> None:
    """A 400 without a cursor is no refused cursor."""

    async def refuse(_request: Request, _check: Check) -> Page:
        raise ApiError("no", status=400)

    async def read() -> None:
        course = course_of(sliced.request_of(sliced.even(1, 10)))
        async with aclosing(slices(course, refuse, Budget(8, lambda m: m))) as pages:
            await anext(pages)

    with pytest.raises(ApiError, match="no"):
        loop.run(read())

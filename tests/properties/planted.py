"""Bugs that can be planted: a wrong function in the place of a right one.

In: a patch. Out: nothing; until the patch is undone the bug is there.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import end_to_end
import pytest

from auditql.catalog.fields import BY_NAME
from auditql.catalog.like import compile_like
from auditql.catalog.record import Record
from auditql.language import query
from auditql.plan import boxes, codegen_tests, cover, intervals, planner
from auditql.plan import plan as plan_module
from auditql.plan.matcher import Matcher
from auditql.plan.model import Box, Scan
from auditql.plan.plan import Plan
from auditql.providers.zendesk import requests
from auditql.results import executor, merge, order

Patch = pytest.MonkeyPatch
Stream = AsyncGenerator[Sequence[Record], None]


# --- the answer is cut too early


def limit_before_residual(patch: Patch) -> None:
    """The limit counts records as they come, not those that pass."""

    async def passing(plan: Plan, scan: Scan, reader, told, _counted) -> Stream:
        left = None if plan.limit is None else plan.limit + plan.offset
        async with aclosing(reader.pages(scan)) as pages:
            async for page in pages:
                page = page if left is None else page[:left]
                left = None if left is None else left - len(page)
                kept = plan.matcher().keep(page)
                if kept:
                    yield kept
                if left == 0:
                    return

    patch.setattr(executor, "_passing", passing)


def offset_per_stream(patch: Patch) -> None:
    """Each stream leaves out its first records, the merged one none."""
    right, execute = executor._passing, executor.execute

    async def passing(plan: Plan, scan: Scan, reader, told, counted) -> Stream:
        drop = plan_offset[-1]
        async for batch in right(plan, scan, reader, told, counted):
            kept, drop = batch[drop:], max(0, drop - len(batch))
            if kept:
                yield kept

    plan_offset = [0]

    def wrong(plan: Plan, *rest):
        plan_offset.append(plan.offset)
        return execute(replace(plan, query=replace(plan.query, offset=0)), *rest)

    patch.setattr(executor, "_passing", passing)
    patch.setattr(end_to_end, "execute", wrong)


def limit_without_offset(patch: Patch) -> None:
    """So many rows are read as are wanted, those left out among them."""
    right = executor.execute

    def wrong(plan: Plan, *rest):
        limit = None if plan.limit is None else max(0, plan.limit - plan.offset)
        return right(replace(plan, query=replace(plan.query, limit=limit)), *rest)

    patch.setattr(end_to_end, "execute", wrong)


def page_without_offset(patch: Patch) -> None:
    """The first page is as long as the limit, so what is left out costs a page."""
    right = planner._shapes

    def wrong(query_, *rest, **named):
        return right(replace(query_, offset=0), *rest, **named)

    patch.setattr(planner, "_shapes", wrong)


# --- what is asked


def exact_without_companion(patch: Patch) -> None:
    """A dropped source_id leaves its box as exact as it was."""
    right = planner._companions

    def wrong(found, source):
        was_exact = all(box.exact for box in found)
        return tuple(
            replace(box, exact=box.exact or was_exact) for box in right(found, source)
        )

    patch.setattr(planner, "_companions", wrong)


def companion_not_minded(patch: Patch) -> None:
    """source_id is asked for alone."""
    patch.setattr(planner, "_companions", lambda found, _: tuple(found))


def complemented_set(patch: Patch) -> None:
    """`not` of a set asks for the other known values."""
    right = cover._outside

    def wrong(test, able):
        match test:
            case query.OneOf(query.Column(name), values) if BY_NAME[name].known:
                others = frozenset(BY_NAME[name].known) - frozenset(values)
                return (Box({name: others}, exact=True),)
        return right(test, able)

    patch.setattr(cover, "_outside", wrong)


def exact_hull(patch: Patch) -> None:
    """The hull of exact boxes is called exact."""
    right = boxes.hull

    def wrong(found):
        return replace(right(found), exact=all(box.exact for box in found))

    patch.setattr(boxes, "hull", wrong)


def range_not_widened(patch: Patch) -> None:
    """A range is asked with the very ends that are meant."""
    right = requests.asked

    def wrong(created, shape):
        window = right(created, shape)
        if window is None or created.start is None:
            return window
        return window[0] + 1, window[1]

    patch.setattr(requests, "asked", wrong)


def half_of_a_negated_interval(patch: Patch) -> None:
    """Outside of an interval is before it."""
    right = cover._outside

    def wrong(test, able):
        return right(test, able)[:1]

    patch.setattr(cover, "_outside", wrong)


def touching_is_overlapping(patch: Patch) -> None:
    """Two ranges with a gap between them are joined to one, called exact."""
    patch.setattr(intervals, "touch", lambda a, b: True)


# --- how it is read


def edge_not_checked(patch: Patch) -> None:
    """Only the residual is checked, since the API has filtered the rest."""

    async def passing(plan: Plan, scan: Scan, reader, told, _counted) -> Stream:
        rest = plan.residual_filter
        matcher = Matcher(query.EVERYTHING if rest is None else rest, plan.query.zone)
        async with aclosing(reader.pages(scan)) as pages:
            async for page in pages:
                kept = matcher.keep(page)
                if kept:
                    yield kept

    patch.setattr(executor, "_passing", passing)


def duplicates_kept(patch: Patch) -> None:
    """A record that lies in two boxes comes twice."""
    patch.setattr(merge, "is_new", lambda *_: True)


def ids_unordered(patch: Patch) -> None:
    """Where streams meet, a second's records come as the streams hold them."""
    right = merge._several

    async def wrong(streams, **named) -> Stream:
        async for batch in right(streams, **named):
            yield sorted(batch, key=lambda record: record.id, reverse=True)

    patch.setattr(merge, "_several", wrong)


def groups_turned(patch: Patch) -> None:
    """Ranges that follow one another are read from the wrong end."""
    right = planner.groups_of

    def wrong(found, *, descending):
        return right(found, descending=not descending)

    patch.setattr(planner, "groups_of", wrong)


def missing_sorts_first(patch: Patch) -> None:
    """Records without the key come first."""
    right = order.Sorter._sort_by

    def wrong(self, place, *, descending):
        right(self, place, descending=descending)
        self._rows.sort(key=lambda row: row[0][place] is not None)

    patch.setattr(order.Sorter, "_sort_by", wrong)


# --- what a test means


def like_without_escape(patch: Patch) -> None:
    """`\\%` in a pattern is any text."""

    def wrong(pattern, ignores_case):
        return compile_like(pattern.replace("\\", ""), ignores_case)

    patch.setattr(codegen_tests, "compile_like", wrong)
    forget(patch)


def missing_is_not_unequal(patch: Patch) -> None:
    """`!=` and `not in` are false for a missing value."""

    def known(filter_):
        match filter_:
            case query.And(terms) | query.Or(terms):
                return replace(filter_, terms=tuple(map(known, terms)))
            case query.Not(query.OneOf(operand)):
                return query.And((filter_, query.Not(query.Missing(operand))))
            case query.Not(term):
                return query.Not(known(term))
        return filter_

    patch.setattr(plan_module, "_matcher", lambda f, zone: Matcher(known(f), zone))


def forget(patch: Patch) -> None:
    """Compile filters anew: what was remembered was made without the bug."""
    patch.setattr(plan_module, "_matcher", Matcher)

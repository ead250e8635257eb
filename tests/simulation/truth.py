"""What a world's answer is, by the plain meaning and by what the account shows.

In: a world, its plan, the records that arrived since. Out: every answer that
would be right, the likeliest first. Which records arrived before a request saw
them is not known, so each choice that could be is one answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations

import end_to_end
import naive
from world import ORIGIN, World

from auditql.catalog.record import Record
from auditql.emulator.answers import Call
from auditql.emulator.app import Emulator
from auditql.emulator.settings import NoAuth, RateLimitKind
from auditql.language.query import OffsetPage
from auditql.plan.plan import Plan

Raw = dict[str, object]


class Truth:
    """The records of a world, each judged once by the plain meaning."""

    def __init__(self, world: World, plan: Plan, arrived: Sequence[Raw]) -> None:
        self._world = world
        self._plan = plan
        self._arrived = tuple(arrived)
        self._passes = self._judge(world.drawn.records)

    def answers(
        self, got: Sequence[int], until_s: int | None
    ) -> Iterator[tuple[int, ...]]:
        """The ids of every answer that would be right.

        Args:
            got: the ids of the answer that is judged.
            until_s: what is older than this must be in it; None for no claim.
        """
        if self._world.drawn.query.page is not None:
            for number in range(len(self._arrived), -1, -1):
                yield self._page(self._arrived[:number])
            return
        for some in self._seen(frozenset(got), until_s):
            yield self._answer(some)

    def counts(self) -> range:
        """How many records may be counted: those of the beginning, and newcomers."""
        least = sum(self._passes)
        return range(least, least + sum(self._judge(self._arrived)) + 1)

    def _judge(self, records: Sequence[Raw]) -> tuple[bool, ...]:
        query = self._world.drawn.query
        return tuple(naive.passes(query.filter, r, query.zone) for r in records)

    def _seen(
        self, got: frozenset[int], until_s: int | None
    ) -> Iterator[tuple[Raw, ...]]:
        """Which newcomers a read may have seen: those it gave, others it skipped."""
        given, others = [], []
        for record in self._arrived:
            is_claimed = until_s is not None and second_of(record) < until_s
            (given if record["id"] in got or is_claimed else others).append(record)
        most = len(others) if self._world.drawn.query.offset else 0
        sizes = range(most + 1)
        for some in chain.from_iterable(combinations(others, n) for n in sizes):
            yield (*given, *some)

    def _answer(self, arrived: tuple[Raw, ...]) -> tuple[int, ...]:
        """The ids of the answer, had these records arrived before it."""
        drawn = self._world.drawn
        seen = replace(drawn, records=drawn.records + arrived)
        passes = self._passes + self._judge(arrived)
        return end_to_end.expected(seen, self._plan, passes)

    def _page(self, arrived: tuple[Raw, ...]) -> tuple[int, ...]:
        """The ids of the page that the account shows, less what does not pass."""
        if not self._plan.scans:
            return ()
        (scan,) = self._plan.scans
        page = self._world.drawn.query.page
        assert isinstance(page, OffsetPage)
        paging = {"page": page.number, "per_page": page.size}
        params = tuple((n, str(paging.get(n, v))) for n, v in scan.request.params)
        asked = replace(scan.request, params=params).url(ORIGIN)
        records = _body(self._shown(arrived), asked)["audit_logs"]
        passes = self._judge(records)
        return tuple(r["id"] for r, does in zip(records, passes, strict=True) if does)

    def _shown(self, arrived: tuple[Raw, ...]) -> Emulator:
        """The same account, without its doors and its limits."""
        drawn = self._world.drawn
        open_ = replace(drawn.settings, auth=NoAuth(), rate_limit=RateLimitKind.NONE)
        return Emulator(drawn.records + arrived, open_, clock=lambda: 0.0)


def second_of(raw: Raw) -> int:
    """The time of a record."""
    return Record.from_json(raw).created_s


def _body(account: Emulator, url: str) -> dict[str, object]:
    path, _, query = url.removeprefix(ORIGIN).partition("?")
    found = json.loads(account.answer(Call("GET", path, query)).body)
    assert isinstance(found, dict)
    return found

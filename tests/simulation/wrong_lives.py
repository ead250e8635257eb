"""Bugs that can be planted into going on, into claims, counts and large pages.

In: a patch. Out: nothing; until the patch is undone the bug is there. Each is
one wrong function in the place of a right one.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from auditql.catalog.record import Record
from auditql.plan.plan import Plan
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import exchange, requests
from auditql.providers.zendesk.pages import BadPage
from auditql.results import completeness, counting, position
from auditql.results.completeness import Completeness
from auditql.results.position import Position
from auditql.runtime.checkpoint import Checkpoint, to_bytes
from auditql.runtime.writer import FileWriter
from auditql.shell import delivery, job, keeping
from auditql.shell.keeping import Keeper

Patch = pytest.MonkeyPatch

# --- checkpoints


def a_checkpoint_before_its_data(patch: Patch) -> None:
    """What is counted is put on the disk before what it counts."""
    right, sync = Keeper._keep, FileWriter.sync

    def wrong(keeper: Keeper) -> None:
        with pytest.MonkeyPatch.context() as later:
            later.setattr(FileWriter, "sync", lambda _: None)
            right(keeper)
        if keeper._file is not None:
            sync(keeper._file)

    patch.setattr(Keeper, "_keep", wrong)


def a_checkpoint_of_what_was_taken(patch: Patch) -> None:
    """Rows are counted as out that are not written yet."""
    right = delivery.Delivery._write

    def wrong(self: delivery.Delivery) -> None:
        held, self._waiting = self._waiting[-1:], self._waiting[:-1]
        right(self)
        if held and self._keeper is not None and self._position is not None:
            ahead = position.advanced(self._position, held)
            self._keeper.wrote(ahead, self._format.begun())
        self._waiting = held

    patch.setattr(delivery.Delivery, "_write", wrong)


def a_checkpoint_is_written_in_place(patch: Patch) -> None:
    """A kill in the middle leaves half of it."""

    def wrong(path: Path, kept: Checkpoint) -> None:
        content = to_bytes(kept)
        half = len(content) // 2
        with path.open("wb") as file:
            path.chmod(0o600)
            for piece in (content[:half], content[half:]):
                file.write(piece)
                file.flush()
                os.fsync(file.fileno())

    patch.setattr(keeping, "save", wrong)


# --- the rest


def the_last_row_comes_again(patch: Patch) -> None:
    """Of the ids that are out the last is forgotten."""
    right = job.rest_of

    def wrong(plan: Plan, at: Position) -> Plan:
        return right(plan, replace(at, ids=at.ids[:-1]))

    def drop(batches, plan: Plan, at: Position):
        return position.without_those_out(batches, plan, replace(at, ids=at.ids[:-1]))

    patch.setattr(job, "rest_of", wrong)
    patch.setattr(job, "without_those_out", drop)


def the_rest_begins_behind_its_second(patch: Patch) -> None:
    """What stands in the second of the last row is taken to be out."""
    right = position.cut

    def wrong(plan: Plan, second: int) -> Plan:
        return right(plan, second - 1 if plan.descending else second + 1)

    patch.setattr(position, "cut", wrong)
    patch.setattr(job, "without_those_out", lambda batches, *_: batches)


def a_limit_begins_anew(patch: Patch) -> None:
    """The rest may be as long as the whole."""
    right = position.rest_of

    def wrong(plan: Plan, at: Position) -> Plan:
        rest = right(plan, at)
        return replace(rest, query=replace(rest.query, limit=plan.limit))

    patch.setattr(job, "rest_of", wrong)


# --- claims


def now_is_this_machines(patch: Patch) -> None:
    """What is complete is told from this machine's clock."""
    right = completeness.whole

    def wrong(plan: Plan | None, server_s: int | None) -> Completeness:
        local = plan is not None and server_s is not None
        return right(plan, plan.query.now_s if local else server_s)

    patch.setattr(completeness, "whole", wrong)


def nothing_has_to_settle(patch: Patch) -> None:
    """All is readable at once."""
    patch.setattr(completeness, "SETTLING_S", 0)


def the_last_run_is_claimed(patch: Patch) -> None:
    """Rows of an earlier run are as complete as those of this one."""

    def wrong(keeper: Keeper) -> int | None:
        return keeper._statistics.server_s

    patch.setattr(Keeper, "server_s", property(wrong))


def a_partial_answer_claims(patch: Patch) -> None:
    """What may be missing is missing up to some time only."""
    right = completeness.of

    def wrong(plan: Plan, statistics: Statistics, reason: str | None) -> Completeness:
        whole = right(plan, statistics, None)
        return whole if reason is None else replace(whole, reason=reason)

    patch.setattr(completeness, "of", wrong)


# --- counts, single pages, large pages


def a_page_is_the_count(patch: Patch) -> None:
    """As many are counted as the first page holds."""
    patch.setattr(counting, "_number", lambda _, answers: len(answers[0].records))


def edges_are_counted(patch: Patch) -> None:
    """Records beyond the ends of a range are counted too."""
    patch.setattr(counting, "_number", lambda _, answers: answers[0].number)


def every_page_is_the_first(patch: Patch) -> None:
    """The number of a page is not sent."""
    right = requests._paging

    def wrong(shape):
        return (("page", "1") if p[0] == "page" else p for p in right(shape))

    patch.setattr(requests, "_paging", wrong)


def the_cap_is_too_much(patch: Patch) -> None:
    """A page that is as large as it may be is refused."""
    right = exchange.whole
    patch.setattr(exchange, "whole", lambda c, e, most: right(c, e, most - 1))


def a_large_page_is_empty(patch: Patch) -> None:
    """What is larger than a client takes is left out."""
    right = exchange.whole

    async def wrong(chunks, encoding: str, most: int) -> bytes:
        came = [chunk async for chunk in chunks]

        async def again():
            for chunk in came:
                yield chunk

        read = again()
        try:
            return await right(read, encoding, most)
        except BadPage as bad:
            if "larger than" not in str(bad):
                raise
        finally:
            await read.aclose()
        return b'{"audit_logs":[],"meta":{"has_more":false}}'

    patch.setattr(exchange, "whole", wrong)


def long_texts_are_cut(patch: Patch) -> None:
    """A value is given out as far as a cell of a spreadsheet goes."""
    right = Record.from_json

    def wrong(raw: Mapping[str, object] | Sequence[object]) -> Record:
        if isinstance(raw, dict):
            raw = {k: v[:32_767] if isinstance(v, str) else v for k, v in raw.items()}
        return right(raw)

    patch.setattr(Record, "from_json", staticmethod(wrong))

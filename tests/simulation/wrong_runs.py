"""Bugs that can be planted into a run: tries, waits, and what is given out.

In: a patch. Out: nothing; until the patch is undone the bug is there. Each is
one wrong function in the place of a right one.
"""

from collections.abc import Mapping
from contextlib import aclosing

import pytest

from auditql.errors import RunError
from auditql.plan.model import Scan
from auditql.plan.plan import Plan
from auditql.plan.reader import Reader
from auditql.providers.zendesk import exchange, retry
from auditql.providers.zendesk.secret import Mask
from auditql.results import executor

Patch = pytest.MonkeyPatch

# --- what is tried again, and when


def retry_after_is_ignored(patch: Patch) -> None:
    """Whatever the service asks for, a second is enough."""
    patch.setattr(retry, "retry_after_s", lambda _: None)
    patch.setattr(retry, "limit_wait_s", lambda _: 1.0)


def a_long_retry_after_is_garbage(patch: Patch) -> None:
    """Ten digits are no number: as it was before it was found out."""
    right = retry.retry_after_s

    def wrong(headers: Mapping[str, str]) -> float | None:
        found = right(headers)
        return None if found == retry._LONGEST_S else found

    patch.setattr(retry, "retry_after_s", wrong)


def a_denial_is_a_failure(patch: Patch) -> None:
    """401 and 403 are asked again like a 500."""
    right = retry.is_failure
    patch.setattr(
        retry, "is_failure", lambda status: status in (401, 403) or right(status)
    )


def tries_have_no_end(patch: Patch) -> None:
    """What fails is asked again, the token endpoint with its POST too."""
    patch.setattr(retry, "TRIES", 1_000)


def one_try_is_enough(patch: Patch) -> None:
    """What fails once ends the run."""
    patch.setattr(retry, "TRIES", 1)


def a_drip_is_an_answer(patch: Patch) -> None:
    """Only single reads have a time-out."""
    right = exchange.Bounds
    patch.setattr("ending.Bounds", lambda **given: right(request_s=1e9, **given))


# --- what is given out


def limit_before_residual(patch: Patch) -> None:
    """The limit counts records as they come, not those that pass."""
    right = executor._passing

    async def wrong(plan: Plan, scan: Scan, reader: Reader, *rest):
        async with aclosing(right(plan, scan, _Cut(reader, plan), *rest)) as batches:
            async for batch in batches:
                yield batch

    patch.setattr(executor, "_passing", wrong)


class _Cut:
    """A reader that stops when it has read as many records as rows are wanted."""

    def __init__(self, reader: Reader, plan: Plan) -> None:
        self._reader = reader
        self._most = None if plan.limit is None else plan.limit + plan.offset

    async def pages(self, scan: Scan, wanted: int | None = None):
        left = self._most
        async with aclosing(self._reader.pages(scan, wanted)) as found:
            async for page in found:
                yield page if left is None else page[:left]
                left = None if left is None else left - len(page)
                if left is not None and left <= 0:
                    return


def partial_is_complete(patch: Patch) -> None:
    """A read that fails ends the answer, if there is one."""
    right = executor.execute_batches

    async def wrong(*given, **named):
        some = False
        try:
            async with aclosing(right(*given, **named)) as batches:
                async for batch in batches:
                    some = True
                    yield batch
        except RunError:
            if not some:
                raise

    patch.setattr(executor, "execute_batches", wrong)


def a_failure_is_an_empty_answer(patch: Patch) -> None:
    """An error before the first row is no row."""
    right = executor.execute_batches

    async def wrong(*given, **named):
        some = False
        try:
            async with aclosing(right(*given, **named)) as batches:
                async for batch in batches:
                    some = True
                    yield batch
        except RunError:
            if some:
                raise

    patch.setattr(executor, "execute_batches", wrong)


def secrets_are_shown(patch: Patch) -> None:
    """The service's words are shown as they came."""
    patch.setattr(Mask, "__call__", lambda _, text: text)

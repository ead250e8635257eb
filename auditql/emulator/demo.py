"""The account that needs no account: half a year of believable records.

In: the moment that counts as now. Out: an emulator, or one answer of it. The
records follow from the seed and from now alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from auditql.emulator.app import Clock, Emulator
from auditql.emulator.generator import GeneratedRecord, generate
from auditql.emulator.records import DAY_S
from auditql.emulator.settings import ClientCredentialsAuth

if TYPE_CHECKING:
    import httpx

    from auditql.emulator.settings import Settings

DEMO_SEED = 7
DEMO_COUNT = 20_000
DEMO_DAYS = 180
DEMO_CLIENT = ClientCredentialsAuth("auditql-demo", "not-a-real-secret")
"""An OAuth client to try logging in with; what it opens is open anyway."""


def demo_records(
    now_s: float, *, seed: int = DEMO_SEED, count: int = DEMO_COUNT
) -> Iterator[GeneratedRecord]:
    """The records of the demo account: the `DEMO_DAYS` days before `now_s`."""
    end_s = int(now_s)
    return generate(seed, count, end_s - DEMO_DAYS * DAY_S, end_s)


def demo_account(
    now_s: float | None = None,
    settings: Settings | None = None,
    clock: Clock | None = None,
    *,
    seed: int = DEMO_SEED,
    count: int = DEMO_COUNT,
) -> Emulator:
    """An account with records up to `now_s`.

    Args:
        now_s: epoch seconds; None means the clock's time now.
        settings: None means the documented behaviour.
        clock: None means a clock that shows `now_s` at first and goes on.
        seed: another seed is another account.
        count: how many records.
    """
    if now_s is None:
        now_s = clock() if clock else time.time()
    records = demo_records(now_s, seed=seed, count=count)
    return Emulator(records, settings, clock or _clock_from(now_s))


def handle(request: httpx.Request) -> httpx.Response:
    """The response of a default account, which begins with the first call."""
    return _default_account().handle(request)


@lru_cache(maxsize=1)
def _default_account() -> Emulator:
    return demo_account()


def _clock_from(now_s: float) -> Clock:
    """A clock that shows `now_s` now and runs on."""
    begun_s = time.monotonic()
    return lambda: now_s + time.monotonic() - begun_s

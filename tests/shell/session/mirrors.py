"""An account in process with a mirror of its own."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from sessions import BASE_URL, NOW_S, Bench

from auditql.catalog.record import Record
from auditql.emulator.records import Record as Raw
from auditql.plan.model import Interval
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.client import AsyncClient
from auditql.runtime.connection import Connection
from auditql.runtime.mirror_access import MirrorAccess

ORIGIN = of_base_url(BASE_URL)


class Kept:
    """An account in process with a mirror of its own.

    Attributes:
        halts_at: Ctrl-C comes behind that batch of the next answer; None for never.
    """

    profile = None
    base = None  # nothing that is read of it is kept for the next session
    halts_at: int | None = None

    def __init__(self, bench: "list[Bench]", path: Path) -> None:
        self._bench = bench
        self._path = path

    def mirror(self, use):  # type: ignore[no-untyped-def]
        return MirrorAccess(ORIGIN, self._path, use, lambda _warning: None)

    def client(self, sleep, clock, on_warning):  # type: ignore[no-untyped-def]
        return _Halting(
            self,
            connection=Connection(ORIGIN, NoCredential(), mirror=self._path),
            transport=self._bench[0].wire,
            sleep=sleep,
            clock=clock,
            on_warning=on_warning,
        )

    @property
    def bench(self) -> Bench:
        """What its session runs on."""
        return self._bench[0]


class _Halting(AsyncClient):
    """Gives batches until its account halts; what comes then is never there."""

    def __init__(self, kept: Kept, **settings):  # type: ignore[no-untyped-def]
        super().__init__(**settings)
        self._kept = kept

    def rows(self, *arguments, **keywords):  # type: ignore[no-untyped-def]
        return self._halted(super().rows(*arguments, **keywords))

    def batches(self, *arguments, **keywords):  # type: ignore[no-untyped-def]
        return self._halted(super().batches(*arguments, **keywords))

    async def _halted(self, batches):  # type: ignore[no-untyped-def]
        async with aclosing(batches):
            number = 0
            async for batch in batches:
                yield batch
                number += 1
                if number == self._kept.halts_at:
                    self._kept.bench.session.interrupt()
                    await asyncio.Event().wait()


def synced(path: Path, held: Sequence[Raw], *windows: Interval) -> None:
    """Put windows of an account that holds these records into a mirror."""
    writer = MirrorWriter(Place(path, ORIGIN.base), clock=lambda: float(NOW_S))
    found = [Record.from_json(raw) for raw in held]
    for window in windows:
        writer.begin(window, NOW_S)
        start, end = window.start or 0, window.end or 0
        writer.page([r for r in found if start <= r.created_s < end], start)
    writer.close()

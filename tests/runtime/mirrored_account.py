"""An emulated account and a mirror of parts of it, to be asked.

In: a folder. Out: an account; of a question the ids, the work and the claim.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.diagnostics.model import Diagnostic
from auditql.emulator.app import Emulator
from auditql.emulator.settings import Settings
from auditql.emulator.transport import AsyncEmulatorTransport
from auditql.language.clock import text_of
from auditql.plan.model import Interval
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.auth import NoCredential
from auditql.providers.zendesk.origin import of_base_url
from auditql.runtime.client import AsyncClient
from auditql.runtime.client_settings import MirrorUse
from auditql.runtime.connection import Connection

NOW_S = 1_773_144_000
ORIGIN = of_base_url("http://127.0.0.1:9")
HOUR_S = 3600
RECORDS = [
    {
        "id": number,
        "created_at": text_of(NOW_S - 600 - number * HOUR_S),
        "action": ("login", "update")[number % 2],
        "actor_name": "Ada",
    }
    for number in range(1, 301)
]
"""One an hour, the first one the newest."""

DOUBLE = RECORDS[19] | {"actor_name": "Eve"}
"""The record 20 with another content."""

BEFORE = Interval(0, NOW_S - 100 * HOUR_S)
LATER = Interval(NOW_S - 50 * HOUR_S, NOW_S - 10 * HOUR_S)
ALL = Interval(0, NOW_S - 300)


def second(hours: float) -> str:
    """So many hours before now, as a query writes it."""
    return f"'{text_of(int(NOW_S - hours * HOUR_S))}'"


class Account:
    """An emulated account, its mirror, and what was said."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "mirror" / "a.sqlite"
        self.emulator = Emulator(RECORDS, Settings(), clock=lambda: float(NOW_S))
        self.said: list[Diagnostic] = []

    def sync(
        self,
        *windows: Interval,
        origin: str = ORIGIN.base,
        more: Sequence[dict[str, object]] = (),
    ) -> None:
        """Put windows into the mirror, and more records beside the account's."""
        writer = MirrorWriter(Place(self.path, origin), clock=lambda: float(NOW_S))
        records = [Record.from_json(raw) for raw in (*RECORDS, *more)]
        records.sort(key=lambda record: -record.created_s)
        for window in windows:
            writer.begin(window, NOW_S)
            assert window.start is not None
            assert window.end is not None
            start, end = window.start, window.end
            writer.page([r for r in records if start <= r.created_s < end], start)
        writer.close()

    def client(self, source: MirrorUse = "auto") -> AsyncClient:
        """A client of it."""
        return AsyncClient(
            connection=Connection(ORIGIN, NoCredential(), mirror=self.path),
            transport=AsyncEmulatorTransport(self.emulator),
            source=source,
            concurrency=1,
            on_warning=self.said.append,
        )

    @property
    def codes(self) -> list[Code]:
        """What was warned of, but for what a text gives reason to say."""
        own = (Code.MIRROR_NOT_USED, Code.SAME_ID)
        return [d.code for d in self.said if d.code in own]


def ask(account: Account, text: str, source: MirrorUse = "auto", now_s: int = NOW_S):
    """The ids of an answer, the work it took, what is claimed of it."""

    async def asked():
        async with account.client(source) as client:
            rows = [row["id"] async for row in client.query(text, now=now_s)]
            return rows, client.statistics, client.completeness

    return asyncio.run(asked())


def ids(low: int, high: int) -> list[int]:
    """The ids from one up to another, both included."""
    return list(range(low, high + 1))


def counted(account: Account, text: str, source: MirrorUse = "auto"):
    """The rows of an answer, the requests it took, what is claimed of it."""

    async def asked():
        async with account.client(source) as client:
            rows = [dict(row) async for row in client.query(text, now=NOW_S)]
            return rows, client.statistics.requests, client.completeness

    return asyncio.run(asked())

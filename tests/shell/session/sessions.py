"""A session over an account in process, on a loop whose clock jumps."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import contextmanager
from typing import TypeVar

import httpx
from loop import VirtualLoop

from auditql.emulator import Emulator, generate
from auditql.emulator.records import Record
from auditql.shell.session.accounts import Account, Accounts, Transported
from auditql.shell.session.events import Event, Reply, Rows
from auditql.shell.session.session import Session
from auditql.shell.session.state import State

NOW_S = 1_773_144_000  # 2026-03-10T12:00:00Z
DAY_S = 86_400
BASE_URL = "http://127.0.0.1:1"

E = TypeVar("E")
Change = Callable[[httpx.Response, int], Awaitable[httpx.Response]]


async def unchanged(response: httpx.Response, _number: int) -> httpx.Response:
    return response


class Wire(httpx.AsyncBaseTransport):
    """Answers from an emulator; a test may change each answer, by its number."""

    def __init__(self, emulator: Emulator, change: Change = unchanged) -> None:
        self.emulator = emulator
        self.change = change
        self.number = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number = self.number = self.number + 1
        await asyncio.sleep(0)
        return await self.change(self.emulator.handle(request), number)


def account_of(wire: Wire) -> Accounts:
    def accounts(picked: str | None) -> Account:
        assert picked is None
        return Transported(BASE_URL, wire)

    return accounts


def records(count: int = 500, days: int = 30, seed: int = 3) -> list[Record]:
    """Made-up records, oldest first."""
    return list(generate(seed, count, NOW_S - days * DAY_S, NOW_S - 600))


class Bench:
    """A session and what lies below it.

    Attributes:
        session: over the wire.
        wire: over the emulator.
        all: the records of the account, oldest first.
    """

    def __init__(
        self,
        held: Iterable[Record] | None = None,
        change: Change = unchanged,
        *,
        accounts: Accounts | None = None,
        is_real: bool = False,
        **settings: object,
    ) -> None:
        self.all = records() if held is None else list(held)
        self.now_s = float(NOW_S)
        self.wire = Wire(Emulator(self.all, clock=lambda: self.now_s), change)
        state = State(width=120, clock=lambda: self.now_s)
        for name, value in settings.items():
            setattr(state, name, value)
        self.session = Session(
            state,
            accounts or account_of(self.wire),
            loop_factory=None if is_real else lambda: VirtualLoop(10_000_000),
        )
        if not is_real:
            # Here it is the machine that may be slow, never the work.
            worker = self.session._worker
            worker.gentle_s, worker.patient_s = 20.0, 30.0

    @property
    def requests(self) -> int:
        return len(self.wire.emulator.requests)

    def events(self, text: str, *replies: Reply) -> list[Event]:
        """What comes of an entry; questions are answered in turn."""
        left = list(replies)
        found = []
        for event in self.session.feed(text):
            found.append(event)
            if type(event).__name__ == "Confirm" and left:
                self.session.reply(left.pop(0))
        return found

    def said(self, text: str, *replies: Reply) -> str:
        """All that a terminal would show."""
        return "\n".join(e.shown for e in self.events(text, *replies) if e.shown)

    def rows(self, text: str, *replies: Reply) -> list[int]:
        """The ids of the rows that come of an entry."""
        return ids(self.events(text, *replies))


@contextmanager
def bench(*arguments: object, **keywords: object):
    made = Bench(*arguments, **keywords)
    try:
        yield made
    finally:
        made.session.close()


def ids(events: Sequence[Event]) -> list[int]:
    return [row["id"] for event in of(events, Rows) for row in event.rows]


def rows_of(events) -> list[dict[str, object]]:
    return [dict(row) for event in of(events, Rows) for row in event.rows]


def of(events: Sequence[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def newest_first(held: Sequence[Record]) -> list[int]:
    """The ids in the order of an answer: newest first, rising within a second."""
    ordered = sorted(held, key=lambda r: r["id"])
    ordered.sort(key=lambda r: r["created_at"], reverse=True)
    return [record["id"] for record in ordered]

"""Streams of records to one stream: by time, each record once.

In: batches of records per stream, each stream in the order of time. Out:
batches in that order. A record that comes again is dropped if it is equal;
one id with different content is kept and said.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Protocol

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code

Stream = AsyncGenerator[Sequence[Record], None]


class Told(Protocol):
    """Takes a warning: its code, what is wrong, what it means."""

    def __call__(self, code: Code, message: str, help_: str) -> None:
        """Take it."""
        ...


def merged(
    streams: Sequence[Stream], *, descending: bool, told: Told
) -> AsyncGenerator[Sequence[Record], None]:
    """One stream of several; a single one keeps the API's order within a second.

    Where several streams meet, ids rise within a second. What is held back is
    at most one second and one batch of each stream.
    """
    if len(streams) == 1:
        return _single(streams[0], told)
    return _several(streams, descending=descending, told=told)


async def _single(stream: Stream, told: Told) -> AsyncGenerator[Sequence[Record], None]:
    """The stream itself, each record of a second once."""
    second: int | None = None
    seen: dict[int, list[Record]] = {}
    try:
        async for batch in stream:
            kept: list[Record] = []
            for record in batch:
                if record.created_s != second:
                    second = record.created_s
                    seen = {}
                if _is_new(record, seen, told):
                    kept.append(record)
            if kept:
                yield kept
    finally:
        await stream.aclose()


async def _several(
    streams: Sequence[Stream], *, descending: bool, told: Told
) -> AsyncGenerator[Sequence[Record], None]:
    """The streams merged second by second."""
    heads = [_Head(stream) for stream in streams]
    pick = max if descending else min
    try:
        while True:
            for head in heads:
                await head.fill()
            heads = [head for head in heads if head.records]
            if not heads:
                return
            second = pick(head.records[0].created_s for head in heads)
            met: list[Record] = []
            for head in heads:
                met += await head.take(second)
            met.sort(key=lambda record: record.id)
            seen: dict[int, list[Record]] = {}
            yield [record for record in met if _is_new(record, seen, told)]
    finally:
        for stream in streams:
            await stream.aclose()


class _Head:
    """What a stream has next."""

    def __init__(self, stream: Stream) -> None:
        self._stream: AsyncIterator[Sequence[Record]] = stream
        self.records: deque[Record] = deque()

    async def fill(self) -> None:
        """Have a record ready, unless the stream is at its end."""
        while not self.records:
            batch = await anext(self._stream, None)
            if batch is None:
                return
            self.records.extend(batch)

    async def take(self, second: int) -> list[Record]:
        """All records of a second, read on where the second goes on."""
        taken: list[Record] = []
        while self.records and self.records[0].created_s == second:
            taken.append(self.records.popleft())
            if not self.records:
                await self.fill()
        return taken


def _is_new(record: Record, seen: dict[int, list[Record]], told: Told) -> bool:
    """Whether a record is not the same as one seen in its second."""
    before = seen.setdefault(record.id, [])
    if any(other.raw == record.raw for other in before):
        return False
    if before:
        told(
            Code.SAME_ID,
            f"record {record.id} came twice with different content",
            "both are kept; the log should never change",
        )
    before.append(record)
    return True

"""Streams of records to one stream: by time, each record once.

In: batches of records per stream, each stream in the order of time. Out:
batches in that order. A record that comes again is dropped if it is equal;
one id with different content is kept and said. Streams are waited for side by
side, each only for what the next second of the answer needs.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Protocol

from auditql.catalog.record import Record
from auditql.diagnostics.codes import Code
from auditql.results.together import together

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
                if is_new(record, seen, told):
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
        await together(_Head.fill, heads)
        while heads := [head for head in heads if head.records]:
            second = pick(head.records[0].created_s for head in heads)
            meeting = [head for head in heads if head.is_at(second)]
            going_on = meeting
            while going_on:
                for head in going_on:
                    head.take(second)
                # Only who has run dry may have more of the second.
                dry = [head for head in going_on if not head.records]
                await together(_Head.fill, dry)
                going_on = [head for head in dry if head.is_at(second)]
            met = [record for head in meeting for record in head.taken_out()]
            met.sort(key=lambda record: record.id)
            seen: dict[int, list[Record]] = {}
            yield [record for record in met if is_new(record, seen, told)]
    finally:
        await _close(streams)


async def _close(streams: Sequence[Stream]) -> None:
    """Close all of them at once, so that none asks for more while others end."""
    closings = (stream.aclose() for stream in streams)
    ended = await asyncio.gather(*closings, return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error


class _Head:
    """What a stream has next."""

    def __init__(self, stream: Stream) -> None:
        self._stream: AsyncIterator[Sequence[Record]] = stream
        self.records: deque[Record] = deque()
        self._taken: list[Record] = []

    async def fill(self) -> None:
        """Have a record ready, unless the stream is at its end."""
        while not self.records:
            batch = await anext(self._stream, None)
            if batch is None:
                return
            self.records.extend(batch)

    def is_at(self, second: int) -> bool:
        """Whether its next record is of that second."""
        return bool(self.records) and self.records[0].created_s == second

    def take(self, second: int) -> None:
        """Set aside the records of a second that are at hand."""
        while self.is_at(second):
            self._taken.append(self.records.popleft())

    def taken_out(self) -> list[Record]:
        """What was set aside since it was last asked for."""
        taken, self._taken = self._taken, []
        return taken


def is_new(record: Record, seen: dict[int, list[Record]], told: Told) -> bool:
    """Whether a record is not the same as one seen in its second; it is seen then.

    Args:
        record: one that came.
        seen: those of its second by their ids; takes in a new one.
        told: takes a warning of one id with different content.
    """
    before = seen.setdefault(record.id, [])
    if any(record.is_same(other) for other in before):
        return False
    if before:
        told(
            Code.SAME_ID,
            f"record {record.id} came twice with different content",
            "both are kept; the log should never change",
        )
    before.append(record)
    return True

"""Lines of JSON to records: one a line, or one page of the API a line.

In: blocks of a file. Out: its records, where each can be read again; of lines
that hold none, what is wrong. Lines are proven many at a time, and of those only
the ones read that may match; a line that is not proven is read strictly by itself.
"""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from functools import partial

from auditql.catalog.strict_json import BadJson, loads
from auditql.language.query import EVERYTHING, Filter
from auditql.providers.files.batch import Batch, Place, record, says_more, unfolded
from auditql.providers.files.blocks import MOST_LINE, Block, blocks
from auditql.providers.files.decoding import Decoder
from auditql.providers.files.dialects import Dialects
from auditql.providers.files.needles import Search, search_for
from auditql.providers.files.proof import COMPACT, Dialect, Proven, proven

Bad = Callable[[int, str], object]
"""Is told the number of a line and what is wrong with it."""


AHEAD = 3
"""Blocks that are proven while one is read; RE2 lets other threads run."""


class JsonLines:
    """Reads one file."""

    def __init__(
        self, bad: Bad, filter_: Filter = EVERYTHING, *, is_fast: bool = True
    ) -> None:
        """Read nothing yet.

        Args:
            bad: is told of lines that hold no record.
            filter_: records that do not pass need not be given.
            is_fast: False proves nothing and reads every line by itself.
        """
        self._bad = bad
        self._filter = filter_
        self._is_fast = is_fast
        self._decoder = Decoder(is_fast=is_fast)
        self._dialects = Dialects()
        self._searches: dict[Dialect, Search | None] = {}
        self._line = 1

    async def batches(
        self, pieces: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[Batch, None]:
        """The records of a file."""
        waiting: deque[tuple[Block, Future[Proven] | None]] = deque()
        found = blocks(pieces)
        # The first matches of a pipe need not wait for the blocks behind them.
        with ThreadPoolExecutor(1, "proof") as threads:
            async with aclosing(found):
                async for block in found:
                    waiting.append((block, self._begun(block, threads)))
                    while len(waiting) > AHEAD:
                        for batch in self._of_block(*waiting.popleft()):
                            yield batch
            for one in waiting:
                for batch in self._of_block(*one):
                    yield batch

    def _begun(
        self, block: Block, threads: ThreadPoolExecutor
    ) -> "Future[Proven] | None":
        """Let the lines of a block be proven."""
        if not self._is_fast or not block.content:
            return None
        return threads.submit(proven, block.content, 0, self._dialects.known)

    def _of_block(
        self, block: Block, begun: "Future[Proven] | None"
    ) -> Iterator[Batch]:
        if block.is_long:
            self._bad(self._line, f"is longer than {MOST_LINE:,} bytes")
            self._line += 1
        content, place = block.content, 0
        while place < len(content):
            if begun is not None:
                end, dialect = begun.result()
                begun = None
            elif self._is_fast:
                end, dialect = proven(content, place, self._dialects.known)
            else:
                end, dialect = place, COMPACT
            if end > place:
                self._dialects.met(dialect)
                batch = self._proven(content, place, end, dialect, block.start)
                yield batch
                self._line += batch.read
                place = end
                continue
            end = content.index(b"\n", place)
            yield from self._alone(content[place:end], block.start + place, self._line)
            self._line += 1
            place = end + 1

    def _proven(
        self, content: bytes, start: int, end: int, dialect: Dialect, offset: int
    ) -> Batch:
        """The records of proven lines, without those that cannot match."""
        if dialect not in self._searches:
            sample = content[start:end]
            self._searches[dialect] = search_for(self._filter, dialect, sample)
        search = self._searches[dialect]
        if search is None:
            lines = content[start : end - 1].split(b"\n")
            read = len(lines)
            places = partial(_following, lines, offset + start)
        else:
            found = search.spans(content, start, end)
            lines = [content[a:b] for a, b in found]
            read = content.count(b"\n", start, end)
            places = partial(_shifted, found, offset)
        records = self._decoder.records(lines)
        return Batch(records, read, places, True, dialect.is_compact)

    def _alone(self, line: bytes, start: int, number: int) -> Iterator[Batch]:
        """The records of one line; none of an empty one."""
        if not line.strip():
            return
        try:
            value = loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            self._bad(number, "is not UTF-8")
            return
        except BadJson as error:
            self._bad(number, str(error))
            return
        raws = unfolded(value)
        found = []
        for raw in raws:
            made = record(raw)
            if isinstance(made, str):
                self._bad(number, made)
            else:
                found.append(made)
        is_one = len(raws) == len(found) == 1 and found[0].raw is value
        if is_one and self._is_fast:
            self._dialects.learn(line, found[0])
        places = partial(_shifted, [(start, start + len(line))], 0) if is_one else None
        yield Batch(found, len(found), places, more=says_more(value))


def _following(lines: Sequence[bytes], start: int) -> list[Place]:
    """The places of lines that follow one another."""
    found = []
    for line in lines:
        length = len(line)
        found.append((start, length))
        start += length + 1
    return found


def _shifted(spans: Sequence[tuple[int, int]], offset: int) -> list[Place]:
    """The places of lines whose beginning and end are known."""
    return [(offset + start, end - start) for start, end in spans]

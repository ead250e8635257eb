"""Lines of JSON to records: one a line, or one page of the API a line.

In: blocks of a file. Out: its records, where each can be read again; of lines
that hold none, what is wrong. Lines are proven many at a time, and of those only
the ones read that may match; a line that is not proven is read strictly by itself.
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import partial

from auditql.catalog.strict_json import BadJson, loads
from auditql.language.query import EVERYTHING, Filter
from auditql.providers.files.batch import Batch, Place, record, unfolded
from auditql.providers.files.blocks import MOST_LINE, Block, blocks
from auditql.providers.files.decoding import Decoder
from auditql.providers.files.needles import created_at, needles, rarest, spans
from auditql.providers.files.proof import Dialect, Prover

Bad = Callable[[int, str], object]
"""Is told the number of a line and what is wrong with it."""


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
        self._prover = Prover() if is_fast else None
        self._decoder = Decoder(is_fast=is_fast)
        self._line = 1
        self._wanted: dict[Dialect, tuple[bytes, ...] | None] = {}

    async def batches(
        self, pieces: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[Batch, None]:
        """The records of a file."""
        found = blocks(pieces)
        async with aclosing(found):
            async for block in found:
                for batch in self._of_block(block):
                    yield batch

    def _of_block(self, block: Block) -> Iterator[Batch]:
        if block.is_long:
            self._bad(self._line, f"is longer than {MOST_LINE:,} bytes")
            self._line += 1
        content, place, prover = block.content, 0, self._prover
        while place < len(content):
            if prover is not None:
                end, dialect = prover.proven(content, place)
                if end > place:
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
        if dialect not in self._wanted:
            groups = needles(self._filter, dialect)
            self._wanted[dialect] = rarest(groups, content[start:end])
        wanted = self._wanted[dialect]
        if wanted is None:
            lines = content[start : end - 1].split(b"\n")
            read = len(lines)
            places = partial(_following, lines, offset + start)
        else:
            found = spans(content, start, end, wanted)
            lines = [content[a:b] for a, b in found]
            # Each proven line names it once, and long bytes are found quickest.
            read = content.count(created_at(dialect), start, end)
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
        places = partial(_shifted, [(start, start + len(line))], 0) if is_one else None
        yield Batch(found, len(found), places)


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

"""Files as a reader of records: in order, or as they come.

In: the paths of files, a plan. Out: the records that pass its filter. In order
means: by time as the plan reads, ids rising within a second, equal records once.
For that all files are read before the first record is given; what is held of a
match until then are a few bytes, and its line is read again.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from itertools import islice

from auditql.catalog.forms import form
from auditql.catalog.numbers import written
from auditql.catalog.received import received
from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import BadJson, loads
from auditql.diagnostics.safe_text import is_harmless, is_plain
from auditql.errors import ConfigurationError, RunError
from auditql.language.query import CursorPage, OffsetPage
from auditql.plan.buckets_to_ranges import buckets_to_ranges
from auditql.plan.model import Scan
from auditql.plan.negation import push_not_inward
from auditql.plan.plan import Plan
from auditql.plan.reader import Counted, Statistics
from auditql.providers.files.batch import Batch
from auditql.providers.files.decoding import Decoder
from auditql.providers.files.faults import Faults
from auditql.providers.files.inputs import Input, changed
from auditql.providers.files.keys import Keys, Known
from auditql.providers.files.reading import batches
from auditql.providers.files.tapes import FileTape, Spool, Tape

MOST_OPEN = 200
"""Files that are kept open to be read again; matches of the others are copied."""

_GIVEN = 500  # records that are given at once


@form
class Wanted:
    """What is read, and how.

    Attributes:
        paths: of the files; `-` is standard input.
        format: of all of them; None finds out.
        is_strict: a line that holds no record is an error.
        is_hashed: the SHA-256 of each file will be asked for.
        is_fast: False reads every line by itself, with the standard library.
    """

    paths: tuple[str, ...]
    format: str | None = None
    is_strict: bool = False
    is_hashed: bool = False
    is_fast: bool = True


@form
class WasRead:
    """A file that was read to its end.

    Attributes:
        name: as it was given.
        bytes: of the file.
        sha256: of them; None where nobody wanted to know.
    """

    name: str
    bytes: int
    sha256: str | None


class FilesReader:
    """Reads files for one run of a plan.

    Attributes:
        faults: lines that hold no record, once all was read.
        was_read: the files that were read to their end, in their order.
    """

    def __init__(self, wanted: Wanted, plan: Plan, statistics: Statistics) -> None:
        """Read nothing yet.

        Args:
            wanted: what is read.
            plan: made for files; not for a page at a cursor, which only the API has.
            statistics: learns how many records were read.

        Raises:
            ConfigurationError: the plan wants such a page.
        """
        if isinstance(plan.query.page, CursorPage):
            raise ConfigurationError(
                "a page at a cursor is the API's; files have none: use limit and offset"
            )
        self.faults = Faults()
        self.was_read: list[WasRead] = []
        self._wanted = wanted
        self._plan = plan
        self._statistics = statistics
        query = plan.query
        self._filter = push_not_inward(buckets_to_ranges(query.filter, query.zone))
        self._decoder = Decoder(is_fast=wanted.is_fast)

    async def pages(
        self, scan: Scan, wanted: int | None = None
    ) -> AsyncGenerator[Sequence[Record], None]:
        """The records that pass, in order, each once.

        Raises:
            ConfigurationError: a file cannot be read, or is not strictly as it
                should be; no record was given.
            RunError: a file was changed while it was read.
        """
        with ExitStack() as open_:
            inputs: list[Input] = []
            spool = Spool()
            open_.callback(spool.close)
            tapes: list[Tape] = [spool]
            keys = Keys(descending=self._plan.descending, most=self._most())
            keep = self._plan.matcher().keep
            for path in self._wanted.paths:
                input_ = open_.enter_context(self._input(path))
                async for batch in self._batches(input_):
                    kept = keep(batch.records)
                    if kept:
                        is_kept = _can_stay(input_, len(inputs))
                        if not is_kept or batch.places is None:
                            places = spool.add([_encoded(r) for r in kept])
                            keys.add(kept, 0, places, Known.NOTHING)
                        else:
                            if input_ not in inputs:
                                inputs.append(input_)
                                tapes.append(FileTape(input_))
                            keys.add(kept, len(tapes) - 1, *_of_file(batch, kept))
                if input_ not in inputs:
                    input_.close()
            self._check_strict()
            for input_ in inputs:
                input_.check_same()
            found = self._paged(self._once(self._again(keys, tapes)))
            while given := list(islice(found, _GIVEN)):
                yield given
                await asyncio.sleep(0)  # a Ctrl-C is seen
            for input_ in inputs:
                input_.check_same()

    async def as_they_come(self) -> AsyncGenerator[Sequence[Record], None]:
        """The records that pass, in the order of the files, equal ones again.

        Raises:
            ConfigurationError: as `pages`, but records may have been given.
        """
        keep = self._plan.matcher().keep
        for path in self._wanted.paths:
            with self._input(path) as input_:
                async for batch in self._batches(input_):
                    kept = keep(batch.records)
                    if kept:
                        yield kept
        self._check_strict()

    async def counted(self, scan: Scan) -> Counted:
        """Never asked: files count nothing."""
        raise AssertionError("no plan for files reads a count")

    def _input(self, path: str) -> Input:
        return Input(path, is_hashed=self._wanted.is_hashed)

    async def _batches(self, input_: Input) -> AsyncGenerator[Batch, None]:
        """The records of one file, counted."""
        found = batches(
            input_,
            self.faults,
            filter_=self._filter,
            format_=self._wanted.format,
            is_fast=self._wanted.is_fast,
        )
        async for batch in found:
            self._statistics.rows_fetched += batch.read
            yield batch
        sha256 = input_.sha256 if self._wanted.is_hashed else None
        self.was_read.append(WasRead(input_.name, input_.size, sha256))

    def _check_strict(self) -> None:
        if self._wanted.is_strict and self.faults:
            raise self.faults.refusal()

    def _most(self) -> int | None:
        """How many records are taken at most; None for all."""
        plan = self._plan
        if plan.sort:
            return None
        if isinstance(plan.query.page, OffsetPage):
            return plan.query.page.number * plan.query.page.size
        return None if plan.limit is None else plan.limit + plan.offset

    def _again(self, keys: Keys, tapes: Sequence[Tape]) -> Iterator[Sequence[Record]]:
        """The records of keys, in their order, their lines read again."""
        for some in keys.in_order():
            lines = [tapes[tape].line(a, n) for _, _, tape, a, n, _ in some]
            found = self._records(lines, [kind for *_, kind in some])
            for record, (second, number, tape, *_) in zip(found, some, strict=True):
                if record is None or (
                    record.id != number or record.created_s != second
                ):
                    raise _changed(tapes[tape])
            yield [record for record in found if record is not None]

    def _records(
        self, lines: Sequence[bytes], kinds: Sequence[int]
    ) -> Sequence[Record | None]:
        """The records of lines that were read before; None for what is another now."""
        if Known.NOTHING in kinds and len(kinds) > 1:
            each = zip(lines, kinds, strict=True)
            return [self._records([line], [kind])[0] for line, kind in each]
        if Known.NOTHING in kinds:
            return list(map(_alone, lines))
        try:
            records = self._decoder.records(lines)
        except (ValueError, LookupError, TypeError):
            return [None] * len(lines)
        return list(map(_with_line, records, lines, kinds))

    def _once(self, found: Iterator[Sequence[Record]]) -> Iterator[Record]:
        """Records without those equal to one before; they stand side by side."""
        same: list[Record] = []
        last: tuple[int, int] | None = None
        for records in found:
            for record in records:
                key = (record.created_s, record.id)
                if key != last:
                    last, same = key, [record]
                elif any(record.is_same(other) for other in same):
                    continue
                else:
                    same.append(record)
                yield record

    def _paged(self, records: Iterator[Record]) -> Iterator[Record]:
        """The records of the page that is asked for; all where none is."""
        page = self._plan.query.page
        if not isinstance(page, OffsetPage):
            return records
        first = (page.number - 1) * page.size
        return islice(records, first, first + page.size)


def _can_stay(input_: Input, number: int) -> bool:
    """Whether the lines of a file can be read again."""
    return input_.is_file and not input_.is_packed and number <= MOST_OPEN


def _of_file(batch: Batch, kept: Sequence[Record]) -> tuple[list[tuple[int, int]], int]:
    """The places of those that are kept, and what is known of their lines."""
    assert batch.places is not None
    places = iter(zip(batch.records, batch.places(), strict=True))
    found = [next(place for record, place in places if record is one) for one in kept]
    if not batch.is_proven:
        return found, Known.NOTHING
    return found, Known.COMPACT if batch.is_compact else Known.PROVEN


def _encoded(record: Record) -> bytes:
    """A line that gives the record again."""
    return written(record.raw, is_ascii=True).encode("ascii")


def _alone(line: bytes) -> Record | None:
    """The record of a line of which nothing is known."""
    try:
        return Record.from_json(loads(line.decode("utf-8")))
    except (BadJson, BadRecord, UnicodeDecodeError):
        return None


def _with_line(record: Record, line: bytes, kind: int) -> Record:
    """The record, with its line where that is what would be written of it."""
    if kind != Known.COMPACT or b"\\" in line:
        return record
    text = line.decode("utf-8")
    if not is_plain(text) and not all(map(_is_harmless, set(text))):
        return record
    return Record(received(record.raw, text), record.id, record.created_s)


_is_harmless = lru_cache(16_384)(is_harmless)


def _changed(tape: Tape) -> RunError:
    assert isinstance(tape, FileTape), "nobody else writes our own"
    return changed(tape.name)

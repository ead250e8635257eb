"""One file to its records, whatever its format.

In: an open file, the filter. Out: its records, batch by batch, those aside that
cannot match; how many were read, and which lines held none.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from auditql.errors import ConfigurationError
from auditql.language.query import EVERYTHING, Filter
from auditql.providers.files.batch import Batch
from auditql.providers.files.faults import Faults
from auditql.providers.files.inputs import Input
from auditql.providers.files.json_lines import JsonLines
from auditql.providers.files.json_values import JsonValues
from auditql.providers.files.kinds import SEPARATORS, format_of
from auditql.providers.files.separated import Separated


async def batches(
    input_: Input,
    faults: Faults,
    *,
    filter_: Filter = EVERYTHING,
    format_: str | None = None,
    is_fast: bool = True,
) -> AsyncGenerator[Batch, None]:
    """The records of a file.

    Args:
        input_: the file, not read yet.
        faults: learns of lines that hold no record, and that more records exist.
        filter_: records that do not pass need not be given.
        format_: of the file; None finds out.
        is_fast: False reads every line by itself, with the standard library.

    Raises:
        ConfigurationError: it cannot be read to its end, is no such format, or
            no line of it holds a record.
    """
    before, good, more = faults.number, 0, False
    pieces = input_.pieces()
    async with aclosing(pieces):
        head = await anext(pieces, b"")
        name = input_.name
        bad = partial(faults.add, name)
        whole = _with(head, pieces)
        match format_ or format_of(name, head):
            case "jsonl":
                found = JsonLines(bad, filter_, is_fast=is_fast).batches(whole)
            case "json":
                found = JsonValues(name, bad).batches(whole)
            case kind:
                found = Separated(name, bad, SEPARATORS[kind]).batches(whole)
        async with aclosing(found):
            async for batch in found:
                good += batch.read
                more = more if batch.more is None else batch.more
                yield batch
    if faults.number > before and not good:
        raise ConfigurationError(f"{name} holds no record: {faults.last}")
    if more:
        faults.add_unfinished(name)


async def _with(
    head: bytes, pieces: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    """The pieces of a file, the first of them already taken out."""
    if head:
        yield head
    async for piece in pieces:
        yield piece

r"""Lines of cells to records: csv and tsv as auditql writes them, or with more.

In: blocks of a file. Out: its records. The heading names the columns: `id` and
`created_at` must be there, others of the API may, what the API does not know is
kept as text. An empty cell is null: csv does not tell it from empty text. A `'` that
guards a formula is taken away.
"""

import csv
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from auditql.catalog.fields import BY_NAME
from auditql.catalog.formulas import unguarded
from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.errors import ConfigurationError
from auditql.providers.files.batch import Batch, record
from auditql.providers.files.blocks import MOST_LINE, blocks
from auditql.providers.files.json_lines import Bad

_NEEDED = ("id", "created_at")
_DIGITS = 20  # an integer of 64 bits has fewer
_SHOWN = 20  # columns that are named where one is missing


class Separated:
    """Reads one file."""

    def __init__(self, name: str, bad: Bad, separator: str) -> None:
        """Read nothing yet.

        Args:
            name: of the file.
            bad: is told of lines that hold no record.
            separator: between cells.
        """
        self._name = name
        self._bad = bad
        self._separator = separator
        self._columns: Sequence[str] = ()
        self._line = 1

    async def batches(
        self, pieces: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[Batch, None]:
        """The records of a file.

        Raises:
            ConfigurationError: its columns are no record's, or it is no text.
        """
        held: list[bytes] = []
        quotes = size = 0
        found = blocks(pieces)
        async with aclosing(found):
            async for block in found:
                if block.is_long:
                    raise self._unusable(f"has a line over {MOST_LINE:,} bytes")
                held.append(block.content)
                size += len(block.content)
                quotes += block.content.count(b'"')
                # A line feed within quotes belongs to its cell: what is whole has
                # as many quotes that open as quotes that close.
                if quotes % 2 == 0:
                    yield self._batch(b"".join(held))
                    held, quotes, size = [], 0, 0
                elif size > MOST_LINE:
                    raise self._unusable("opens a quote that is never closed")
        if held:
            raise self._unusable("opens a quote that is never closed")
        if not self._columns:
            raise self._unusable("is empty: a heading is missing")

    def _batch(self, content: bytes) -> Batch:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise self._unusable("is not UTF-8") from None
        found = []
        for line, cells in self._rows(text):
            made = self._record(cells)
            if isinstance(made, str):
                self._bad(line, made)
            else:
                found.append(made)
        return Batch(found, len(found))

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """The number of the line that a row begins in, and the row's cells."""
        # A cell that is given up in its middle would let its other lines pass for rows.
        csv.field_size_limit(max(csv.field_size_limit(), MOST_LINE))
        start = self._line
        lines = [line + "\n" for line in text.split("\n")[:-1]]
        rows = csv.reader(lines, delimiter=self._separator, strict=True)
        while True:
            line = start + rows.line_num
            try:
                cells = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                self._bad(line, f"is no line of cells: {error}")
                continue
            if not self._columns:
                self._columns = self._heading(cells)
            elif cells:
                yield line, cells
        self._line = start + rows.line_num

    def _heading(self, cells: Sequence[str]) -> Sequence[str]:
        names = [unguarded(cell) for cell in cells]
        missing = [name for name in _NEEDED if name not in names]
        if missing:
            shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
            raise self._unusable(
                f"has no column {' and none called '.join(missing)}; "
                f"its columns are {shown}"
            )
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise self._unusable(f"has the column {twice} twice")
        return names

    def _record(self, cells: Sequence[str]) -> Record | str:
        if len(cells) != len(self._columns):
            return f"has {len(cells)} cells where {len(self._columns)} are named"
        return record(
            {
                name: _value(name, cell)
                for name, cell in zip(self._columns, cells, strict=True)
            }
        )

    def _unusable(self, why: str) -> ConfigurationError:
        return ConfigurationError(f"{self._name} cannot be read: it {why}")


def _value(name: str, cell: str) -> object:
    """What a cell holds; what cannot be an integer is left to the record's check."""
    if not cell:
        return None
    known = BY_NAME.get(name)
    if known is not None and known.kind is Kind.INTEGER:
        digits = cell.removeprefix("-")
        is_one = digits.isascii() and digits.isdigit() and len(digits) < _DIGITS
        return int(cell) if is_one else cell
    return unguarded(cell)

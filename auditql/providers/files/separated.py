r"""Lines of cells to records: csv and tsv as auditql writes them, or with more.

In: blocks of a file. Out: its records. The heading names the columns: `id` and
`created_at` must be there, others of the API may, what the API does not know is
kept as text. An empty cell is null, and `""` is empty text, as auditql writes them. A
`'` that guards a formula is taken away.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from auditql.catalog.fields import BY_NAME
from auditql.catalog.formulas import unguarded
from auditql.catalog.kinds import Kind
from auditql.catalog.record import Record
from auditql.errors import ConfigurationError
from auditql.providers.files.batch import Batch, record
from auditql.providers.files.blocks import MOST_LINE, blocks
from auditql.providers.files.json_lines import Bad
from auditql.providers.files.rows import Rows, text_of

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
        self._values: Sequence[Callable[[str], object]] = ()
        self._line = 1

    async def batches(
        self, pieces: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[Batch, None]:
        """The records of a file.

        Raises:
            ConfigurationError: its columns are no record's, or it is no text.
        """
        held: list[str] = []
        size = open_ = 0
        found = blocks(pieces)
        async with aclosing(found):
            async for block in found:
                if block.is_long:
                    raise self._unusable(f"has a line over {MOST_LINE:,} bytes")
                held.append(self._decoded(block.content))
                size += len(held[-1])
                # A row that is not whole is looked at again when it has doubled.
                if size >= 2 * open_:
                    batch, rest = self._batch("".join(held))
                    if batch.read:
                        yield batch
                    held, size, open_ = [rest], len(rest), len(rest)
                if size > MOST_LINE and open_:
                    raise self._unusable("opens a quote that is never closed")
        batch, rest = self._batch("".join(held))
        if batch.read:
            yield batch
        if rest:
            raise self._unusable("opens a quote that is never closed")
        if not self._columns:
            raise self._unusable("is empty: a heading is missing")

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise self._unusable("is not UTF-8") from None

    def _batch(self, text: str) -> tuple[Batch, str]:
        """The records of a text, and what is left of it: a row that is not whole."""
        found = []
        rows = Rows(text, self._separator)
        for row in rows:
            line = self._line + row.feeds
            if row.fault is not None:
                self._bad(line, f"is no line of cells: {row.fault}")
                continue
            if not self._columns:
                self._columns = self._heading(row.cells)
                self._values = [_value_of(name) for name in self._columns]
                continue
            made = self._record(row.cells)
            if isinstance(made, str):
                self._bad(line, made)
            else:
                found.append(made)
        self._line += rows.feeds
        return Batch(found, len(found)), text[rows.end :]

    def _heading(self, cells: Sequence[str]) -> Sequence[str]:
        names = [unguarded(text_of(cell) or "") for cell in cells]
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
        columns = zip(self._columns, self._values, cells, strict=True)
        return record({name: value(cell) for name, value, cell in columns})

    def _unusable(self, why: str) -> ConfigurationError:
        return ConfigurationError(f"{self._name} cannot be read: it {why}")


def _value_of(name: str) -> Callable[[str], object]:
    """What gives the value of a raw cell of a column."""
    known = BY_NAME.get(name)
    return _integer if known is not None and known.kind is Kind.INTEGER else _text


def _integer(raw: str) -> object:
    """What a cell holds; what cannot be an integer is left to the record's check."""
    cell = text_of(raw)
    if not cell:  # no integer is empty text: some writers quote every cell
        return None
    digits = cell.removeprefix("-")
    is_one = digits.isascii() and digits.isdigit() and len(digits) < _DIGITS
    return int(cell) if is_one else cell


def _text(raw: str) -> str | None:
    """What a cell holds, without its guard."""
    cell = text_of(raw)
    return None if cell is None else unguarded(cell)

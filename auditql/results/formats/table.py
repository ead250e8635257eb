"""`table`: a heading, a rule, one line for each row, columns aligned.

In: records. Out: on a terminal, the columns that fit, texts cut with a mark,
or one field a line where not even that fits; elsewhere all columns, whole.
The looks are those of tabulate's `simple` format, which takes six times as long.

The first `BLOCK` rows fix heading and widths, so they are held back, which
bounds memory; every later block is written when it is full, and a cell that is
wider than its column then moves the rest of its line, or is cut on a terminal.
"""

from collections.abc import Mapping, Sequence

from auditql.results.formats import Format, Layout, Row
from auditql.results.formats.cells import cell
from auditql.results.formats.columns import Columns
from auditql.results.formats.fitting import GAP, fit, is_number
from auditql.results.formats.screen import filled, shortened, width

BLOCK = 1000
"""Rows that are held back at most."""


class Table:
    """Writes records as lines under a heading."""

    def __init__(self, layout: Layout) -> None:
        """Fit the table to the terminal of the layout, if there is one."""
        self._layout = layout
        self._columns = Columns(layout.columns)
        self._held: list[Row] = []
        self._widths: Mapping[str, int] | None = None
        self._left_out: tuple[str, ...] = ()
        self._instead: Format | None = None

    def rows(self, rows: Sequence[Row]) -> str:
        """The lines of every block that is full now."""
        if self._instead is not None:
            return self._instead.rows(rows)
        self._held += rows
        return self._block() if len(self._held) >= BLOCK else ""

    def end(self) -> str:
        """The lines of what is held back; the heading, where no row came."""
        rest = self._block() if self._held or self._widths is None else ""
        return rest if self._instead is None else rest + self._instead.end()

    def notes(self) -> Sequence[str]:
        """The columns for which the terminal is too narrow, and late fields."""
        if self._instead is not None:
            return self._instead.notes()
        late = self._columns.notes()
        if not self._left_out:
            return late
        names = ", ".join(map(cell, self._left_out))
        return (
            f"no room for {names}: -f vertical shows all, --columns chooses",
            *late,
        )

    def begun(self) -> None:
        """It cannot go on: see `RESUMABLE`."""

    def _block(self) -> str:
        """The lines of the rows held back, after the heading before the first."""
        rows, self._held = self._held, []
        names = self._columns.names(rows)
        shown = names if self._widths is None else tuple(self._widths)
        columns = {name: [cell(row.get(name)) for row in rows] for name in shown}
        heading = ""
        if self._widths is None:
            widths = self._fitted(columns)
            if widths is None:
                return self._turned(rows)
            self._widths = widths
            self._left_out = tuple(n for n in names if n not in widths)
            columns = {name: columns[name] for name in widths}
            heading = self._heading(widths)
        return heading + self._lines(columns, self._widths)

    def _fitted(self, columns: Mapping[str, Sequence[str]]) -> Mapping[str, int] | None:
        """The widths of the columns that are shown; None where none make sense."""
        liked = {
            name: max(width(_head(name)), max(map(width, cells), default=0))
            for name, cells in columns.items()
        }
        if self._layout.width is None:
            return liked
        return fit(liked, self._layout.width, keep_all=self._layout.columns is not None)

    def _turned(self, rows: Sequence[Row]) -> str:
        """The rows one field a line, from here to the end."""
        from auditql.results.formats.vertical import make

        self._instead = make(self._layout)
        return self._instead.rows(rows)

    def _heading(self, widths: Mapping[str, int]) -> str:
        names = {name: [shortened(_head(name), wide)] for name, wide in widths.items()}
        rule = (" " * GAP).join("-" * wide for wide in widths.values())
        return f"{self._lines(names, widths)}{rule}\n"

    def _lines(
        self, columns: Mapping[str, Sequence[str]], widths: Mapping[str, int]
    ) -> str:
        """The cells in lines; nothing is filled up behind the last column."""
        last = list(widths)[-1]
        made: list[Sequence[str]] = []
        for name, cells in columns.items():
            wide, number = widths[name], is_number(name)
            if self._layout.width is not None:
                cells = [shortened(text, wide) for text in cells]
            if name != last or number:
                cells = [filled(text, wide, to_the_right=number) for text in cells]
            made.append(cells)
        gap = " " * GAP
        return "".join([gap.join(line) + "\n" for line in zip(*made, strict=True)])


def _head(name: str) -> str:
    """A column's name; one that the catalog does not know may hold anything."""
    return cell(name)


make = Table

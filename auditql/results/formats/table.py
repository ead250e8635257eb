"""`table`: a heading, a rule, one line for each row, columns aligned.

In: rows. Out: on a terminal, the columns that fit, texts cut with a mark, times
in a zone that the heading names, or one field a line where not even that fits;
elsewhere all columns, whole. Bars, where they are wanted, end the lines.
The looks are those of tabulate's `simple` format, which takes six times as long.

The first `BLOCK` rows fix heading and widths, so they are held back, which
bounds memory; every later block is written when it is full, and a cell that is
wider than its column then moves the rest of its line, or is cut on a terminal.
An answer with bars is held back whole, for the largest number is their scale:
it is one that was counted, and so in memory anyhow.
"""

from collections.abc import Mapping, Sequence

from auditql.catalog.kinds import Kind
from auditql.results.formats import Format, Layout, Row
from auditql.results.formats.bars import LEAST, MOST, drawn
from auditql.results.formats.cells import cell
from auditql.results.formats.columns import Columns, kinds
from auditql.results.formats.fitting import GAP, fit
from auditql.results.formats.screen import filled, shortened, width
from auditql.results.formats.zoned import zoned

Cells = Mapping[str, Sequence[str]]
"""The texts of a block's rows, by column."""

BLOCK = 1000
"""Rows that are held back at most."""


class Table:
    """Writes records as lines under a heading."""

    def __init__(self, layout: Layout) -> None:
        """Fit the table to the terminal of the layout, if there is one."""
        self._layout = layout
        self._columns = Columns(layout)
        self._kinds = kinds(layout)
        self._zoned = None if layout.width is None else zoned(layout.zone)
        self._most_held = BLOCK if layout.bars is None else None
        self._held: list[Row] = []
        self._widths: Mapping[str, int] | None = None
        self._left_out: tuple[str, ...] = ()
        self._instead: Format | None = None

    def rows(self, rows: Sequence[Row]) -> str:
        """The lines of every block that is full now."""
        if self._instead is not None:
            return self._instead.rows(rows)
        self._held += rows
        most = self._most_held
        return "" if most is None or len(self._held) < most else self._block()

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
        columns = {name: self._cells(name, rows) for name in shown}
        heading = ""
        if self._widths is None:
            widths = self._fitted(columns)
            if widths is None:
                return self._turned(rows)
            self._widths = widths
            self._left_out = tuple(n for n in names if n not in widths)
            columns = {name: columns[name] for name in widths}
            heading = self._heading(widths)
        lines = self._lines(columns, self._widths, self._bars(rows, self._widths))
        return heading + lines

    def _cells(self, name: str, rows: Sequence[Row]) -> list[str]:
        """The texts of a column."""
        if self._zoned is None or self._kinds.get(name) is not Kind.TIME:
            return [cell(row.get(name)) for row in rows]
        return [cell(self._zoned(row.get(name))) for row in rows]

    def _fitted(self, columns: Cells) -> Mapping[str, int] | None:
        """The widths of the columns that are shown; None where none make sense."""
        liked = {
            name: max(width(self._head(name)), max(map(width, cells), default=0))
            for name, cells in columns.items()
        }
        layout = self._layout
        if layout.width is None:
            return liked
        keep_all = layout.columns is not None or layout.answer is not None
        if layout.bars is not None:
            beside = layout.width - GAP - LEAST
            fitted = fit(liked, self._kinds, beside, keep_all=keep_all)
            if fitted is not None:
                return fitted
        return fit(liked, self._kinds, layout.width, keep_all=keep_all)

    def _turned(self, rows: Sequence[Row]) -> str:
        """The rows one field a line, from here to the end."""
        from auditql.results.formats.vertical import make

        self._instead = make(self._layout)
        return self._instead.rows(rows)

    def _room(self, widths: Mapping[str, int]) -> int:
        """Columns of the longest bar; 0 where none is drawn, or has room."""
        bars, screen = self._layout.bars, self._layout.width
        if bars is None or bars.column not in widths:
            return 0
        if screen is None:
            return MOST
        room = screen - sum(widths.values()) - GAP * len(widths)
        return min(room, MOST) if room >= LEAST else 0

    def _bars(self, rows: Sequence[Row], widths: Mapping[str, int]) -> list[str]:
        """What is drawn behind each row."""
        bars, room = self._layout.bars, self._room(widths)
        return drawn(bars, rows, room) if bars is not None and room else []

    def _heading(self, widths: Mapping[str, int]) -> str:
        """The heading and its rule; bars that are far from their count name it."""
        heads = {n: [shortened(self._head(n), wide)] for n, wide in widths.items()}
        rules = ["-" * wide for wide in widths.values()]
        bars, room = self._layout.bars, self._room(widths)
        above: list[str] = []
        if bars is not None and room and bars.column != list(widths)[-1]:
            above = [shortened(self._head(bars.column), room)]
            rules.append("-" * width(above[0]))
        return f"{self._lines(heads, widths, above)}{(' ' * GAP).join(rules)}\n"

    def _head(self, name: str) -> str:
        """What heads a column; one that the catalog does not know may be anything."""
        if self._zoned is not None and self._kinds.get(name) is Kind.TIME:
            return f"{cell(name)} ({self._zoned.name})"
        return cell(name)

    def _lines(
        self, columns: Cells, widths: Mapping[str, int], bars: Sequence[str]
    ) -> str:
        """The cells in lines; nothing is filled up behind what ends a line."""
        last = None if bars else list(widths)[-1]
        made: list[Sequence[str]] = []
        for name, cells in columns.items():
            wide, number = widths[name], self._kinds.get(name) is Kind.INTEGER
            if self._layout.width is not None:
                cells = [shortened(text, wide) for text in cells]
            if name != last or number:
                cells = [filled(text, wide, to_the_right=number) for text in cells]
            made.append(cells)
        gap = " " * GAP
        lines = [gap.join(line) for line in zip(*made, strict=True)]
        if bars:
            pairs = zip(lines, bars, strict=True)
            lines = [
                line + gap + bar if bar else line.rstrip(" ") for line, bar in pairs
            ]
        return "".join([line + "\n" for line in lines])


make = Table

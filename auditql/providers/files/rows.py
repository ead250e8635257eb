r"""Text to rows of cells, as RFC 4180 says, an empty cell told from a quoted one.

In: a text that ends with a line feed. Out: its rows, each with its raw cells, as
they stand there with their quotes; where a row is broken, what is wrong; where the
last one goes on behind the text, how much of it is left. Every character is looked
at a fixed number of times, however cells go on over lines.
"""

import re
from collections.abc import Iterator

from auditql.catalog.forms import form

QUOTE = '"'


@form
class Row:
    """A row.

    Attributes:
        feeds: line feeds in the text before it.
        cells: raw; see `text_of`.
        fault: what is wrong with it; None where it is whole.
    """

    feeds: int
    cells: tuple[str, ...] | list[str]
    fault: str | None = None


class Rows:
    """The rows of a text.

    Attributes:
        end: where the text that was read ends: behind the last whole row.
        feeds: line feeds up to there.
    """

    def __init__(self, text: str, separator: str) -> None:
        """Read nothing yet.

        Args:
            text: ends with a line feed.
            separator: between cells, one character.
        """
        self.end = 0
        self.feeds = 0
        self._text = text
        self._separator = separator
        quoted = '"(?:[^"]++|"")*+"'
        plain = rf'(?:[^{separator}"\r\n][^{separator}\r\n]*+)?+'
        cell = f"(?:{quoted}|{plain})"
        self._row = re.compile(rf"{cell}(?:{separator}{cell})*+\r?\n")
        self._cell = re.compile(rf"({quoted}|{plain})(?:{separator}|\r?\n)")
        self._before = re.compile(rf"(?:{cell}{separator})*+(?:{quoted})?+")
        self._open = re.compile(r'"(?:[^"]++|"")*+\Z')

    def __iter__(self) -> Iterator[Row]:
        """The rows; an empty line is none."""
        text, separator = self._text, self._separator
        while self.end < len(text):
            place, feeds = self.end, self.feeds
            end = text.index("\n", place) + 1
            line = text[place : end - 1]
            if QUOTE not in line:
                self.end, self.feeds = end, feeds + 1
                line = line.removesuffix("\r")
                if "\r" in line:
                    yield Row(feeds, (), "a carriage return stands within a cell")
                elif line:
                    yield Row(feeds, line.split(separator))
                continue
            found = self._row.match(text, place)
            if found is not None:
                self._go_to(found.end())
                yield Row(feeds, self._cell.findall(text, place, found.end()))
                continue
            before = self._before.match(text, place)
            assert before is not None, "it matches nothing at all, too"
            stop = before.end()
            if self._open.match(text, stop):
                return
            self._go_to(text.index("\n", stop) + 1)
            closed = text[stop - 1 : stop] == QUOTE and stop > place
            what = (
                "text stands behind a closing quote"
                if closed
                else ("a carriage return stands within a cell")
            )
            yield Row(feeds, (), what)

    def _go_to(self, place: int) -> None:
        self.feeds += self._text.count("\n", self.end, place)
        self.end = place


def text_of(cell: str) -> str | None:
    """The text of a raw cell; None for one that is empty and not quoted."""
    if not cell:
        return None
    if cell[0] != QUOTE:
        return cell
    return cell[1:-1].replace('""', QUOTE)

"""Diagnostics for a person, for one line, for a program.

In: diagnostics and the text that their spans point into. Out: text or plain
values; nothing is printed. Whatever comes from the query is made harmless.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from auditql.diagnostics.model import Diagnostic, Span
from auditql.diagnostics.safe_text import safe_text

WINDOW = 100
"""Most columns of a source line that are shown around the marked place."""

_TAB = "    "
_LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    r"""Where the lines of a text begin; `\n`, `\r\n` and `\r` end them."""

    def __init__(self, text: str) -> None:
        """Find the lines of a text."""
        self.text = text
        self.starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, in code points."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        start = self.starts[number - 1]
        last = number == len(self.starts)
        end = len(self.text) if last else self.starts[number]
        return self.text[start:end].rstrip("\r\n")


def render_text(
    diagnostics: Sequence[Diagnostic], text: str, name: str | None = None
) -> str:
    """All diagnostics for a person: title, the line with carets, help.

    Args:
        diagnostics: shown in this order, an empty line between two.
        text: what their spans point into.
        name: the file's name, shown with line and column; None for none.
    """
    lines = Lines(text)
    return "\n\n".join(_one(d, lines, name) for d in diagnostics)


def _one(diagnostic: Diagnostic, lines: Lines, name: str | None) -> str:
    head = f"{diagnostic.severity.value}[{diagnostic.code.value}]: "
    shown = [head + safe_text(diagnostic.message)]
    margin = "  "
    if diagnostic.span is not None:
        number, column = lines.at(diagnostic.span.start)
        width = len(str(number))
        margin = " " * (width + 3)
        if name is not None:
            shown.append(f" --> {safe_text(name)}:{number}:{column}")
        source, carets = _marked(diagnostic.span, number, lines)
        shown.append(f"  {number} | {source}".rstrip())
        label = safe_text(diagnostic.label)
        shown.append(f"{margin}| {carets} {label}".rstrip())
    elif name is not None:
        shown.append(f" --> {safe_text(name)}")
    if diagnostic.help is not None:
        shown.append(f"{margin}= help: {safe_text(diagnostic.help)}")
    return "\n".join(shown)


def _marked(span: Span, number: int, lines: Lines) -> tuple[str, str]:
    """A source line made harmless, and the carets that stand under the span."""
    line = lines.line(number)
    begin = span.start - lines.starts[number - 1]
    end = min(span.end - lines.starts[number - 1], len(line))
    first, last = _window(line, begin)
    before = "…" if first > 0 else ""
    after = "…" if last < len(line) else ""
    cells = [_cell(c) for c in line[first:last]]
    source = before + "".join(cells) + after
    widths = [_width(cell) for cell in cells]
    lead = len(before) + sum(widths[: begin - first])
    marked = sum(widths[begin - first : max(0, end - first)])
    return source, " " * lead + "^" * max(1, marked)


def _cell(character: str) -> str:
    return _TAB if character == "\t" else safe_text(character)


def _width(cell: str) -> int:
    """Columns of a terminal that a piece of harmless text takes."""
    if cell.isascii():
        return len(cell)
    from wcwidth import wcswidth

    return max(0, wcswidth(cell))


def _window(line: str, begin: int) -> tuple[int, int]:
    """The part of a line that is shown: all of it, or what is around a place."""
    if len(line) <= WINDOW and _columns(line) <= WINDOW:
        return 0, len(line)
    room = WINDOW
    last = begin
    while last < len(line) and (width := _columns(line[last])) <= room - WINDOW // 3:
        room -= width
        last += 1
    first = min(begin, len(line))
    while first > 0 and (width := _columns(line[first - 1])) <= room:
        room -= width
        first -= 1
    while last < len(line) and (width := _columns(line[last])) <= room:
        room -= width
        last += 1
    return first, last


def _columns(text: str) -> int:
    """Columns of a text as it is shown; a mark that takes none counts as one."""
    return sum(max(1, _width(_cell(character))) for character in text)


def render_line(diagnostic: Diagnostic, text: str, name: str | None = None) -> str:
    """One diagnostic on one line: `june.aql:1:20: error[unknown-value]: …`."""
    where = "" if name is None else f"{safe_text(name)}:"
    if diagnostic.span is not None:
        number, column = Lines(text).at(diagnostic.span.start)
        where += f"{number}:{column}:"
    head = f"{diagnostic.severity.value}[{diagnostic.code.value}]: "
    help_ = f" ({safe_text(diagnostic.help)})" if diagnostic.help else ""
    said = head + safe_text(diagnostic.message) + help_
    return f"{where} {said}" if where else said


def to_json(diagnostic: Diagnostic, text: str) -> dict[str, object]:
    """The diagnostic as plain values; lines and columns from 1, in code points."""
    fix = diagnostic.fix
    lines = Lines(text)
    return {
        "code": diagnostic.code.value,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "expected": list(diagnostic.expected),
        "span": _span_json(diagnostic.span, lines),
        "fix": None
        if fix is None
        else {"span": _span_json(fix.span, lines), "text": fix.text},
    }


def _span_json(span: Span | None, lines: Lines) -> dict[str, int] | None:
    if span is None:
        return None
    line, column = lines.at(span.start)
    end_line, end_column = lines.at(span.end)
    return {
        "start": span.start,
        "end": span.end,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }

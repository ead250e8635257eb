"""Colours of the text and what is wrong in it, line by line.

In: a document. Out: its lines in pieces with styles. The pieces are those of
`live`; here they are cut where lines end.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.live.themes import THEMES, Theme
from auditql.shell.terminal.mind import Mind, Pieces

_OWN = {
    "prompt": "bold",
    "prompt.more": "ansibrightblack",
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.text": "noreverse",
    "fault": "underline",
    "auto-suggestion": "ansibrightblack",
    "completion-menu": "bg:ansibrightblack ansiwhite",
    "completion-menu.completion": "bg:ansibrightblack ansiwhite",
    "completion-menu.completion.current": "bg:ansicyan ansiblack",
    "completion-menu.meta.completion": "bg:ansibrightblack ansiwhite",
    "completion-menu.meta.completion.current": "bg:ansicyan ansiblack",
    "scrollbar.background": "bg:ansibrightblack",
    "scrollbar.button": "bg:ansiwhite",
}
_PLAIN = {
    "prompt": "bold",
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.text": "noreverse",
    "fault": "underline",
    "completion-menu": "noreverse",
    "completion-menu.completion": "noreverse",
    "completion-menu.completion.current": "reverse",
    "completion-menu.meta.completion": "noreverse",
    "completion-menu.meta.completion.current": "reverse",
}


def style_of(theme: Theme) -> Style:
    """How everything on the screen looks."""
    rows = {f"aql.{name}": look for name, look in THEMES[theme].items() if look}
    return Style.from_dict(rows | (_PLAIN if theme is Theme.NONE else _OWN))


class Coloring(Lexer):
    """The text in the colours of the grammar, the first fault underlined."""

    def __init__(self, mind: Mind) -> None:
        """Colour as this mind reads."""
        self._mind = mind
        self._kept: tuple[str, bool, list[StyleAndTextTuples]] | None = None

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Gives each line in pieces, by its number."""
        lines = self._lines(document.text)
        return lambda number: lines[number] if number < len(lines) else []

    def _lines(self, text: str) -> list[StyleAndTextTuples]:
        is_ready = self._mind.is_ready
        if self._kept is None or self._kept[:2] != (text, is_ready):
            lines = lined(self._mind.highlight(text))
            if is_ready and text.strip():
                _underline(lines, self._mind, text)
            self._kept = (text, is_ready, lines)
        return self._kept[2]


def lined(pieces: Pieces) -> list[StyleAndTextTuples]:
    """Pieces, cut into lines."""
    lines: list[StyleAndTextTuples] = [[]]
    for style, piece in pieces:
        first, *others = piece.split("\n")
        if first:
            lines[-1].append((f"class:aql.{style}", first))
        lines += [[(f"class:aql.{style}", line)] if line else [] for line in others]
    return lines


def _underline(lines: list[StyleAndTextTuples], mind: Mind, text: str) -> None:
    """Underline the word that is wrong."""
    live = mind.check(text)
    fault = None if live is None else live.fault
    if fault is None or fault.line is None or fault.column is None:
        return
    if fault.line > len(lines):
        return
    column = 1
    line = lines[fault.line - 1]
    for place, (style, piece, *_) in enumerate(line):
        if column <= fault.column < column + len(piece):
            line[place] = (f"{style} class:fault", piece)
            return
        column += len(piece)


def bar_text(pieces: Pieces) -> StyleAndTextTuples:
    """The line below, as it is shown."""
    return [(f"class:aql.{style}", safe_text(piece)) for style, piece in pieces]

"""What completion offers, as prompt-toolkit lists it.

In: a document. Out: its completions, from memory, at once. Before the grammar is
loaded there are none, unless a person asks: then it is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from auditql.diagnostics.safe_text import safe_text
from auditql.shell.terminal.mind import Mind

_ASCII = str.maketrans({"·": "|", "…": "..."})
_WIDEST = 60  # columns of an item; its margin stands beside it


class Menu(Completer):
    """The items at the cursor."""

    def __init__(self, mind: Mind, *, is_ascii: bool) -> None:
        """Offer what is known there.

        Args:
            mind: knows it.
            is_ascii: the terminal shows nothing but ASCII.
        """
        self._mind = mind
        self._is_ascii = is_ascii

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """The items, best first; none that leaves the text as it is."""
        if not (self._mind.is_ready or complete_event.completion_requested):
            return
        text, cursor = document.text, document.cursor_position
        found = self._mind.complete(text, cursor)
        # prompt-toolkit replaces up to the cursor: what stands behind it in the
        # same word is left where the item does not end with it.
        behind = text[cursor : found.end]
        for item in found.items:
            new = item.text
            if behind:
                if not new.endswith(behind):
                    continue
                new = new[: -len(behind)]
            if new == text[found.start : cursor]:
                continue
            yield Completion(
                new,
                found.start - cursor,
                display=self._shown(_cut(item.shown)),
                display_meta=self._shown(safe_text(item.margin)),
            )

    def _shown(self, text: str) -> str:
        if not self._is_ascii:
            return text
        plain = text.translate(_ASCII)
        return plain.encode("ascii", "backslashreplace").decode("ascii")


def _cut(shown: str) -> str:
    safe = safe_text(shown)
    return safe if len(safe) <= _WIDEST else safe[: _WIDEST - 1] + "…"

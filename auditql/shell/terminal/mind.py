"""What is thought of a text while it is typed; quick, and quiet where it cannot be.

In: texts, as they change. Out: what Enter would do, colours, what is offered. Until
the grammar is loaded everything is plain. A fault in any of it never takes the
prompt away: the text is then shown plain, and says so when it is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditql.shell.live.styles import Style
from auditql.shell.terminal.behind import Behind
from auditql.shell.terminal.habits import habit_of

if TYPE_CHECKING:
    from auditql.shell.completion.known import Completions
    from auditql.shell.live.forms import Live
    from auditql.shell.terminal.knowledge import Knowledge

Pieces = Sequence[tuple[Style, str]]

EMPTY = r"type a query · \? for help"


class Mind:
    """Reads texts with what the session knows."""

    def __init__(self, behind: Behind) -> None:
        """Read with the session that is made behind the prompt."""
        self._behind = behind
        self._made: Knowledge | None = None
        self._fault: str | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a text can be read without a wait."""
        return self._behind.is_ready

    def complete(self, text: str, cursor: int) -> Completions:
        """What may stand at the cursor."""
        from auditql.shell.completion import Completions, complete

        try:
            return complete(text, cursor, self._knowledge().known())
        except Exception as error:
            self._trip(error)
            return Completions(cursor, cursor, ())

    def check(self, text: str) -> Live | None:
        """What Enter would do with it, and what it would cost; None after a fault."""
        from auditql.shell.live.checking import check

        try:
            return check(text, self._knowledge().context())
        except Exception as error:
            self._trip(error)
            return None

    def adds_line(self, text: str) -> bool:
        """Whether Enter adds a line: the text could go on, and has to."""
        if habit_of(text) is not None:
            return False
        live = self.check(text)
        if live is None or live.runs:
            return False
        # Nothing is said yet but a comment: what it is about follows.
        is_comment = bool(text.strip()) and bool(text.rpartition("\n")[2].strip())
        return live.adds_line or is_comment

    def highlight(self, text: str) -> Pieces:
        """The text in pieces; one plain piece before the grammar is there."""
        if self.is_ready and text.strip():
            from auditql.shell.live.highlighting import highlight

            try:
                return highlight(text)
            except Exception as error:
                self._trip(error)
        return [(Style.BLANK, text)] if text else []

    def bar(self, text: str, width: int, *, is_ascii: bool) -> Pieces:
        """The line below the text."""
        if not self.is_ready:
            words = EMPTY.replace("·", "|") if is_ascii else EMPTY
            return [(Style.BAR, words[:width])]
        from auditql.shell.live.bar import toolbar
        from auditql.shell.session.showing import in_shell_words

        live = self.check(text)
        if live is None:
            return [(Style.BAR_ERROR, f"internal error: {self._fault}"[:width])]
        pieces = toolbar(live, width, is_ascii=is_ascii)
        return [(style, in_shell_words(piece)) for style, piece in pieces]

    def _trip(self, error: Exception) -> None:
        """Remember a fault of our own; its words may hold what was typed."""
        self._fault = type(error).__name__

    def _knowledge(self) -> Knowledge:
        if self._made is None:
            from auditql.shell.terminal.knowledge import Knowledge

            self._made = Knowledge(self._behind.session())
        return self._made

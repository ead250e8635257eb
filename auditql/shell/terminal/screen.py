"""Events on the screen: rows on standard output, all else on standard error.

In: the events of one entry. Out: text, as it comes; what is taller than the screen
goes to a pager, unless it is data, or so slow that rows are better seen as they come.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import assert_never

from auditql.shell.output import Output
from auditql.shell.session.events import (
    Confirm,
    EditText,
    Event,
    Failed,
    Finished,
    Interrupted,
    Note,
    Progress,
    Quit,
    Rows,
    ShowHistory,
    ShowKeys,
    Switched,
    Text,
    Warned,
)
from auditql.shell.terminal.pager import Pager

_AROUND = 4
"""Lines of a screen that the prompt, the notes and the toolbar take."""


class Screen:
    """Shows what comes of one entry after another."""

    def __init__(
        self,
        output: Output,
        pager: Callable[[], tuple[str, ...] | None],
        height: Callable[[], int] | None = None,
        lent: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Show on this output.

        Args:
            output: of the process.
            pager: gives the program that shows long texts; None for none.
            height: gives the lines of the screen.
            lent: the terminal as a pager is to find it, from before it starts.
        """
        self._output = output
        self._pager_words = pager
        self._height = height if height is not None else _lines
        self._held: list[str] = []
        self._lines = 0
        self._is_direct = False
        self._pager: Pager | None = None
        self._lent = lent
        self._loan = ExitStack()

    def show(self, event: Event) -> None:
        """Show one event; those that ask for something are not shown here.

        Raises:
            ClosedPipe: the terminal has gone.
            OutputError: it cannot be written to.
        """
        match event:
            case Rows():
                self._take(event.shown, may_page=not event.is_data)
            case Text():
                self._take(event.shown + "\n", may_page=True)
            case Progress():
                self._progress(event)
            case Warned() | Failed():
                self.say(_in_shell_words(event.shown))
            case Note() | Interrupted() | Switched():
                self.say(event.shown)
            case Finished():
                if event.line is not None:
                    self.say(event.shown)
            case Confirm() | EditText() | ShowHistory() | ShowKeys() | Quit():
                self.release()
            case _:
                assert_never(event)

    def say(self, words: str) -> None:
        """Say something beside the rows, behind those that came."""
        self.release()
        self._output.note(words)

    def page(self, text: str) -> None:
        """Show a text of the shell's own, in the pager if it is long."""
        self._take(text, may_page=True)
        self.end()

    def end(self) -> None:
        """The entry is over: nothing is held back, no pager is left."""
        self.release()
        self._is_direct = False
        self._output.progress(None)
        self._output.flush()

    def release(self) -> None:
        """Show what is held back, and wait until a pager has been seen."""
        pager, self._pager = self._pager, None
        if pager is not None:
            unseen = pager.end()
            self._loan.close()
            if unseen:
                self._held.insert(0, unseen)
                self._output.note(f"note: {pager.fault}; what it was to show follows")
        held, self._held, self._lines = "".join(self._held), [], 0
        if held:
            self._output.data(held)
            self._output.flush()

    def _take(self, text: str, *, may_page: bool) -> None:
        """Show text, or hold it back until it is known whether it fits."""
        if not text:
            return
        if self._pager is not None:
            self._write(self._pager, text)
        elif not may_page or self._is_direct:
            self.release()
            self._output.data(text)
            self._output.flush()
        else:
            self._held.append(text)
            self._lines += text.count("\n")
            if self._lines > max(1, self._height() - _AROUND):
                self._begin_pager()

    def _begin_pager(self) -> None:
        words = self._pager_words()
        held = "".join(self._held)
        if words is not None:
            self._output.progress(None)
            self._output.flush()
            self._loan.enter_context(self._lent())
            try:
                self._pager = Pager(words)
            except OSError as error:
                self._loan.close()
                self._output.note(f"note: the pager {words[0]}: {error.strerror}")
        if self._pager is None:
            self._is_direct = True
            self.release()
            return
        self._held, self._lines = [], 0
        self._write(self._pager, held)

    def _write(self, pager: Pager, text: str) -> None:
        """Let the pager show it; show it ourselves if that has failed."""
        pager.write(text)
        if pager.has_failed:
            self._is_direct = True
            self.release()

    def _progress(self, event: Progress) -> None:
        """Show how far a read is; rows that wait are shown first: it takes long."""
        if self._pager is not None:
            return  # the screen is the pager's
        if event.line is not None and self._held:
            self._is_direct = True
            self.release()
        if self._output.shows_progress:
            self._output.progress(None if event.line is None else event.shown)


def _in_shell_words(text: str) -> str:
    """The text, its help in the shell's own words; what it quotes stays."""
    from auditql.shell.session.showing import in_shell_words

    return "\n".join(
        in_shell_words(line) if line.lstrip().startswith("= help") else line
        for line in text.split("\n")
    )


def _lines() -> int:
    return shutil.get_terminal_size().lines

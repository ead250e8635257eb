"""Lines from a terminal that can do nothing: TERM=dumb.

In: lines as the terminal gives them. Out: entries. No menu, no colour, no escape
sequence; the parser decides here too whether an entry is finished.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from auditql.shell.output import Output
from auditql.shell.session.events import Confirm, Reply
from auditql.shell.terminal.mind import Mind
from auditql.shell.terminal.naming import prompt_of
from auditql.shell.terminal.reading import LEAVE, Leave
from auditql.shell.terminal.replies import choices, reply_of


class Plain:
    """Reads lines after a prompt of plain text; none of them can be changed."""

    can_edit = False

    def __init__(self, output: Output, mind: Mind, name: Callable[[], str]) -> None:
        """Read from standard input.

        Args:
            output: of the process.
            mind: tells whether an entry is finished.
            name: gives the word of the prompt.
        """
        self._output = output
        self._mind = mind
        self._name = name

    def entry(self, begun: str) -> str | Leave:
        """The next entry; an empty one where Ctrl-C gave it up."""
        text = begun
        if begun:
            self._output.data(begun + "\n")
        try:
            while True:
                line = self._line("... " if text else self._prompt())
                if line is None:
                    self._output.data("\n")
                    return LEAVE
                text = f"{text}\n{line}" if text else line
                if not line.strip() or not self._mind.adds_line(text):
                    return text
        except KeyboardInterrupt:
            self._output.data("\n")
            self._output.flush()
            return ""

    def reply(self, question: Confirm) -> Reply:
        """What the person says; asked again for what is none of the replies."""
        shown = question.shown + " "
        try:
            while True:
                reply = reply_of(self._line(shown) or "", question.replies)
                if reply is not None:
                    return reply
                shown = f"answer {choices(question.replies)}: "
        except KeyboardInterrupt:
            self._output.data("\n")
            return Reply.NO

    def keys(self) -> str:
        """There are none: the terminal itself takes a line."""
        return "this terminal draws nothing (TERM): Enter alone is a key of auditql\n"

    def _prompt(self) -> str:
        width = shutil.get_terminal_size().columns
        return prompt_of(self._name(), width, is_ascii=True)

    def _line(self, prompt: str) -> str | None:
        self._output.data(prompt)
        self._output.flush()
        line = sys.stdin.readline()
        return line.rstrip("\r\n") if line else None

"""The prompt: the text and the menu, the colours, the line below.

In: keys. Out: entries. Everything that is said of the text comes from a Mind; here
prompt-toolkit is told how to show it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import suppress

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History as Entries
from prompt_toolkit.input import Input
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output import Output as Drawing
from prompt_toolkit.shortcuts import CompleteStyle, PromptSession

from auditql.shell.live.styles import Style
from auditql.shell.live.themes import Theme
from auditql.shell.session.events import Confirm, Reply
from auditql.shell.terminal.actions import ESCAPE_S, Action
from auditql.shell.terminal.bindings import in_force
from auditql.shell.terminal.coloring import Coloring, bar_text, style_of
from auditql.shell.terminal.harmless import Harmless
from auditql.shell.terminal.history import History
from auditql.shell.terminal.keys import Asked, Handlers, bindings
from auditql.shell.terminal.menu import Menu
from auditql.shell.terminal.mind import Mind
from auditql.shell.terminal.naming import prompt_of
from auditql.shell.terminal.question import Question
from auditql.shell.terminal.reading import LEAVE, Leave

_SEQUENCE_S = 1.5
"""Seconds in which the second of two keys must come."""

_MENU_LINES = 8


class Prompt:
    """Reads entries on a terminal."""

    can_edit = True

    def __init__(
        self,
        mind: Mind,
        asked: Asked,
        name: Callable[[], str],
        history: Callable[[], History],
        *,
        theme: Theme,
        is_ascii: bool,
        changed: Mapping[Action, tuple[str, ...]],
        input_: Input | None = None,
        output: Drawing | None = None,
    ) -> None:
        """Show nothing yet.

        Args:
            mind: reads the text.
            asked: shows what keys ask for.
            name: gives the word of the prompt.
            history: gives what was typed.
            theme: the colours.
            is_ascii: the terminal shows nothing but ASCII.
            changed: keys that a configuration gives.
            input_: keys come from it; None for standard input.
            output: what is drawn goes to it; None for standard output.
        """
        self._mind = mind
        self._name = name
        self._is_ascii = is_ascii
        self._changed = changed
        self._said = ""
        self._typed = ""
        self._input, self._output = input_, output
        self._theme = theme
        self._session: PromptSession[str] = PromptSession(
            message=self._message,
            multiline=True,
            prompt_continuation=self._continuation,
            lexer=Coloring(mind),
            input_processors=[Harmless()],
            completer=Menu(mind, is_ascii=is_ascii),
            complete_while_typing=True,
            complete_style=CompleteStyle.COLUMN,
            reserve_space_for_menu=_MENU_LINES,
            auto_suggest=_Suggesting(history),
            history=_Entries(history),
            bottom_toolbar=self._bar,
            style=style_of(theme),
            include_default_pygments_style=False,
            enable_open_in_editor=False,
            color_depth=ColorDepth.DEPTH_1_BIT if theme is Theme.NONE else None,
            key_bindings=bindings(Handlers(mind, asked, self.say), changed),
            input=input_,
            output=output,
        )
        app = self._session.app
        app.ttimeoutlen = ESCAPE_S
        app.timeoutlen = _SEQUENCE_S
        app.key_processor.before_key_press += self._before_key
        app.key_processor.after_key_press += self._after_key
        app.renderer.cpr_not_supported_callback = _quiet

    def entry(self, begun: str) -> str | Leave:
        """The next entry."""
        self._said = ""
        typed, self._typed = self._typed, ""
        try:
            return self._session.prompt(default=begun or typed, handle_sigint=False)
        except EOFError:
            return LEAVE

    def say(self, words: str) -> None:
        """Show words in the place of the line below, until the next key."""
        self._said = words

    def refresh(self) -> None:
        """Draw again, from any thread: more can be said of the text now."""
        loop = self._session.app.loop
        if loop is not None:
            with suppress(RuntimeError):  # the entry is over, and its loop closed
                loop.call_soon_threadsafe(self._drawn_again)

    def _drawn_again(self) -> None:
        app, buffer = self._session.app, self._session.default_buffer
        if not app.is_running:
            return
        # What was coloured is kept for each lexer, and nothing else tells them apart.
        self._session.lexer = Coloring(self._mind)
        if buffer.text and buffer.complete_state is None and not app.is_done:
            buffer.start_completion()
        app.invalidate()

    def keys(self) -> str:
        """The keys in force, for a person to read."""
        return in_force(self._changed)

    @property
    def mode(self) -> EditingMode:
        """The keys in use."""
        return self._session.app.editing_mode

    def reply(self, question: Confirm) -> Reply:
        """What the person says; whatever else is typed waits for the next entry."""
        asked = Question(
            question,
            style=style_of(self._theme),
            input_=self._input,
            output=self._output,
        )
        reply = asked.reply()
        self._typed = asked.typed
        return reply

    # What prompt-toolkit asks for.

    def _message(self) -> StyleAndTextTuples:
        width = self._session.app.output.get_size().columns
        shown = prompt_of(self._name(), width, is_ascii=self._is_ascii)
        return [("class:prompt", shown)]

    def _continuation(self, width: int, _line: int, wrapped: int) -> StyleAndTextTuples:
        if wrapped:
            return [("", " " * width)]
        return [("class:prompt.more", "... "[-width:].rjust(width))]

    def _bar(self) -> StyleAndTextTuples:
        width = self._session.app.output.get_size().columns
        if self._said:
            return bar_text([(Style.BAR, self._said[:width])])
        text = self._session.default_buffer.text
        return bar_text(self._mind.bar(text, width, is_ascii=self._is_ascii))

    def _after_key(self, _processor: object) -> None:
        """An Esc by itself is known as such at once; other keys wait for the next."""
        app = self._session.app
        waiting = app.key_processor.key_buffer
        is_escape = [press.key for press in waiting] == [Keys.Escape]
        app.timeoutlen = 0.0 if is_escape else _SEQUENCE_S

    def _before_key(self, _processor: object) -> None:
        """What was said of the key before is seen."""
        self._said = ""


def _quiet() -> None:
    """A terminal that does not tell where its cursor is has no line below."""


class _Entries(Entries):
    """What was typed, as prompt-toolkit goes through it; it is kept elsewhere."""

    def __init__(self, history: Callable[[], History]) -> None:
        super().__init__()
        self._history = history

    async def load(self) -> AsyncGenerator[str, None]:
        """The entries, newest first."""
        for entry in self.load_history_strings():
            yield entry

    def load_history_strings(self) -> Iterable[str]:
        """The entries, newest first."""
        return reversed(self._history().entries())

    def get_strings(self) -> list[str]:
        """The entries, oldest first."""
        return list(self._history().entries())

    def append_string(self, string: str) -> None:
        """The loop takes in what was typed."""

    def store_string(self, string: str) -> None:
        """The loop takes in what was typed."""


class _Suggesting(AutoSuggest):
    """The newest entry that begins with what is typed."""

    def __init__(self, history: Callable[[], History]) -> None:
        self._history = history

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        """What is typed would go on so."""
        text = document.text
        if not text.strip():
            return None
        for entry in reversed(self._history().entries()):
            if entry.startswith(text) and entry != text:
                return Suggestion(entry[len(text) :].partition("\n")[0])
        return None

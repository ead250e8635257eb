"""A question on a terminal: a key, or a word and Enter, answers it.

In: keys. Out: a reply, or what was typed that is none. What was typed before the
question came is meant for the prompt: a letter of it answers nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output as Drawing
from prompt_toolkit.shortcuts import PromptSession
from prompt_toolkit.styles import BaseStyle

from auditql.shell.session.events import Confirm, Reply
from auditql.shell.terminal.actions import ESCAPE_S
from auditql.shell.terminal.harmless import Harmless
from auditql.shell.terminal.replies import choices, reply_of


class Question:
    """One question, put until it is answered.

    Attributes:
        typed: what was typed that is no reply.
    """

    def __init__(
        self,
        question: Confirm,
        *,
        style: BaseStyle,
        input_: Input | None,
        output: Drawing | None,
    ) -> None:
        """Ask nothing yet.

        Args:
            question: to be put.
            style: of what is drawn.
            input_: keys come from it; None for standard input.
            output: what is drawn goes to it; None for standard output.
        """
        self.typed = ""
        self._question = question
        self._shown = question.shown + " "
        self._asking: PromptSession[Reply | None] = PromptSession(
            message=lambda: [("", self._shown)],
            key_bindings=self._bindings(),
            input_processors=[Harmless()],
            style=style,
            include_default_pygments_style=False,
            input=input_,
            output=output,
        )
        self._asking.app.ttimeoutlen = ESCAPE_S

    def reply(self) -> Reply:
        """What the person says; NO for Ctrl-C, Ctrl-D, Esc and Enter alone."""
        try:
            while True:
                answer = self._asking.prompt(handle_sigint=False)
                if answer is not None:
                    return answer
                may = choices(self._question.replies)
                self._shown = f"answer {may}; what was typed waits for the prompt: "
        except (EOFError, KeyboardInterrupt):
            return Reply.NO

    def _bindings(self) -> KeyBindings:
        made = KeyBindings()
        is_first = Condition(_is_first)
        for one in self._question.replies:
            for key in {one.value[0], one.value[0].upper()}:
                made.add(key, eager=True, filter=is_first)(_saying(one))
        for key in ("c-c", "c-d", "escape"):
            made.add(key, eager=True)(_saying(Reply.NO))
        made.add("enter", eager=True)(self._entered)
        return made

    def _entered(self, event: KeyPressEvent) -> None:
        """Take a whole answer, and keep what is none."""
        text = event.current_buffer.text
        reply = reply_of(text, self._question.replies)
        if reply is None:
            self.typed = f"{self.typed}\n{text}" if self.typed else text
        event.app.exit(result=reply)


def _saying(reply: Reply) -> Callable[[KeyPressEvent], None]:
    def say(event: KeyPressEvent) -> None:
        event.app.exit(result=reply)

    return say


def _is_first() -> bool:
    """Whether a key is all that has been typed, as far as can be seen."""
    app = get_app()
    waiting = app.key_processor.input_queue
    is_more = any(press.key != Keys.CPRResponse for press in waiting)
    return not is_more and not app.current_buffer.text

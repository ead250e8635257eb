"""The keys at the prompt: what each action does.

In: the table of actions, with what a configuration changes. Out: the bindings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from prompt_toolkit.application import get_app, run_in_terminal
from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.enums import DEFAULT_BUFFER, EditingMode
from prompt_toolkit.filters import (
    Condition,
    Filter,
    emacs_insert_mode,
    has_completions,
    has_focus,
    has_selection,
    is_searching,
    vi_insert_mode,
)
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys

from auditql.shell.terminal.actions import KEYS, Action
from auditql.shell.terminal.mind import Mind

Handler = Callable[[KeyPressEvent], None]


class Asked(Protocol):
    """What keys ask of the shell while a text is typed."""

    def explain(self, text: str) -> None:
        """Show what the text would cost."""
        ...

    def help(self, text: str, cursor: int) -> None:
        """Show help on the word at the cursor."""
        ...

    def turn(self) -> None:
        """Show one field a line, or no more."""
        ...

    def edit(self, text: str) -> str | None:
        """The text, written in the editor; None where it stays."""
        ...


class Handlers:
    """What is done, by action."""

    def __init__(self, mind: Mind, asked: Asked, say: Callable[[str], None]) -> None:
        """Do it so.

        Args:
            mind: reads the text.
            asked: shows what is not part of the text.
            say: shows some words below the text, until the next key.
        """
        self._mind = mind
        self._asked = asked
        self._say = say

    def run(self, event: KeyPressEvent) -> None:
        """Take the item that was moved to; else run a complete text, or add a line."""
        buffer = event.current_buffer
        state = buffer.complete_state
        if state is not None and state.current_completion is not None:
            buffer.complete_state = None
            return
        buffer.cancel_completion()
        if self._mind.adds_line(buffer.text):
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    def newline(self, event: KeyPressEvent) -> None:
        """Add a line."""
        event.current_buffer.newline(copy_margin=False)

    def complete(self, event: KeyPressEvent) -> None:
        """Open the menu, take the only item, or move to the next."""
        buffer = event.current_buffer
        state = buffer.complete_state
        is_open = state is not None
        if state is None:
            # At once, and not in the task in which the menu opens by itself: the
            # next key may be here already.
            state = CompletionState(buffer.document, self._items(buffer))
        if len(state.completions) == 1 and state.complete_index is None:
            buffer.complete_state = None
            buffer.apply_completion(state.completions[0])
        elif is_open:
            buffer.complete_next()
        elif state.completions:
            buffer.complete_state = state
            buffer.on_completions_changed.fire()

    def _items(self, buffer: Buffer) -> list[Completion]:
        asked = CompleteEvent(completion_requested=True)
        return list(buffer.completer.get_completions(buffer.document, asked))

    def back(self, event: KeyPressEvent) -> None:
        """Move to the item before."""
        buffer = event.current_buffer
        if buffer.complete_state is not None:
            buffer.complete_previous()

    def close(self, event: KeyPressEvent) -> None:
        """Close the menu; with the keys of vi, leave inserting too."""
        buffer = event.current_buffer
        buffer.cancel_completion()
        app = event.app
        if app.editing_mode is EditingMode.VI:
            if app.vi_state.input_mode in (InputMode.INSERT, InputMode.REPLACE):
                buffer.cursor_position += buffer.document.get_cursor_left_position()
            app.vi_state.input_mode = InputMode.NAVIGATION

    def suggestion(self, event: KeyPressEvent) -> None:
        """Take the grey suggestion."""
        buffer = event.current_buffer
        suggested = _suggested(buffer)
        if suggested is not None:
            buffer.insert_text(suggested)

    def clear(self, event: KeyPressEvent) -> None:
        """Clear the text."""
        event.app.vi_state.reset()
        event.current_buffer.reset()

    def leave(self, event: KeyPressEvent) -> None:
        """Leave, where nothing is typed; else take the character away."""
        if event.current_buffer.text:
            event.current_buffer.delete()
        else:
            event.app.exit(exception=EOFError, style="class:exiting")

    def suspend(self, event: KeyPressEvent) -> None:
        """Stop the program, as every other; the text is there when it goes on."""
        event.app.suspend_to_background()

    def editor(self, event: KeyPressEvent) -> None:
        """Write the text in the editor."""
        buffer = event.current_buffer

        def edit() -> None:
            made = self._asked.edit(buffer.text)
            if made is not None:
                buffer.text = made
                buffer.cursor_position = len(made)

        run_in_terminal(edit)

    def help(self, event: KeyPressEvent) -> None:
        """Show help on the word at the cursor."""
        buffer = event.current_buffer
        text, cursor = buffer.text, buffer.cursor_position
        run_in_terminal(lambda: self._asked.help(text, cursor))

    def vertical(self, event: KeyPressEvent) -> None:
        """Show one field a line, or no more."""
        self._asked.turn()

    def mode(self, event: KeyPressEvent) -> None:
        """Change the keys."""
        app = event.app
        is_vi = app.editing_mode is EditingMode.VI
        app.editing_mode = EditingMode.EMACS if is_vi else EditingMode.VI
        app.vi_state.input_mode = InputMode.INSERT
        self._say("keys of emacs" if is_vi else "keys of vi")

    def explain(self, event: KeyPressEvent) -> None:
        """Show what the text would cost."""
        text = event.current_buffer.text
        run_in_terminal(lambda: self._asked.explain(text))


def bindings(
    handlers: Handlers, changed: Mapping[Action, tuple[str, ...]]
) -> KeyBindings:
    """The bindings of all actions.

    Args:
        handlers: what is done.
        changed: keys that a configuration gives; they take the place of the usual.
    """
    made = KeyBindings()
    here = has_focus(DEFAULT_BUFFER)
    for action, usual in KEYS.items():
        handler: Handler = getattr(handlers, action.value)
        for keys in changed.get(action, usual):
            made.add(
                *keys.split(),
                filter=here & _WHERE.get(action, ~is_searching),
                eager=action is Action.CLOSE,
            )(handler)
    typing = (emacs_insert_mode | vi_insert_mode) & ~is_searching
    made.add(Keys.Any, filter=here & typing, save_before=_begins)(_insert)
    return made


def _begins(event: KeyPressEvent) -> bool:
    """Whether a run of letters begins here, which is undone as one."""
    return not event.is_repeat


def _insert(event: KeyPressEvent) -> None:
    """Put in what was typed, and all that has come in behind it meanwhile.

    What is pasted comes as keys where the terminal does not say that it is a paste;
    one by one they would take ten times as long.
    """
    text = event.data * event.arg
    waiting = event.key_processor.input_queue
    while waiting and _is_letter(waiting[0]):
        text += waiting.popleft().data
    event.current_buffer.insert_text(text)


def _is_letter(press: KeyPress) -> bool:
    """Whether it is a character that stands for itself."""
    return len(press.key) == 1 and press.data == press.key and press.key.isprintable()


def _suggested(buffer: Buffer) -> str | None:
    """The grey rest behind the cursor, be it drawn yet or not; None for none."""
    document = buffer.document
    if buffer.auto_suggest is None or not document.is_cursor_at_the_end:
        return None
    found = buffer.auto_suggest.get_suggestion(buffer, document)
    return found.text if found is not None and found.text else None


def _suggests() -> bool:
    return _suggested(get_app().current_buffer) is not None


_WHERE: Mapping[Action, Filter] = {
    Action.CLOSE: has_completions & ~is_searching,
    Action.SUGGESTION: Condition(_suggests) & ~has_selection,
    Action.BACK: has_completions,
}

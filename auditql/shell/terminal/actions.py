"""What keys do, one row each: the name, the keys, what it is for.

In: nothing. Out: the table, which the `[keys]` of a configuration may change. The
keys are written as prompt-toolkit writes them; several of them, with blanks between,
are pressed one after another.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from auditql.catalog.forms import form

ESCAPE_S = 0.03
"""Seconds in which the rest of a key that begins with Esc must come."""


class Action(Enum):
    """What a key does; the value is its name in a configuration."""

    RUN = "run"
    NEWLINE = "newline"
    COMPLETE = "complete"
    BACK = "back"
    CLOSE = "close"
    SUGGESTION = "suggestion"
    CLEAR = "clear"
    LEAVE = "leave"
    SUSPEND = "suspend"
    EDITOR = "editor"
    HELP = "help"
    VERTICAL = "vertical"
    MODE = "mode"
    EXPLAIN = "explain"


@form
class Keys:
    """One row.

    Attributes:
        action: what is done.
        keys: each of these does it.
        help: what it is for.
    """

    action: Action
    keys: tuple[str, ...]
    help: str


TABLE = (
    Keys(Action.RUN, ("enter",), "run a complete query, else add a line"),
    Keys(Action.NEWLINE, ("escape enter",), "add a line"),
    Keys(Action.COMPLETE, ("tab",), "open the menu, or take the only one"),
    Keys(Action.BACK, ("s-tab",), "the item before"),
    Keys(Action.CLOSE, ("escape",), "close the menu"),
    Keys(Action.SUGGESTION, ("right", "end"), "take the grey suggestion"),
    Keys(Action.CLEAR, ("c-c",), "clear the line"),
    Keys(Action.LEAVE, ("c-d",), "leave, on an empty line"),
    Keys(Action.SUSPEND, ("c-z",), "to the shell before; `fg` comes back"),
    Keys(Action.EDITOR, ("c-x c-e",), "write in the editor"),
    Keys(Action.HELP, ("f1",), "help on the word"),
    Keys(Action.VERTICAL, ("f3",), "one field a line, or not"),
    Keys(Action.MODE, ("f4",), "keys of vi, or of emacs"),
    Keys(Action.EXPLAIN, ("f5",), "what the query would cost"),
)

KEYS: Mapping[Action, tuple[str, ...]] = MappingProxyType(
    {row.action: row.keys for row in TABLE}
)
"""The keys of each action, where no configuration says otherwise."""

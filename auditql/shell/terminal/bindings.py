"""Keys that a configuration changes: `[keys]`.

In: names of actions with their keys. Out: the same, checked, and what is wrong. A row
that is wrong leaves the usual key; the shell starts all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditql.catalog.forms import form
from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.shell.terminal.actions import KEYS, TABLE, Action

_KEY = re.compile(
    r"""(?x)
      escape | s-escape | enter | tab | s-tab | backspace | space | c-space
    | c- [a-z0-9@\\\]^_]
    | c-s- [0-9]
    | (?: c- | s- | c-s- )?
      (?: left | right | up | down | home | end | insert | delete | pageup | pagedown )
    | s-c- (?: left | right | home | end )
    | (?: c- )? f (?: [1-9] | 1[0-9] | 2[0-4] )
    | \S
    """
)
"""One key, as prompt-toolkit writes it, which is not loaded only to check one."""

_SAME: Mapping[str, str] = {
    "backspace": "c-h",
    "c-space": "c-@",
    "enter": "c-m",
    "tab": "c-i",
}
"""Other names of keys: a terminal does not tell them apart."""

_OTHERS = (
    ("up, down", "the entry before, the entry behind"),
    ("c-r", "look for an entry"),
    ("c-a, c-e", "to the beginning, to the end of the line"),
    ("c-w, c-y", "cut the word before, put in what was cut"),
    ("c-_", "undo"),
)
"""Some of the keys that are prompt-toolkit's own, with the keys of emacs."""


@form
class KeyFault:
    """A row of `[keys]` that is wrong.

    Attributes:
        name: of the action, as it was written.
        message: what is wrong with it.
    """

    name: str
    message: str


def changed_keys(
    written: Mapping[str, tuple[str, ...]],
) -> tuple[Mapping[Action, tuple[str, ...]], tuple[KeyFault, ...]]:
    """The keys of the actions that are named, and what is wrong with the rest."""
    known = {action.value: action for action in Action}
    changed: dict[Action, tuple[str, ...]] = {}
    faults: list[KeyFault] = []
    for name, keys in written.items():
        action = known.get(name)
        if action is None:
            near = nearest(name, known)
            hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?"
            takes = f"; it takes {', '.join(known)}"
            message = f"[keys] has no `{safe_text(name)}`{hint if near else takes}"
            faults.append(KeyFault(name, message))
            continue
        wrong = [key for key in keys if not _is_key(key)]
        if wrong:
            message = (
                f"[keys] {name}: `{safe_text(wrong[0])}` is no key; keys are written"
                ' "f5", "c-x c-e", "escape enter"'
            )
            faults.append(KeyFault(name, message))
            continue
        changed[action] = keys
    faults += _taken(changed)
    return changed, tuple(faults)


def in_force(changed: Mapping[Action, tuple[str, ...]]) -> str:
    """The keys in force and what they do, a line each."""
    rows = [
        (row.action.value, ", ".join(changed.get(row.action, row.keys)), row.help)
        for row in TABLE
    ]
    rows += [("", keys, help_) for keys, help_ in _OTHERS]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [
        f"{name:<{wide[0]}}  {keys or 'no key':<{wide[1]}}  {help_}"
        for name, keys, help_ in rows
    ]
    end = 'config.toml changes those with a name: [keys], then a line explain = "f6"'
    return "\n".join([*lines, end]) + "\n"


def _taken(changed: dict[Action, tuple[str, ...]]) -> list[KeyFault]:
    """Take away the rows whose key does something else already, and say so."""
    faults = []
    for action in list(changed):
        holds = {
            _alike(key): other
            for other in Action
            if other is not action
            for key in changed.get(other, KEYS[other])
        }
        for key in changed[action]:
            other = holds.get(_alike(key))
            if other is not None:
                message = (
                    f"[keys] {action.value}: `{safe_text(key)}` is a key of"
                    f" `{other.value}` already; give that another too"
                )
                faults.append(KeyFault(action.value, message))
                del changed[action]
                break
    return faults


def _alike(keys: str) -> tuple[str, ...]:
    """Keys by one name each."""
    return tuple(_SAME.get(key, key) for key in keys.split())


def _is_key(written: str) -> bool:
    """Whether keys are written so."""
    words = written.split()
    return bool(words) and all(_KEY.fullmatch(word) for word in words)

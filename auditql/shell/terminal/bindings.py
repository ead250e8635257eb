"""Keys that a configuration changes: `[keys]`.

In: names of actions with their keys. Out: the same, checked, and what is wrong. A row
that is wrong leaves the usual key; the shell starts all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditql.diagnostics.nearest import nearest
from auditql.diagnostics.safe_text import safe_text
from auditql.shell.terminal.actions import Action


def changed_keys(
    written: Mapping[str, tuple[str, ...]],
) -> tuple[Mapping[Action, tuple[str, ...]], tuple[str, ...]]:
    """The keys of the actions that are named, and what is wrong with the rest."""
    if not written:
        return {}, ()
    known = {action.value: action for action in Action}
    changed: dict[Action, tuple[str, ...]] = {}
    faults: list[str] = []
    for name, keys in written.items():
        action = known.get(name)
        if action is None:
            near = nearest(name, known)
            hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?"
            takes = f"; it takes {', '.join(known)}"
            faults.append(f"[keys] has no `{safe_text(name)}`{hint if near else takes}")
            continue
        wrong = [k for k in keys if not _is_key(k)]
        if wrong:
            faults.append(
                f"[keys] {name}: `{safe_text(wrong[0])}` is no key; keys are written"
                ' "f5", "c-x c-e", "escape enter"'
            )
            continue
        changed[action] = keys
    return changed, tuple(faults)


def _is_key(written: str) -> bool:
    """Whether prompt-toolkit knows keys that are written so."""
    from prompt_toolkit.key_binding import KeyBindings

    words = written.split()
    try:
        return bool(words) and KeyBindings().add(*words) is not None
    except ValueError:
        return False

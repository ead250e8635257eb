"""Keys that a configuration changes: what is taken, and what is said of the rest."""

import pytest

from auditql.shell.terminal.actions import TABLE, Action
from auditql.shell.terminal.bindings import changed_keys


def test_every_usual_key_may_be_written() -> None:
    """The table is a configuration, in its own words."""
    written = {row.action.value: row.keys for row in TABLE}
    assert ({row.action: row.keys for row in TABLE}, ()) == changed_keys(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"explian": ("f6",)}, "[keys] has no `explian`; did you mean `explain`?"),
        ({"explain": ("ctrl-x",)}, "[keys] explain: `ctrl-x` is no key; keys are"),
        ({"explain": ("",)}, "[keys] explain: `` is no key"),
        ({"zzz\x1b": ("f6",)}, "[keys] has no `zzz^[`; it takes run, newline,"),
    ],
)
def test_a_wrong_row_leaves_the_usual_key(
    written: dict[str, tuple[str, ...]], said: str
) -> None:
    """It is told, and the others hold."""
    changed, (fault,) = changed_keys(written | {"clear": ("c-k",)})
    assert {Action.CLEAR: ("c-k",)} == changed
    assert fault.startswith(said)

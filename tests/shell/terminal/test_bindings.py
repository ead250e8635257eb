"""Keys that a configuration changes: what is taken, and what is said of the rest."""

import re

import pytest
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import KEY_ALIASES, Keys

from auditql.shell.terminal.actions import TABLE, Action
from auditql.shell.terminal.bindings import changed_keys, in_force


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
        ({"explain": ("f1",)}, "[keys] explain: `f1` is a key of `help` already"),
        ({"mode": ("c-m",)}, "[keys] mode: `c-m` is a key of `run` already"),
        ({"zzz\x1b": ("f6",)}, "[keys] has no `zzz^[`; it takes run, newline,"),
    ],
)
def test_a_wrong_row_leaves_the_usual_key(
    written: dict[str, tuple[str, ...]], said: str
) -> None:
    """It is told, and the others hold."""
    changed, (fault,) = changed_keys(written | {"clear": ("c-k",)})
    assert {Action.CLEAR: ("c-k",)} == changed
    assert fault.message.startswith(said)


def test_keys_may_change_places() -> None:
    """What is taken is seen once all of them are known."""
    written = {"explain": ("f1",), "help": ("f5",)}
    assert ({Action.EXPLAIN: ("f1",), Action.HELP: ("f5",)}, ()) == changed_keys(
        written
    )


def test_one_key_does_one_thing() -> None:
    """Only the first is at fault: the other then has the key alone."""
    changed, (fault,) = changed_keys({"explain": ("f9",), "help": ("f9",)})
    assert {Action.HELP: ("f9",)} == changed
    assert "explain" == fault.name


def test_every_key_of_prompt_toolkit_is_a_key() -> None:
    """And none else that has a name; `<any>` and the like are not pressed."""
    names = {key.value for key in Keys} | set(KEY_ALIASES) | {"space", "x", "é"}
    for name in sorted(n for n in names if not n.startswith("<")):
        changed, faults = changed_keys({"explain": (f"c-o {name}",)})
        assert {Action.EXPLAIN: (f"c-o {name}",)} == changed, faults
        KeyBindings().add(*f"c-o {name}".split())
    for name in ("<any>", "<sigint>", "f25", "f0", "c-", "c-é", "s-a", "ctrl-a", "F5"):
        assert not changed_keys({"explain": (name,)})[0], name


def test_the_keys_in_force_are_listed() -> None:
    """All of them, with what a configuration says; each line has what it does."""
    shown = in_force({Action.EXPLAIN: ("f6", "c-x x"), Action.MODE: ()})
    for row in TABLE:
        (line,) = re.findall(rf"(?m)^{row.action.value} .*$", shown)
        assert line.endswith(row.help)
    assert re.search("explain +f6, c-x x  +what the query would cost", shown)
    assert re.search("mode +no key  +keys of vi", shown)
    assert "f5" not in shown
    assert max(map(len, shown.splitlines())) < 80

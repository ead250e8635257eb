r"""The commands of a session: what begins with `\`, by name.

In: a line. Out: its command is run. A command is a decorated function that takes
the session and its argument; help and completion read what the decorator was told.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.diagnostics.nearest import nearest
from auditql.errors import ConfigurationError
from auditql.shell.completion.known import Choice, Takes

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

Run = Callable[["Session", str], Awaitable[None]]
Words = Callable[["Session"], tuple[Choice, ...]]


class Group(Enum):
    """The headings of the help, in their order."""

    ANSWER = "The answer"
    SHOWING = "How it is shown"
    QUERY = "The query"
    SAVED = "Saved queries and files"
    SESSION = "The session"


@form
class Command:
    r"""One command.

    Attributes:
        name: without the backslash.
        arguments: as its help writes them; may be empty.
        help: what it does, in one line.
        group: the heading it stands under.
        takes: what stands behind it.
        words: gives what may stand there.
        run: does it.
        long: another name for it; None for none.
    """

    name: str
    arguments: str
    help: str
    group: Group
    takes: Takes
    words: Words
    run: Run
    long: str | None = None


_MODULES = ("answers", "shown", "queries", "library", "settings", "help")
_FOUND: dict[str, Command] = {}
_LINE = re.compile(r"\\(\S*)\s*(.*)", re.S)


def none(_session: Session) -> tuple[Choice, ...]:
    """No words."""
    return ()


def choices(*texts: str) -> Words:
    """Always these words."""
    made = tuple(Choice(text) for text in texts)
    return lambda _session: made


def command(
    name: str,
    arguments: str,
    help_: str,
    group: Group,
    *,
    takes: Takes = Takes.NOTHING,
    words: Words = none,
    long: str | None = None,
) -> Callable[[Run], Run]:
    """Let the function be the command of that name."""

    def decorate(run: Run) -> Run:
        _FOUND[name] = Command(name, arguments, help_, group, takes, words, run, long)
        return run

    return decorate


def commands() -> Mapping[str, Command]:
    """Every command by its name, in the order of the modules."""
    for module in _MODULES:
        import_module(f"auditql.shell.session.commands.{module}")
    return _FOUND


async def run_command(session: Session, line: str) -> None:
    r"""Run the command of a line that begins with `\`.

    Raises:
        ConfigurationError: there is none of that name, or its argument is wrong.
        AuditQLError: as the command does.
    """
    match = _LINE.fullmatch(line)
    assert match is not None, line
    name, argument = match[1], match[2].strip()
    known = commands()
    found = known.get(name) or next((c for c in known.values() if c.long == name), None)
    if found is None:
        raise ConfigurationError(unknown(name))
    if argument and not found.arguments:
        raise ConfigurationError(f"\\{name} takes nothing behind it")
    await found.run(session, argument)


def unknown(name: str) -> str:
    """What to say of a name that is none."""
    names = [*commands(), *(c.long for c in commands().values() if c.long)]
    shown = name if len(name) <= 40 else name[:39] + "…"
    meant = nearest(name[:40], names)
    said = f"there is no command \\{shown}"
    if meant:
        near = " or ".join(f"\\{name}" for name in meant)
        return f"{said}; did you mean {near}?"
    return f"{said}; \\? lists them"


def one_of(argument: str, known: tuple[str, ...], what: str) -> str:
    """The argument, where it is one of the words known.

    Raises:
        ConfigurationError: it is none; the nearest is named.
    """
    word = argument.lower()
    if word in known:
        return word
    meant = nearest(word[:40], known)
    near = f"; did you mean {' or '.join(meant)}?" if meant else ""
    shown = argument if len(argument) <= 40 else argument[:39] + "…"
    raise ConfigurationError(f"`{shown}` is no {what}: {', '.join(known)}{near}")

"""Commands about the shell itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError
from auditql.shell.session.events import Quit, ShowHistory, ShowKeys, Text
from auditql.shell.session.registry import (
    Command,
    Group,
    command,
    commands,
    unknown,
)

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

_ROOM = 28  # columns of a command and its arguments


@command("?", "[COMMAND]", "these commands, or one of them", Group.SESSION, long="help")
async def help_(session: Session, argument: str) -> None:
    """List the commands under their headings, or say what one does."""
    known = commands()
    if argument:
        name = argument.removeprefix("\\")
        found = known.get(name) or next(
            (c for c in known.values() if c.long == name), None
        )
        if found is None:
            raise ConfigurationError(unknown(name))
        session.tell(Text(_line(found).strip()))
        return
    parts = []
    for group in Group:
        lines = [_line(c) for c in known.values() if c.group is group]
        parts.append("\n".join([group.value, *lines]))
    session.tell(Text("\n\n".join(parts)))


@command("history", "[TEXT]", "what was typed, all or what holds TEXT", Group.SESSION)
async def history(session: Session, argument: str) -> None:
    """Let the terminal show its history."""
    session.tell(ShowHistory(argument))


@command("keys", "", "the keys of the prompt, and what they do", Group.SESSION)
async def keys(session: Session, _argument: str) -> None:
    """Let the terminal show its keys."""
    session.tell(ShowKeys())


@command("q", "", "leave", Group.SESSION, long="quit")
async def quit_(session: Session, _argument: str) -> None:
    """Let the terminal leave."""
    session.tell(Quit())


def _line(one: Command) -> str:
    """A command, its arguments, and what it does."""
    names = f"\\{one.name}" + (f", \\{one.long}" if one.long else "")
    return f"  {f'{names} {one.arguments}'.rstrip():<{_ROOM}}  {one.help}"

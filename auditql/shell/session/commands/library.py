"""Commands about saved queries and files of queries."""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.errors import ConfigurationError, OutputError
from auditql.library.files import ENDING
from auditql.runtime.profiles.private import make_folder
from auditql.runtime.shelves import HERE, own_folder
from auditql.runtime.writer import replace_text
from auditql.shell.commands.queries import all_found, listing
from auditql.shell.completion.known import Takes
from auditql.shell.exits import UsageError
from auditql.shell.session.asking import ask
from auditql.shell.session.events import Note, Text
from auditql.shell.session.output_file import path_of
from auditql.shell.session.registry import Group, command
from auditql.shell.texts import file_source, saved_source

if TYPE_CHECKING:
    from auditql.shell.session.session import Session

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@command("queries", "", "the saved queries", Group.SAVED)
async def queries(session: Session, _argument: str) -> None:
    """List what `run` finds."""
    session.tell(Text(listing(all_found()).rstrip("\n")))


@command(
    "run",
    "NAME [k=v …]",
    "run a saved query",
    Group.SAVED,
    takes=Takes.SAVED,
)
async def run(session: Session, argument: str) -> None:
    """Run a saved query, or a file of queries, with values for its parameters.

    A value given here comes first, then the file's own default; a parameter without
    one is what `set` says. What the file defines is its own: nothing of it lasts.
    """
    try:
        words = shlex.split(argument)
    except ValueError:
        raise ConfigurationError("a quote is not closed") from None
    name, *pairs = words or [""]
    source = saved_source(name or None, "")
    await ask(session, source.text, _values(pairs), source.name, lasts=False)


@command("i", "FILE", "run the queries of a file", Group.SAVED)
async def include(session: Session, argument: str) -> None:
    """Run what a file says; what it defines lasts."""
    if not argument:
        raise ConfigurationError("the name of a file is missing")
    if argument == "-":
        raise ConfigurationError("\\i reads a file, not standard input")
    source = file_source(path_of(argument))
    await ask(session, source.text, name=source.name)


@command("save", "NAME", "save the last query", Group.SAVED)
async def save(session: Session, argument: str) -> None:
    """Save it under a name that is not taken yet."""
    await _save(session, argument, may_replace=False)


@command("save!", "NAME", "save the last query, in place of another", Group.SAVED)
async def save_over(session: Session, argument: str) -> None:
    """Save it under a name, whatever is there."""
    await _save(session, argument, may_replace=True)


async def _save(session: Session, name: str, *, may_replace: bool) -> None:
    """Write the last query, with the definitions that it needs.

    Into `./queries` where there is that folder, else to the user's own.

    Raises:
        ConfigurationError: there is no query, or the name cannot be used.
        OutputError: it cannot be written.
    """
    last = session.state.last
    if last is None:
        raise ConfigurationError("there is no query yet: ask something first")
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            "a saved query has a name of letters, digits, `-`, `_` and `.`"
            if name
            else "the name to save it under is missing"
        )
    name = name.removesuffix(ENDING)
    folder = HERE if HERE.is_dir() else own_folder()
    path = folder / (name + ENDING)
    text = last.text if last.text.endswith("\n") else last.text + "\n"
    try:
        make_folder(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}") from error
    if may_replace:
        replace_text(str(path), text)
    else:
        _write_new(path, text, name)
    session.forget_queries()
    given = [f"{key}={value}" for key, value in (last.values or {}).items()]
    again = " ".join(["\\run", name, *map(shlex.quote, given)])
    session.tell(Note(f"saved as {path}; {again} asks it again"))


def _write_new(path: Path, text: str, name: str) -> None:
    """Write a file that must not be there, whole or not at all.

    Raises:
        ConfigurationError: it is there.
        OutputError: it cannot be written.
    """
    if os.path.lexists(path):
        raise ConfigurationError(_taken(path, name))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    replace_text(str(beside), text)
    try:
        # Unlike a rename, a link never takes the place of a file that came meanwhile.
        os.link(beside, path)
    except FileExistsError:
        raise ConfigurationError(_taken(path, name)) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _taken(path: Path, name: str) -> str:
    return f"{path} is there already; \\save! {name} takes its place"


def _values(pairs: list[str]) -> dict[str, str]:
    """Values of parameters by name.

    Raises:
        UsageError: one is no `name=value`, or is given twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"`{pair[:40]}` is not name=value")
        if name in found:
            raise UsageError(f"`{name}` is given twice; a list is `(1, 2)`")
        found[name] = value
    return found

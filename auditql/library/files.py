"""Saved queries: `.aql` files read into texts with a name and parameters.

In: a path. Out: the text, parsed, with its name, its description and what its
parameters are called. A saved query is not resolved or planned here, and
nothing is ever written.
"""

from __future__ import annotations

import os
import stat
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from auditql.catalog.forms import form
from auditql.catalog.limits import FILE_BYTES
from auditql.errors import ConfigurationError

if TYPE_CHECKING:
    from auditql.language.syntax import Param, Script

ENDING = ".aql"
"""Ends the name of a query file."""

_BOM = b"\xef\xbb\xbf"


@form
class Parameter:
    """One parameter of a saved query.

    Attributes:
        name: without the colon.
        default: the text of its default; None where a value must be given.
        kind: what its value must be, from where it is used: `integer`, `text`,
            `word`, `IP address`, `time`, `weekday`, `count` for the number of a
            clause, `any` where it is not used; several with `or` between them.
        takes_list: a list of such values does as well.
    """

    name: str
    default: str | None
    kind: str = "any"
    takes_list: bool = False


@form
class SavedQuery:
    """A query file: what it is called, what it is for, what it says.

    Attributes:
        name: the file's name without `.aql`.
        description: its first comment, if that stands before every statement.
        text: the text, byte order mark left out; spans of diagnostics point
            into it.
        parameters: those it declares in the order written, then those that it
            only uses.
        script: the text parsed.
    """

    name: str
    description: str | None
    text: str
    parameters: tuple[Parameter, ...]
    script: Script = field(repr=False, compare=False)


def load(path: str | os.PathLike[str]) -> SavedQuery:
    """The saved query in a file.

        >>> saved = auditql.load("logins.aql")
        >>> saved.description, [(p.name, p.default) for p in saved.parameters]
        ('Who came in?', [('since', '-7d')])
        >>> plan = auditql.compile(saved, params={"since": "2026-03-01"})

    Raises:
        ConfigurationError: the file cannot be read: missing, no regular file,
            over 1 MiB, or not UTF-8.
        QueryError: its text cannot be parsed.
    """
    return made(read_text(path), Path(path).name.removesuffix(ENDING))


def made(text: str, name: str) -> SavedQuery:
    """The saved query that a text is, under that name.

    Raises:
        QueryError: it cannot be parsed.
    """
    from auditql.language.parser import parse

    script = parse(text)
    return SavedQuery(
        name=name,
        description=script.description,
        text=text,
        parameters=_parameters(script, text),
        script=script,
    )


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a query file, its byte order mark left out.

    Raises:
        ConfigurationError: the file cannot be read: missing, no regular file,
            over 1 MiB, or not UTF-8.
    """
    return decode(read_bytes(path), os.fspath(path))


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """What a query file holds, up to one byte more than it may hold.

    Raises:
        ConfigurationError: the file cannot be read: missing, or no regular file.
    """
    name = os.fspath(path)
    try:
        # Asked before it is opened: opening a pipe would wait for its writer.
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            raise ConfigurationError(f"{name} is a folder, no query file")
        if not stat.S_ISREG(mode):
            raise ConfigurationError(f"{name} is no regular file")
        with Path(path).open("rb") as file:
            return file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        why = getattr(error, "strerror", None) or "the name cannot be used"
        raise ConfigurationError(f"{name} cannot be read: {why}") from error


def decode(content: bytes, name: str) -> str:
    """The text that the bytes of a file are.

    Args:
        content: the whole file, or one byte more than may be read.
        name: what the bytes are called in messages.

    Raises:
        ConfigurationError: over 1 MiB, or not UTF-8.
    """
    if len(content) > FILE_BYTES:
        raise ConfigurationError(
            f"{name} is longer than {FILE_BYTES:,} bytes, the most a query file may be"
        )
    content = content.removeprefix(_BOM)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{name} is not UTF-8: line {line} holds the byte"
            f" 0x{content[error.start]:02x}; save it as UTF-8"
        ) from error


def _parameters(script: Script, text: str) -> tuple[Parameter, ...]:
    """What the script declares or uses; a default is told as it is written."""
    from auditql.language.resolver import resolve
    from auditql.language.syntax import Param
    from auditql.language.uses import agreed

    defaults = {
        s.name: _default(s, text) for s in script.statements if isinstance(s, Param)
    }
    found = resolve(script, text, parameters={}, now_s=0, zone="UTC", assumes=True)
    return tuple(
        Parameter(
            name,
            defaults.get(name),
            agreed(uses),
            bool(uses) and all(use.takes_list for use in uses),
        )
        for name, uses in found.uses
    )


def _default(declared: Param, text: str) -> str | None:
    """The text of a parameter's default, a list in its parentheses."""
    default = declared.default
    if default is None:
        return None
    if not isinstance(default, tuple):
        return text[default.span.start : default.span.end]
    if not default:
        return "()"
    return f"({text[default[0].span.start : default[-1].span.end]})"

"""Where a text comes from: the command line, standard input, a file.

In: an argument. Out: the text it stands for, and the name to call it by in
messages. Bytes that are not UTF-8 are refused here, whatever the locale made
of them.
"""

import os
import sys
from typing import NamedTuple

from auditql.catalog.limits import FILE_BYTES
from auditql.errors import ConfigurationError
from auditql.shell.exits import UsageError

STANDARD_INPUT = "-"
_STDIN = "standard input"
_STDIN_NAME = "<stdin>"
_NO_QUERY = (
    'standard input holds no query; every record is asked for with "" as the query'
)


class Source(NamedTuple):
    """A text and where it came from.

    Attributes:
        text: what it says.
        name: file name for messages; None for a text on the command line.
    """

    text: str
    name: str | None


def query_source(argument: str | None, command: str) -> Source:
    """The text of a query given on the command line, or piped in.

    Args:
        argument: the text; `-` is standard input; None is standard input too,
            unless that is a terminal, where nobody would know to type.
        command: the verb, for messages.

    Raises:
        UsageError: there is no text. One that is piped in and says nothing is
            none, since whoever was to write it may have failed; written out as
            an argument, it asks for every record.
        ConfigurationError: it is not UTF-8.
    """
    if argument is None and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError("the query is missing", command)
    if argument is None or argument == STANDARD_INPUT:
        text = _standard_input()
        if _says_nothing(text):
            raise UsageError(_NO_QUERY, command)
        return Source(text, _STDIN_NAME)
    return Source(_argument(argument), None)


def file_source(argument: str) -> Source:
    """The text of a file, or of standard input for `-`.

    Raises:
        ConfigurationError: it cannot be read, is too long, or is not UTF-8.
    """
    return source_of(file_bytes(argument), argument)


def file_bytes(argument: str) -> bytes:
    """What a file holds, or standard input for `-`, up to the most that is read.

    Raises:
        ConfigurationError: it cannot be read.
    """
    from auditql.library.files import read_bytes

    return _piped() if argument == STANDARD_INPUT else read_bytes(argument)


def source_of(content: bytes, argument: str) -> Source:
    """The text that the bytes of a file say.

    Args:
        content: what `file_bytes` gave.
        argument: what it was asked for.

    Raises:
        ConfigurationError: it is too long, or is not UTF-8.
    """
    from auditql.library.files import decode

    if argument == STANDARD_INPUT:
        return Source(decode(content, _STDIN), _STDIN_NAME)
    return Source(decode(content, argument), argument)


def saved_source(argument: str | None, command: str) -> Source:
    """The text of a saved query: of a file where a path is given, else of a name.

    Args:
        argument: what the command line says; None where it says nothing.
        command: the verb, for messages.

    Raises:
        UsageError: nothing is said, or no shelf has that name.
        ConfigurationError: what it names cannot be read.
    """
    if argument is None:
        raise UsageError(
            "the name of a saved query is missing; `auditql queries` lists them",
            command,
        )
    if argument == STANDARD_INPUT:
        return file_source(argument)
    from auditql.library.files import ENDING
    from auditql.library.shelves import entries, find, is_path, no_such_query
    from auditql.runtime.shelves import shelves

    places = shelves()
    if is_path(argument):
        name = argument.removesuffix(ENDING)
        if not os.path.lexists(argument) and find(name, places) is not None:
            raise ConfigurationError(
                f"there is no file {argument} here; the saved query is called `{name}`"
            )
        return file_source(argument)
    found = find(argument, places)
    if found is not None:
        return Source(found.text(), found.path)
    raise UsageError(no_such_query(argument, entries(places)), command)


def _standard_input() -> str:
    """The text on standard input, up to the most that a text may be."""
    from auditql.library.files import decode

    return decode(_piped(), _STDIN)


def _piped() -> bytes:
    """Everything on standard input, up to one byte more than a text may have."""
    if sys.stdin is None:
        raise ConfigurationError("standard input is closed")
    try:
        return sys.stdin.buffer.read(FILE_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"{_STDIN} cannot be read: {error.strerror}"
        ) from error


def _says_nothing(text: str) -> bool:
    """Whether there is nothing in a text but blanks and comments."""
    from auditql.language.comments import comments

    kept, end = "", 0
    for span in comments(text):
        kept, end = kept + text[end : span.start].strip(), span.end
    return not kept and not text[end:].strip()


def _argument(text: str) -> str:
    """An argument as the person wrote it, whatever the locale made of its bytes."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError as error:
        raise ConfigurationError("the query is not UTF-8") from error

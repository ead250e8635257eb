r"""A line that is a command of the shell: `\format csv`.

In: a text. Out: its parts, or None for a query. What commands there are is the
session's to know.
"""

import re

from auditql.catalog.forms import form

QUERY_COMMANDS = frozenset({"explain", "e", "edit"})
"""Commands that take a query."""

_LINE = re.compile(r"(\s*)(\\\S*)(.*)", re.S)


@form
class CommandLine:
    """A command in parts, which joined are its text.

    Attributes:
        indent: blanks before it.
        word: the command as written, its backslash first.
        rest: all behind it.
    """

    indent: str
    word: str
    rest: str

    @property
    def name(self) -> str:
        """The name of the command, without its backslash."""
        return self.word[1:]


def split(text: str) -> CommandLine | None:
    """The parts of a command; None for a text that is none."""
    found = _LINE.match(text)
    return None if found is None else CommandLine(*found.groups())

"""Help on a word: the command that shows it.

In: a text and a cursor. Out: a line for the session.
"""

import re

from auditql.catalog.fields import BY_NAME

_WORD = re.compile(r"\w+")


def help_command(text: str, cursor: int) -> str:
    """The line that shows help on the word at the cursor; all commands for none."""
    if text.lstrip().startswith("\\"):
        words = text.lstrip()[1:].split(None, 1)
        return rf"\? {words[0]}" if words else r"\?"
    for found in _WORD.finditer(text):
        if found.start() <= cursor <= found.end():
            name = found[0].lower()
            if name in BY_NAME:
                return rf"\d {name}"
    before = [m[0].lower() for m in _WORD.finditer(text[:cursor])]
    fields = [name for name in before if name in BY_NAME]
    return rf"\d {fields[-1]}" if fields else (r"\d" if text.strip() else r"\?")

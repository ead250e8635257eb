"""Text that a spreadsheet runs instead of showing it, and the guard against it.

A cell that begins like a formula gets a `'` before it, and so does a cell that
begins with `'` already. To undo it, a `'` that stands before such text is taken away.
"""

import re

GUARD = "'"
_RISKY = re.compile("[\\s\ufeff]*[=+\\-@＝＋－＠]|['\t\r\n\0]")  # noqa: RUF001 - the full-width forms are meant


def guarded(text: str) -> str:
    """The text that no spreadsheet takes for a formula."""
    return GUARD + text if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded; other text as it is."""
    if text.startswith(GUARD) and _RISKY.match(text, len(GUARD)):
        return text[len(GUARD) :]
    return text

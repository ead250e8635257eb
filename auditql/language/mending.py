"""How a fix is spelled: quotes, and blanks where words would run together.

In: what is to be written and where. Out: text. Loaded by every query, since
warnings have fixes too; what explains a fault of form is not.
"""

from auditql.diagnostics.model import Span


def quoted(text: str) -> str:
    """The text as a quoted one that says the same."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def apart(words: str, span: Span, text: str) -> str:
    """Words for a place of the text, with a blank where they would run into others."""
    before, after = text[: span.start][-1:], text[span.end :][:1]
    left = " " if words[:1].isalpha() and before.strip() and before != "(" else ""
    ends = words[-1:].isalnum() and after.strip() and after not in "),;|"
    return left + words + (" " if ends else "")

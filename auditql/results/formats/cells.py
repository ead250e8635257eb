"""A value as text that a person reads: in a table, vertically, in Markdown.

In: a JSON value as received. Out: one line that no terminal acts on. A missing
value is `null`. Text stands as it is, but in the language's quotes where it
would be taken for something else: `''` is empty text, `'null'` that word.
"""

import json

from auditql.diagnostics.safe_text import safe_text

NULL = "null"


def cell(value: object) -> str:
    """The text of a value; absent and null are both `null`."""
    if type(value) is str:
        return safe_text(_unmistakable(value))
    if value is None:
        return NULL
    if type(value) is int:
        return str(value)
    # As JSON writes it; 'surrogatepass' is not needed, nothing is encoded here.
    return safe_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _unmistakable(text: str) -> str:
    """The text, quoted where it reads as null, as empty or as quoted itself."""
    if text and text != NULL and not (text[0] == text[-1] == "'"):
        return text
    return "'" + text.replace("'", "''") + "'"

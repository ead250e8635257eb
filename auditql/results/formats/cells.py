"""A value as text that a person reads: in a table, vertically, in Markdown.

In: a JSON value as received. Out: one line that no terminal acts on. A missing
value is `null`. Text stands as it is, but in the language's quotes where it
would be taken for something else: `''` is empty text, `'null'` that word.
A list of texts is `a; b`, and the list of all that changed in a record reads
`Role: Agent -> Admin; Password`; data formats have both as JSON.
"""

from collections.abc import Mapping

from auditql.catalog.numbers import written
from auditql.diagnostics.safe_text import safe_text

NULL = "null"
_BETWEEN, _ARROW = "; ", "->"
_CHANGE = {"changed", "from", "to"}


def cell(value: object) -> str:
    """The text of a value; absent and null are both `null`."""
    if type(value) is str:
        return safe_text(_unmistakable(value))
    if value is None:
        return NULL
    if type(value) is int:
        return str(value)
    listed = _listed(value) if isinstance(value, list) else None
    if listed is not None:
        return safe_text(listed)
    # As JSON writes it; 'surrogatepass' is not needed, nothing is encoded here.
    return safe_text(written(value))


def _unmistakable(text: str) -> str:
    """The text, quoted where it reads as null, as empty or as quoted itself."""
    if text and text != NULL and not (text[0] == text[-1] == "'"):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(values: list[object]) -> str | None:
    """The items of a list of texts, or of changes; None for another list."""
    if not values:
        return None
    items = []
    for value in values:
        if isinstance(value, str):
            items.append(_part(value))
        elif isinstance(value, dict) and value.keys() == _CHANGE:
            items.append(_change(value))
        else:
            return None
    return _BETWEEN.join(items)


def _change(change: Mapping[str, object]) -> str:
    """What one line of a description tells; what it does not say is left out."""
    said = {key: _part(str(text)) for key, text in change.items() if text is not None}
    sides = [said.get("from"), _ARROW, said.get("to")]
    told = " ".join(side for side in sides if side is not None)
    parts = [said.get("changed"), None if told == _ARROW else told]
    return ": ".join(part for part in parts if part is not None)


def _part(text: str) -> str:
    """A piece of a list, quoted where it would be taken for more than one."""
    if _BETWEEN in text or _ARROW in text:
        return _quoted(text)
    return _unmistakable(text)

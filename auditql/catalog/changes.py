"""What changed, from what, to what: read out of `change_description`.

In: the text of one record. Out: the names, the values before and the values
after, line by line. The API gives no structure here; the shapes that are read
are the rows of `SHAPES`, taken from Zendesk's pages and from records seen.

`not set` stands for no value. A line of another shape gives nothing, and what
cannot be told apart is left out, never guessed: where ` to ` stands twice, the
name is kept and both values are left out; a line that says twice that
something changed gives nothing at all. `example.com added` could name a thing
or a value, so it is not read; neither is `Changed`, which names neither.
Several lines give several values, in the order of the lines. The time taken
grows with the length of the text and no faster.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from auditql.catalog.forms import form

NO_VALUE: Final = ("", "not set")
"""What stands for no value where a line names one."""

STATES: Final = frozenset(
    ("Enabled", "Disabled", "Suspended", "Unsuspended", "Activated", "Deactivated")
)
"""Words that alone on a line say what a setting is now."""

_SHORT: Final = 400
"""Characters up to which a description is remembered: most are few and come again."""

_FROM: Final = " changed from "
_CHANGED_TO: Final = " changed to "
_CHANGED: Final = " changed"
_TO: Final = " to "
_OF: Final = ": "
_UNNAMED: Final = frozenset(("not", "was", "were", "is", "are", "be", "been"))
"""Last words of a sentence about a change; no name of what changed ends so."""


@form
class Change:
    """One line; None where it does not say."""

    name: str | None
    before: str | None
    after: str | None


def changes(description: str) -> tuple[Change, ...]:
    """The lines that are of a known shape, in order."""
    if len(description) > _SHORT:
        return _read(description)
    return _remembered(description)


def _read(description: str) -> tuple[Change, ...]:
    shapes = [shape for shape in SHAPES if shape.sign in description]
    if not shapes:
        return ()
    read = (_line(line.removesuffix("\r"), shapes) for line in description.split("\n"))
    return tuple(change for change in read if change is not None)


@lru_cache(4096)
def _remembered(description: str) -> tuple[Change, ...]:
    return _read(description)


def changed(description: str) -> tuple[str, ...]:
    """The names of what changed."""
    return tuple(c.name for c in changes(description) if c.name is not None)


def changed_from(description: str) -> tuple[str, ...]:
    """The values before."""
    return tuple(c.before for c in changes(description) if c.before is not None)


def changed_to(description: str) -> tuple[str, ...]:
    """The values after."""
    return tuple(c.after for c in changes(description) if c.after is not None)


def objects(description: str) -> tuple[dict[str, str | None], ...]:
    """The lines as the column `changes` holds them, ready for JSON."""
    return tuple(
        {"changed": c.name, "from": c.before, "to": c.after}
        for c in changes(description)
    )


READERS: Mapping[str, Callable[[str], tuple[object, ...]]] = MappingProxyType(
    {
        "changes": objects,
        "changed": changed,
        "changed_from": changed_from,
        "changed_to": changed_to,
    }
)
"""What reads each derived field out of a description, by the field's name."""


@form
class Shape:
    """A shape of line that is read.

    Attributes:
        written: how the reference writes it.
        example: a line of that shape; A and B stand for values.
        sign: a line that holds it is of this shape, or of an earlier one.
        read: the change that such a line tells, or None.
    """

    written: str
    example: str
    sign: str
    read: Callable[[str], Change | None]


def _line(line: str, shapes: Sequence[Shape]) -> Change | None:
    """What the first shape whose sign stands in the line reads out of it."""
    for shape in shapes:
        if shape.sign in line:
            return shape.read(line)
    return None


def _from_to(line: str) -> Change | None:
    """`X changed from A to B`."""
    name, _, rest = line.partition(_FROM)
    if not name or _FROM in f" {rest}" or _CHANGED_TO in name:
        return None
    before, after = _split(rest, _TO)
    return Change(name, before, after)


def _to(line: str) -> Change | None:
    """`A changed to B`, as settings have it: their name is the source's label."""
    before, after = _split(line, _CHANGED_TO)
    if before is None and after is None:
        return None
    return Change(None, before, after)


def _assigned(line: str) -> Change | None:
    """`X: B is asigned`, with the spelling of records and with the right one."""
    text, _, sign = line.rpartition(" is ")
    name, _, after = text.partition(_OF)
    if sign not in ("asigned", "assigned") or not name or _OF in after:
        return None
    value = _value(after)
    return None if value is None else Change(name, None, value)


def _name_alone(line: str) -> Change | None:
    """`X changed`, which keeps both values to itself."""
    name = line.removesuffix(_CHANGED)
    words = name.split()
    if not words or name == line or _CHANGED in name or words[-1] in _UNNAMED:
        return None
    return Change(name, None, None)


def _state(line: str) -> Change | None:
    """`Enabled`, the whole line: the value after, as far as it is said."""
    return Change(None, None, line) if line in STATES else None


def _split(text: str, sign: str) -> tuple[str | None, str | None]:
    """What stands before and behind the sign; None, None if not exactly once."""
    first = text.find(sign)
    if first < 0 or text.rfind(sign) != first:
        return None, None
    return _value(text[:first]), _value(text[first + len(sign) :])


def _value(text: str) -> str | None:
    """The value that a text names; None for none."""
    return None if text in NO_VALUE else text


SHAPES: Final[tuple[Shape, ...]] = (
    Shape("X changed from A to B", "Role changed from A to B", _FROM, _from_to),
    Shape("A changed to B", "A changed to B", _CHANGED_TO, _to),
    Shape("X changed", "Password changed", _CHANGED, _name_alone),
    Shape("X: B is asigned", "Organization: B is asigned", "signed", _assigned),
    Shape("a state alone, such as Enabled", "Enabled", "ed", _state),
)
"""Every shape that is read; a line is of the first whose sign stands in it."""

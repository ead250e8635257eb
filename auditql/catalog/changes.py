"""What changed, from what, to what: read out of `change_description`.

In: the text of one record. Out: the names, the values before and the values
after. The API gives no structure here, only lines; these shapes are read:

| line                     | changed | changed_from | changed_to |
|--------------------------|---------|--------------|------------|
| `X changed from A to B`  | X       | A            | B          |
| `A changed to B`         | -       | A            | B          |

`not set` stands for no value. A line of another shape gives nothing, and what
cannot be told apart is left out, never guessed: where ` to ` stands twice,
the name is kept and both values are left out; a line that says twice that
something changed gives nothing at all. Several lines give several values, in
the order of the lines.
"""

from typing import Final

from auditql.catalog.forms import form

_FROM: Final = " changed from "
_CHANGED_TO: Final = " changed to "
_TO: Final = " to "
NO_VALUE: Final = ("", "not set")
"""What stands for no value where a line names one."""


@form
class Change:
    """One line; None where it does not say."""

    name: str | None
    before: str | None
    after: str | None


def changes(description: str) -> tuple[Change, ...]:
    """The lines that are of a known shape, in order."""
    if " changed " not in description:
        return ()
    read = (_line(line.removesuffix("\r")) for line in description.split("\n"))
    return tuple(change for change in read if change is not None)


def changed(description: str) -> tuple[str, ...]:
    """The names of what changed."""
    return tuple(c.name for c in changes(description) if c.name is not None)


def changed_from(description: str) -> tuple[str, ...]:
    """The values before."""
    return tuple(c.before for c in changes(description) if c.before is not None)


def changed_to(description: str) -> tuple[str, ...]:
    """The values after."""
    return tuple(c.after for c in changes(description) if c.after is not None)


def _line(line: str) -> Change | None:
    name, sign, rest = line.partition(_FROM)
    if sign:
        if not name or _FROM in f" {rest}" or _CHANGED_TO in name:
            return None
        before, after = _split(rest, _TO)
        return Change(name, before, after)
    before, after = _split(line, _CHANGED_TO)
    if before is None and after is None:
        return None
    return Change(None, before, after)


def _split(text: str, sign: str) -> tuple[str | None, str | None]:
    """What stands before and behind the sign; None, None if not exactly once."""
    first = text.find(sign)
    if first < 0 or text.rfind(sign) != first:
        return None, None
    return _value(text[:first]), _value(text[first + len(sign) :])


def _value(text: str) -> str | None:
    """The value that a text names; None for none."""
    return None if text in NO_VALUE else text

"""The kinds a value can have, and what each kind allows."""

from enum import Enum


class Kind(Enum):
    """What sort of value a field, a function or a column holds."""

    INTEGER = "integer"  # 64 bits, signed
    WORD = "word"  # text from a small, open vocabulary
    TEXT = "text"
    ADDRESS = "IP address"
    TIME = "time"  # whole seconds since 1970-01-01T00:00:00Z
    WEEKDAY = "weekday"  # 0 is Monday, 6 is Sunday
    LIST = "list"  # of objects, such as `changes`: shown whole, never compared

    @property
    def is_single(self) -> bool:
        """Whether it can be compared, a key or counted: all but a list."""
        return self is not Kind.LIST

    @property
    def is_ordered(self) -> bool:
        """Whether `<`, `between` and `order by` mean something; not for addresses."""
        return self not in (Kind.ADDRESS, Kind.LIST)

    @property
    def is_text(self) -> bool:
        """Whether `contains`, `like` and `~` apply."""
        return self in (Kind.TEXT, Kind.WORD)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Weekday words in order; the index is the value, Monday first (ISO 8601)."""


class Unit(Enum):
    """A unit of time, by the letter that stands behind a number."""

    SECOND = "s"
    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    WEEK = "w"
    MONTH = "mo"
    QUARTER = "q"  # only in `last quarter`, `this quarter`
    YEAR = "y"

    @property
    def word(self) -> str:
        """The unit's English name, in the singular."""
        return self.name.lower()

    @property
    def seconds(self) -> int | None:
        """Length in seconds; None for days and longer, which the calendar rules."""
        return {"s": 1, "m": 60, "h": 3600}.get(self.value)

"""Words of other shells, which are no query here, and what is meant by them.

In: an entry. Out: what the person means.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Habit(Enum):
    """What is meant by a word."""

    LEAVE = "leave"
    HELP = "help"


HINT = r"`\?` lists commands, `\q` leaves; else type a query"

_MEANT: Mapping[str, Habit] = MappingProxyType(
    {
        "exit": Habit.LEAVE,
        "quit": Habit.LEAVE,
        "help": Habit.HELP,
        "?": Habit.HELP,
    }
)
"""None of them is a query: a word alone is no condition."""

HABITS = tuple(_MEANT)
"""The words."""


def habit_of(text: str) -> Habit | None:
    """What is meant by an entry that is one of the words; None for any other."""
    return _MEANT.get(text.strip().casefold())

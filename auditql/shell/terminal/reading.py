"""What the shell's loop asks of a terminal: entries, and replies to questions."""

from enum import Enum
from typing import Final, Literal, Protocol

from auditql.shell.session.events import Confirm, Reply


class Ending(Enum):
    """The person leaves."""

    LEAVE = "leave"


LEAVE: Final = Ending.LEAVE
Leave = Literal[Ending.LEAVE]


class Reader(Protocol):
    """Gives what a person types.

    Attributes:
        can_edit: what was typed before can be changed.
    """

    @property
    def can_edit(self) -> bool:
        """Whether what was typed before can be changed."""
        ...

    def entry(self, begun: str) -> str | Leave:
        """The next entry; empty where there is nothing to do.

        Args:
            begun: stands in it to begin with.
        """
        ...

    def keys(self) -> str:
        """The keys in force, for a person to read."""
        ...

    def reply(self, question: Confirm) -> Reply:
        """What the person says to a question."""
        ...

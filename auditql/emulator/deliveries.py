"""How an answer reaches the client: whole, late, in part, or not at all.

In: nothing. Out: frozen values that the transports and the server carry out.
Nothing here decides which it is.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from auditql.emulator.answers import Answer, Call
from auditql.emulator.settings import Settings


@dataclass(frozen=True, slots=True)
class NoConnection:
    """The request is not taken: refused at once, or nobody opens at all."""

    timed_out: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is taken, and nothing comes."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The head, the first `sent` bytes of the body, then the connection ends.

    Attributes:
        was_reset: torn down rather than closed.
    """

    answer: Answer
    sent: int
    was_reset: bool


@dataclass(frozen=True, slots=True)
class Drip:
    """The head, then the body byte by byte, `pause_s` before each."""

    answer: Answer
    pause_s: float


@dataclass(frozen=True, slots=True)
class Late:
    """The whole answer, made now and given `wait_s` later."""

    answer: Answer
    wait_s: float


Delivery: TypeAlias = Answer | Late | Cut | Drip | Silence | NoConnection


class Service(Protocol):
    """What transports and the server put to a client."""

    @property
    def settings(self) -> Settings:
        """How it behaves; only its latency is looked at."""
        ...

    def deliver(self, call: Call) -> Delivery:
        """What comes of a request."""
        ...

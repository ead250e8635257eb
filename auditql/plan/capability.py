"""What a provider says of itself: the protocol between planner and provider.

In: what the planner would push down. Out: which fields the source can filter, in
which form and by which values, and the requests that read a box. What it cannot
filter stays in the residual.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Protocol

from auditql.catalog.forms import form
from auditql.plan.model import Box, Request


class Form(Enum):
    """The shape of constraint that a source takes for a field."""

    SET = "set"
    RANGE = "range"
    LOOKUP = "lookup"


class Accepts(Enum):
    """Which values of a field can be sent so that no match is lost."""

    ANY_INTEGER = "any 64-bit integer"
    KNOWN_WORD = "a known word"
    PLAIN_TEXT = "text that is not empty and can be encoded"
    IPV4 = "an IPv4 address"
    SECONDS = "whole seconds"


@form
class Capability:
    """What a source can do with one field.

    Attributes:
        field: name of the field.
        form: how it may be constrained.
        accepts: which values may be sent.
        needs: a field that must be constrained by a set in the same request.
        most: most values the form takes; None for no bound but the URL's.
        why: one line for a person.
    """

    field: str
    form: Form
    accepts: Accepts
    needs: str | None = None
    most: int | None = None
    why: str = ""


@form
class ReadShape:
    """How the planner wants a box read.

    Attributes:
        descending: newest first.
        page_size: records a page, 1 to 100.
        now_s: the frozen now, which bounds an open end.
        page_number: offset paging: exactly this page; else None.
        cursor: (is_after, token): exactly that page; else None.
        counts: ask for the number of records instead of the records.
        exact: the box is exact.
    """

    descending: bool
    page_size: int
    now_s: int
    page_number: int | None = None
    cursor: tuple[bool, str] | None = None
    counts: bool = False
    exact: bool = False


class Source(Protocol):
    """What the planner asks of a provider; pure, no I/O."""

    @property
    def name(self) -> str:
        """Name of the provider, for messages."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether reading it costs requests; else it filters and counts nothing."""
        ...

    @property
    def capabilities(self) -> Mapping[str, Capability]:
        """What it can filter, by field."""
        ...

    @property
    def ordered_by(self) -> str:
        """The field it can order by, in both directions."""
        ...

    def narrowed(self, box: Box) -> Box:
        """The box with at most one list that is too long for a request.

        Cutting two lists would multiply requests, so other long lists are left
        out, the longest first: their fields are free, and checked here.
        """
        ...

    def split(self, box: Box, shape: ReadShape) -> Sequence[Box]:
        """The box in disjoint pieces, each of which fits one request."""
        ...

    def requests(self, box: Box, shape: ReadShape) -> Sequence[Request]:
        """The requests that read a box that fits: one, or one a looked-up id."""
        ...

"""A window: a part of a course, read by a cursor of its own.

In: what its cursor brings. Out: whether more will come of it, what waits to be
given out, and how dense records lie in it. Where windows are cut is decided in
`windows`.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from auditql.catalog.record import Record
from auditql.providers.zendesk.leg import Leg


@dataclass(frozen=True, slots=True)
class Density:
    """How many records a stretch of time holds, from what was read nearby.

    Attributes:
        rows: records read.
        span: places that they lie on.
        seconds: different places among them.
    """

    rows: float = 0.0
    span: float = 0.0
    seconds: float = 0.0

    @property
    def per_place(self) -> float:
        """Records a place."""
        return self.rows / max(self.span, 1.0)

    def faded(self, most_rows: float) -> "Density":
        """The same density out of fewer records, so that newer ones weigh more."""
        part = most_rows / self.rows if self.rows > most_rows else 1.0
        return Density(self.rows * part, self.span * part, self.seconds * part)


@dataclass(slots=True, eq=False)
class Window:
    """One window: its cursor, and what it brought that was not given out yet.

    Attributes:
        leg: its cursor.
        density: of the records in it and just before it.
        has_come: a page of it is in.
        has_stepped: it begins a place further on than it was cut.
        is_asked: a request for it is on its way.
        pages: records that wait to be given out, page by page.
        failure: what ended it before its end.
    """

    leg: Leg
    density: Density = Density()
    has_come: bool = False
    has_stepped: bool = False
    is_asked: bool = False
    pages: deque[Sequence[Record]] = field(default_factory=deque)
    failure: Exception | None = None

    @property
    def is_read(self) -> bool:
        """Whether nothing more will come of it."""
        return self.leg.is_done or self.failure is not None

    @property
    def rows(self) -> int:
        """Records that wait to be given out."""
        return sum(map(len, self.pages))

"""The way through time that a request takes, and requests for parts of it.

In: the first request of a scan. Out: places, which rise in the order of
reading whichever way time runs, and the request that reads a stretch of them.
Pure.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from auditql.language.clock import text_of
from auditql.plan.model import FOREVER_S, Request

OPEN_START_S = 946_684_800
"""2000-01-01T00:00:00Z, before the first account: where an open start begins."""

_EVER = text_of(OPEN_START_S), text_of(FOREVER_S)
_RANGE = "filter[created_at][]"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole seconds that one cursor reads, as places: low <= place < high.

    Attributes:
        low: None where it begins with the first record.
        high: None where it ends with the last one.
    """

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a scan.

    A place is a second, or for a read newest first its mirror image: -1 - second.
    So a stretch of places is a stretch of whole seconds either way.

    Attributes:
        request: reads all of it; without a cursor.
        descending: newest first.
        page_size: records of a full page.
        end: the last place that can hold a record, as far as is known before.
    """

    request: Request
    descending: bool
    page_size: int
    end: int

    @property
    def is_endless(self) -> bool:
        """Whether its length says nothing of how much there is on it."""
        return self.end >= (-1 - OPEN_START_S if self.descending else FOREVER_S)

    def place(self, second: int) -> int:
        """Where a second stands on the course."""
        return -1 - second if self.descending else second

    def part(self, stretch: Stretch) -> Request:
        """The request that reads a stretch; its first place must be known.

        What is asked is a second wider on both sides than what is meant, as
        the planner does it: right whether ends are included or not.
        """
        low, high = stretch.low, stretch.high
        assert low is not None
        asked = _range(self.request)
        first, last = asked if asked is not None else _EVER
        if self.descending:
            last = text_of(-low)
            first = first if high is None else text_of(-high - 1)
        else:
            first = text_of(low - 1)
            last = last if high is None else text_of(high)
        others = tuple(pair for pair in self.request.params if pair[0] != _RANGE)
        # The range stands behind the filters and before the paging, as ever.
        names = [name for name, _ in others]
        at = names.index("sort") if "sort" in names else len(names)
        pair = ((_RANGE, min(first, last)), (_RANGE, last))
        return replace(self.request, params=(*others[:at], *pair, *others[at:]))


def course_of(request: Request) -> Course:
    """The course of a scan's first request, which pages by cursor.

    Without a sort the service shows the newest first; without a range its
    records go on for ever, or back to the year 2000.
    """
    params = dict(request.params)
    descending = params.get("sort") != "created_at"
    asked = _range(request)
    if descending:
        end = -1 - (OPEN_START_S if asked is None else _second(asked[0]))
    else:
        end = FOREVER_S if asked is None else _second(asked[1])
    return Course(request, descending, int(params.get("page[size]", _PAGE)), end)


def _range(request: Request) -> tuple[str, str] | None:
    """The two seconds that a request asks for, as it writes them."""
    found = [value for name, value in request.params if name == _RANGE]
    return (found[0], found[1]) if found else None


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())

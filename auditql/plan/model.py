"""Forms of the planner: intervals, boxes, requests, scans.

A box is what one request can ask: per field an optional finite set of values,
for `created_at` an optional interval. A list of boxes covers a filter when
every record that passes the filter lies in one of them.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from urllib.parse import quote, urlencode

from auditql.catalog.forms import form

Value = int | str
"""A value as a request carries it; an IPv4 address is its dotted text."""


@form
class Interval:
    """start <= t < end in seconds since 1970 UTC; None is an open end."""

    start: int | None
    end: int | None

    @property
    def is_empty(self) -> bool:
        """Whether no time lies inside."""
        return (
            self.start is not None and self.end is not None and self.start >= self.end
        )


ALWAYS = Interval(None, None)

FOREVER_S = 253_370_764_799
"""The last second of the year 9998: the end of a range that must have one."""

REACH_S = 3600
"""How far beyond the frozen now a range without an end is asked, in seconds."""


@form
class Box:
    """Records whose fields hold one of the values and whose time lies inside.

    Attributes:
        sets: per constrained field its values; a field that is not named is free.
        created: the interval of `created_at`; ALWAYS leaves it free.
        exact: every record of the box passes the filter that it covers.
    """

    sets: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    created: Interval = ALWAYS
    exact: bool = field(default=False, compare=False)

    def __hash__(self) -> int:
        """Equal boxes hash equally; a mapping itself has no hash."""
        return hash((frozenset(self.sets.items()), self.created))


class Mode(Enum):
    """How a request pages, and so how its answer is read."""

    CURSOR = "cursor"  # page[size], then page[after] until has_more is false
    ONE_PAGE = "one page"  # exactly this page, by number or cursor
    LOOKUP = "lookup"  # one record by id, 404 is none
    COUNT = "count"  # the `count` of offset paging
    LOCAL = "local"  # out of the mirror; nothing is asked
    GAP = "gap"  # what no mirror holds, where nothing else is read


@form
class Request:
    """One request to the API, before its first page is asked.

    Attributes:
        path: begins with `/api/v2/audit_logs`.
        params: ordered pairs, not yet percent-encoded.
        exact: every record of the answer passes the filter, edge seconds aside.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    mode: Mode
    exact: bool

    @property
    def is_sent(self) -> bool:
        """Whether the API is asked; else the mirror is read, or nothing."""
        return self.mode not in (Mode.LOCAL, Mode.GAP)

    def url(self, base: str) -> str:
        """The whole URL below `base`, such as `https://acme.zendesk.com`.

        Everything but unreserved characters is percent-encoded, brackets
        too, so the text is the same in every client.
        """
        query = urlencode(self.params, quote_via=quote, safe="")
        return base.rstrip("/") + self.path + ("?" + query if query else "")


@form
class Scan:
    """One ordered stream of records: a box and the request that reads it.

    The request's own range is a second wider on each side, so the executor
    drops what lies outside `box.created`: what a neighbouring box holds is
    read there.
    """

    box: Box
    request: Request

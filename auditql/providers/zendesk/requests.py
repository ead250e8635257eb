"""Boxes to requests of the audit-log API; pure, nothing is sent here.

In: a box and how it is to be read. Out: requests whose parameters the API
page allows: one value under a plain key, several under `[]`, `created_at` as
exactly two whole seconds, one style of paging.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from urllib.parse import quote

from auditql.language.clock import text_of
from auditql.plan.capability import Capability, ReadShape
from auditql.plan.model import REACH_S, Box, Interval, Mode, Request, Value
from auditql.providers.zendesk.capability import CAPABILITIES, ROWS

PATH = "/api/v2/audit_logs"
URL_BYTES = 4096
"""Longest URL that is sent; no bound is published, this is what proxies take."""

_ORIGIN = "https://" + "x" * 63 + ".zendesk.com"
_CURSOR_ROOM = 256  # `page[after]=` and a cursor, percent-encoded, come on top
_OTHERS = 1500  # bytes of all lists but the longest, so that this one has room
_START_S = 946_684_800  # 2000-01-01T00:00:00Z, before the first account


class ZendeskSource:
    """The audit-log API as the planner sees it."""

    @property
    def name(self) -> str:
        """`zendesk`."""
        return "zendesk"

    @property
    def is_remote(self) -> bool:
        """True: every page is a request."""
        return True

    @property
    def capabilities(self) -> Mapping[str, Capability]:
        """What the API can filter, by field."""
        return CAPABILITIES

    @property
    def ordered_by(self) -> str:
        """The one field the API can order by."""
        return "created_at"

    def narrowed(self, box: Box) -> Box:
        """The box with at most one list that is too long for a request.

        All other lists together take half of a URL at most, so that the pieces
        of the one that is cut are as many as its bytes say, no product of two.
        """
        if "id" in box.sets:
            return box
        sizes = {name: _bytes(name, values) for name, values in box.sets.items()}
        while sum(sizes.values()) - max(sizes.values(), default=0) > _OTHERS:
            del sizes[max(sizes, key=sizes.__getitem__)]
        if len(sizes) == len(box.sets):
            return box
        return Box({name: box.sets[name] for name in sizes}, box.created)

    def split(self, box: Box, shape: ReadShape) -> Sequence[Box]:
        """The box in disjoint pieces whose URLs are short enough.

        The longest list is halved until every piece fits; pieces keep the
        order of their values.
        """
        room = URL_BYTES - _CURSOR_ROOM - len(_url(Box(created=box.created), shape))
        sizes = {name: _bytes(name, box.sets[name]) for name in box.sets}
        spent = sum(sizes.values())
        if "id" in box.sets or spent <= room:
            return (box,)
        name = max(sizes, key=sizes.__getitem__)
        values = _ordered(box.sets[name])
        if len(values) == 1:
            return (box,)
        half = len(values) // 2
        parts = (frozenset(values[:half]), frozenset(values[half:]))
        return tuple(
            piece
            for part in parts
            for piece in self.split(Box({**box.sets, name: part}, box.created), shape)
        )

    def requests(self, box: Box, shape: ReadShape) -> Sequence[Request]:
        """One request for a box that fits, or one for each id that it names."""
        if "id" in box.sets:
            return tuple(
                Request("GET", f"{PATH}/{number}", (), Mode.LOOKUP, shape.exact)
                for number in _ordered(box.sets["id"])
            )
        mode = Mode.COUNT if shape.counts else Mode.CURSOR
        if shape.page_number is not None or shape.cursor is not None:
            mode = Mode.ONE_PAGE
        return (Request("GET", PATH, tuple(_params(box, shape)), mode, shape.exact),)


def _url(box: Box, shape: ReadShape) -> str:
    request = Request("GET", PATH, tuple(_params(box, shape)), Mode.CURSOR, True)
    return request.url(_ORIGIN)


def _bytes(name: str, values: frozenset[Value]) -> int:
    """Bytes that a set takes in a URL, `&` included; a text may need any of them."""
    each = _name_bytes(name, is_many=len(values) > 1)
    return sum(
        each + (len(str(v)) if isinstance(v, int) else len(quote(v, safe="")))
        for v in values
    )


@cache
def _name_bytes(name: str, *, is_many: bool) -> int:
    """Bytes that the name of a filter takes; fields are few."""
    many = "[]" if is_many else ""
    return len(quote(f"&filter[{name}]{many}=", safe="&="))


def _params(box: Box, shape: ReadShape) -> Iterator[tuple[str, str]]:
    """The parameters of a request, filters first, in the order of the table."""
    for row in ROWS:
        values = box.sets.get(row.field)
        if values is None or row.field == "id":
            continue
        many = "[]" if len(values) > 1 else ""
        for value in _ordered(values):
            yield f"filter[{row.field}]{many}", str(value)
    window = asked(box.created, shape)
    if window is not None:
        for second in window:
            yield "filter[created_at][]", text_of(second)
    yield from _paging(shape)


def asked(created: Interval, shape: ReadShape) -> tuple[int, int] | None:
    """The two seconds that a range is asked with; None for no range at all.

    Whether the ends are included is not documented, so [s, e) is asked as
    [s - 1, e], right under all four readings. An open start is the year 2000,
    an open end is an hour from now; neither is ever beyond the other end. A
    read from the oldest on always has a range, else it would chase the tail.
    """
    start, end = created.start, created.end
    if start is None and end is None and shape.descending:
        return None
    last = shape.now_s + REACH_S if end is None else end
    first = _START_S if start is None else start - 1
    if start is None:
        first = first if first < last else 0
    if end is None:
        last = max(last, first + 1)
    return max(first, 0), last


def _paging(shape: ReadShape) -> Iterator[tuple[str, str]]:
    sign = "-" if shape.descending else ""
    direction = "desc" if shape.descending else "asc"
    if shape.counts and shape.page_size == 1:
        yield "per_page", "1"
    elif shape.counts or shape.page_number is not None:
        yield "page", str(shape.page_number or 1)
        yield "per_page", str(shape.page_size)
        yield "sort_by", "created_at"
        yield "sort_order", direction
    else:
        yield "sort", f"{sign}created_at"
        yield "page[size]", str(shape.page_size)
        if shape.cursor is not None:
            is_after, token = shape.cursor
            yield f"page[{'after' if is_after else 'before'}]", token


def _ordered(values: frozenset[Value]) -> list[Value]:
    """Values in a fixed order: numbers rising, text by code point."""
    return sorted(values, key=lambda v: (isinstance(v, str), v))

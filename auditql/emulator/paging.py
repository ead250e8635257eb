"""One page of a listing, in either of the two styles, with its envelope.

In: parameters, the store, the filter. Out: the whole body of the answer. A
cursor page has `meta` and `links`, an offset page `next_page` and `count`; the
order is part of the style, which is why it is read here too.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus
from zlib import crc32

from auditql.emulator import errors
from auditql.emulator.answers import encode
from auditql.emulator.cursors import escape_cursor, read_cursor, write_cursor
from auditql.emulator.filters import Filter
from auditql.emulator.listing import Listing, Order
from auditql.emulator.query_string import Param, Params
from auditql.emulator.settings import LastPage, Settings, TieOrder, Unknown
from auditql.emulator.store import RecordStore

PAGE_LIMIT = 100
DEPTH_LIMIT = 10_000

_INTEGER = re.compile(r"[0-9]{1,9}")
_CURSOR_KEYS = frozenset({"page[after]", "page[before]"})
_OFFSET_KEYS = frozenset({"page"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the request went, so that links can lead back there.

    Attributes:
        url: origin and path, without the query.
        query: the raw query string.
    """

    url: str
    query: str

    def without(self, drop: frozenset[str]) -> str:
        """The same address, some parameters dropped, ready for one more."""
        kept = [
            part
            for part in self.query.split("&")
            if part and unquote_plus(part.partition("=")[0]) not in drop
        ]
        return f"{self.url}?{'&'.join([*kept, ''])}"


def read_page(
    params: Params,
    store: RecordStore,
    wanted: Filter,
    settings: Settings,
    address: Address,
) -> bytes:
    """The body of the page that the parameters ask for.

    Nested `page` parameters select cursor paging, anything else offsets.

    Raises:
        ApiError: 400, for a page, cursor or sort that cannot be had.
    """
    page = params.get("page")
    if isinstance(page, dict):
        return _cursor_page(page, params.get("sort"), store, wanted, settings, address)
    return _offset_page(params, store, wanted, settings, address)


def _cursor_page(
    page: Params,
    sort: Param,
    store: RecordStore,
    wanted: Filter,
    settings: Settings,
    address: Address,
) -> bytes:
    unknown = page.keys() - {"size", "after", "before"}
    if unknown and settings.unknown is Unknown.REFUSE:
        raise errors.invalid_attribute(f"page.{min(unknown)}", "is not known")
    size = PAGE_LIMIT
    if page.get("size") is not None:
        size = _number(page["size"], "page.size")
        if not 1 <= size <= PAGE_LIMIT:
            rule = f"must be between 1 and {PAGE_LIMIT}"
            raise errors.invalid_attribute("page.size", rule)
    listing = store.listing(wanted, _cursor_order(sort, settings))
    start, size = _stretch(page, size, listing, settings)
    rows = listing.take(start, size)
    more = start + len(rows) < len(listing)
    if page.get("before") is not None:
        more = start > 0
    return _cursor_envelope(store, listing, rows, more, settings, address)


def _cursor_order(sort: Param, settings: Settings) -> Order:
    """The order of a cursor page: `sort` alone decides, newest first."""
    if sort is None or sort == "-created_at":
        return _falling(settings)
    if sort == "created_at":
        return Order.RISING
    raise errors.invalid_paging("sort is not valid")


def _falling(settings: Settings) -> Order:
    rise = settings.ties is TieOrder.IDS_RISE
    return Order.FALLING if rise else Order.MIRRORED


def _stretch(
    page: Params, size: int, listing: Listing, settings: Settings
) -> tuple[int, int]:
    """First rank and number of rows of the page."""
    after, before = page.get("after"), page.get("before")
    if after is not None and before is not None:
        raise errors.invalid_paging("page[after] and page[before] exclude each other")
    token = after if after is not None else before
    if token is None:
        return 0, size
    try:
        if not isinstance(token, str):
            raise TypeError("a cursor is one text")  # noqa: TRY301 - one refusal
        key = read_cursor(token, listing.order, settings.cursor_style)
    except (TypeError, ValueError, RecursionError) as error:
        side = "after" if after is not None else "before"
        raise errors.invalid_paging(f"page[{side}] is not valid") from error
    if after is not None:
        return listing.rank_after(key), size
    end = listing.rank_before(key)
    return max(0, end - size), min(size, end)


def _cursor_envelope(
    store: RecordStore,
    listing: Listing,
    rows: list[int],
    more: bool,
    settings: Settings,
    address: Address,
) -> bytes:
    after = before = following = preceding = None
    if rows:
        first, last = rows[0], rows[-1]
        before = _token(store, first, listing.order, settings)
        after = _token(store, last, listing.order, settings)
        lot = crc32(b"%d %d %d" % (settings.seed, store.ids[first], store.ids[last]))
        base = address.without(_CURSOR_KEYS)
        has_cursor, has_next, has_prev = _carries(more, settings.last_page, lot)
        if has_next:
            following = f"{base}page%5Bafter%5D={escape_cursor(after)}"
        if has_prev:
            preceding = f"{base}page%5Bbefore%5D={escape_cursor(before)}"
        if not has_cursor:
            after = None
    tail = {
        "meta": {"has_more": more, "after_cursor": after, "before_cursor": before},
        "links": {"next": following, "prev": preceding},
    }
    return _envelope(store, rows, encode(tail))


def _carries(more: bool, rule: LastPage, lot: int) -> tuple[bool, bool, bool]:
    """Whether a page has an after cursor, a next link and a previous link.

    The shares are those of 230 recorded pages: 13 of 167 with successors had
    no previous link; of 62 last pages with rows, 49 had everything, 10 no
    links, 3 neither cursor nor link. First pages had previous links too.
    """
    if more:
        return True, True, lot % 167 >= 13
    match rule:
        case LastPage.LINKED:
            return True, True, True
        case LastPage.CURSOR_ONLY:
            return True, False, False
        case LastPage.BARE:
            return False, False, False
        case LastPage.RECORDED:
            draw = lot % 62
            return draw < 59, draw < 49, draw < 49 or draw % 2 == 0


def _token(store: RecordStore, place: int, order: Order, settings: Settings) -> str:
    key = (store.times[place], store.ids[place])
    return write_cursor(key, order, settings.cursor_style)


def _offset_page(
    params: Params,
    store: RecordStore,
    wanted: Filter,
    settings: Settings,
    address: Address,
) -> bytes:
    number = _number(params.get("page"), "page", default=1)
    size = _number(params.get("per_page"), "per_page", default=PAGE_LIMIT)
    if number < 1 or size < 1:
        name = "page" if number < 1 else "per_page"
        raise errors.invalid_attribute(name, "must be at least 1")
    size = min(size, PAGE_LIMIT)
    if number * size > DEPTH_LIMIT:
        raise errors.invalid_depth()
    falls = _offset_falls(params.get("sort_order"), settings)
    order = _falling(settings) if falls else Order.RISING
    listing = store.listing(wanted, order)
    skip = (number - 1) * size
    if _sorts_by_actor(params.get("sort_by"), settings):
        rows = _by_actor(store, listing, falls)[skip : skip + size]
    else:
        rows = listing.take(skip, size)
    following = preceding = None
    if skip + size < len(listing):
        following = f"{address.without(_OFFSET_KEYS)}page={number + 1}"
    if number > 1:
        preceding = f"{address.without(_OFFSET_KEYS)}page={number - 1}"
    tail = {
        "next_page": following,
        "previous_page": preceding,
        "count": len(listing),
    }
    return _envelope(store, rows, encode(tail))


def _offset_falls(found: Param, settings: Settings) -> bool:
    """Whether values fall; `desc` is the default."""
    if found in (None, "desc", "asc") or settings.unknown is Unknown.IGNORE:
        return found != "asc"
    raise errors.invalid_paging("sort_order is not valid")


def _sorts_by_actor(found: Param, settings: Settings) -> bool:
    """Whether `sort_by` is actor_id, the only other field known to work."""
    known = (None, "created_at", "actor_id")
    if found in known or settings.unknown is Unknown.IGNORE:
        return found == "actor_id"
    raise errors.invalid_paging("sort_by is not valid")


def _by_actor(store: RecordStore, listing: Listing, falls: bool) -> list[int]:
    """All rows by actor, null lowest; rows of one actor by id."""

    def rank(place: int) -> tuple[bool, int, int]:
        actor = store.value(place, "actor_id")
        known = actor if isinstance(actor, int) else 0
        value = -known if falls else known
        return (actor is None) is falls, value, store.ids[place]

    return sorted(listing.positions[listing.low : listing.high], key=rank)


def _number(found: Param, name: str, default: int | None = None) -> int:
    """A whole number of a parameter."""
    if found is None and default is not None:
        return default
    if not isinstance(found, str) or not _INTEGER.fullmatch(found):
        raise errors.invalid_attribute(name, "must be an integer")
    return int(found)


def _envelope(store: RecordStore, rows: list[int], tail: bytes) -> bytes:
    """Records first, then `tail`, a JSON object, opened up behind them."""
    records = b",".join(store.bodies(rows))
    return b'{"audit_logs":[' + records + b"]," + tail[1:]

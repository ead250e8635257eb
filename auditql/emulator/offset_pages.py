"""Offset paging: `page`, `per_page`, `sort_by`, `sort_order`.

In: parameters, the store, the filter. Out: the body of the page, with `count`.
Pages end at 10,000 records, as they do at the real service.
"""

from collections.abc import Sequence

from auditql.emulator import errors
from auditql.emulator.answers import encode
from auditql.emulator.filters import Filter
from auditql.emulator.listing import Listing, Order
from auditql.emulator.paging import (
    PAGE_LIMIT,
    Address,
    envelope,
    falling_order,
    read_number,
)
from auditql.emulator.query_string import Param, Params
from auditql.emulator.settings import Settings, Unknown
from auditql.emulator.store import RecordStore

DEPTH_LIMIT = 10_000
"""The last record that offset paging reaches: page times per_page."""


def read_page(
    params: Params,
    store: RecordStore,
    wanted: Filter,
    settings: Settings,
    address: Address,
) -> bytes:
    """The body of the page; `sort` does not count here.

    More than 100 a page gives 100, as documented.

    Raises:
        ApiError: 400, for numbers that are none, a sort nobody knows, and
            beyond `DEPTH_LIMIT`.
    """
    number = read_number(params.get("page"), "page", 1)
    size = read_number(params.get("per_page"), "per_page", PAGE_LIMIT)
    if number < 1 or size < 1:
        name = "page" if number < 1 else "per_page"
        raise errors.invalid_attribute(name, "must be at least 1")
    size = min(size, PAGE_LIMIT)
    if number * size > DEPTH_LIMIT:
        raise errors.invalid_depth()
    falls = _falls(params.get("sort_order"), settings)
    order = falling_order(settings) if falls else Order.RISING
    listing = store.listing(wanted, order)
    skip = (number - 1) * size
    rows: Sequence[int]
    if _sorts_by_actor(params.get("sort_by"), settings):
        rows = _by_actor(store, listing, falls)[skip : skip + size]
    else:
        rows = listing.take(skip, size)
    base = address.without("page")
    more = skip + size < len(listing)
    tail = {
        "next_page": f"{base}page={number + 1}" if more else None,
        "previous_page": f"{base}page={number - 1}" if number > 1 else None,
        "count": len(listing),
    }
    return envelope(store, rows, encode(tail))


def _falls(found: Param, settings: Settings) -> bool:
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

    return sorted(listing.take(0, len(listing)), key=rank)

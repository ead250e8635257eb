"""`GET /api/v2/audit_logs`: from an address to the body of a page.

In: the URL and the raw query of a request. Out: the body. Nested `page`
parameters select cursor paging, anything else offsets.
"""

import re

from auditql.emulator import cursor_pages, errors, offset_pages
from auditql.emulator.cursor_pages import CursorView
from auditql.emulator.filters import read_filter
from auditql.emulator.paging import Address
from auditql.emulator.query_string import (
    Params,
    UnreadableQueryError,
    parse_query,
    unescape,
)
from auditql.emulator.settings import Settings, Unknown
from auditql.emulator.store import RecordStore

VIEWS_KEPT = 64
PAGES_KEPT_BYTES = 64 * 2**20

# About what a page costs beside its own bytes and its query.
_ENTRY_BYTES = 500

# Every parameter that the page of the endpoint names.
_KNOWN = frozenset({"filter", "page", "per_page", "sort", "sort_by", "sort_order"})
_AFTER_LAST = re.compile(r"(.*)&page(?:\[after\]|%5Bafter%5D)=([^&]*)", re.DOTALL)


class ListEndpoint:
    """The listing of one account.

    Neither records nor settings ever change, so a page that was made once is
    right for good; the latest `PAGES_KEPT_BYTES` of pages are kept.
    """

    def __init__(self, store: RecordStore, settings: Settings) -> None:
        """List `store` as `settings` say."""
        self._store = store
        self._settings = settings
        self._views: dict[tuple[str, str], CursorView] = {}
        self._pages: dict[tuple[str, str], bytes] = {}
        self._kept_bytes = 0

    def body(self, url: str, query: str) -> bytes:
        """The body of the page at `url` with this raw query.

        Raises:
            ApiError: 400, for whatever cannot be had.
        """
        found = self._pages.get((url, query))
        if found is None:
            found = self._make(url, query)
            size = len(found) + len(query) + _ENTRY_BYTES
            self._kept_bytes += size
            if self._kept_bytes > PAGES_KEPT_BYTES:
                self._pages.clear()
                self._kept_bytes = size
            self._pages[(url, query)] = found
        return found

    def _make(self, url: str, query: str) -> bytes:
        # The pages of a walk differ in one parameter, by habit the last one.
        match = _AFTER_LAST.fullmatch(query)
        view = self._views.get((url, match[1])) if match else None
        try:
            if match is not None and view is not None:
                after = unescape(match[2])
                return cursor_pages.read_page(view, after, None)
            params = parse_query(query)
        except UnreadableQueryError as error:
            raise errors.bad_request() from error
        return self._page(params, Address(url, query), match[1] if match else query)

    def _page(self, params: Params, address: Address, walk: str) -> bytes:
        """The page; the view of a walk is kept under the walk's parameters."""
        unknown = params.keys() - _KNOWN
        if unknown and self._settings.unknown is Unknown.REFUSE:
            raise errors.invalid_value(f"Invalid parameter {min(unknown)}")
        wanted = read_filter(params, self._settings)
        page = params.get("page")
        if not isinstance(page, dict):
            return offset_pages.read_page(
                params, self._store, wanted, self._settings, address
            )
        view = cursor_pages.read_view(
            page, params.get("sort"), self._store, wanted, self._settings, address
        )
        after, before = page.get("after"), page.get("before")
        if after is None and before is None and "after" not in page:
            # Only now is it sure that one more `page[after]` changes no other.
            if len(self._views) >= VIEWS_KEPT:
                self._views.clear()
            self._views[(address.url, walk)] = view
        return cursor_pages.read_page(view, after, before)

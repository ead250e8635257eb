"""Bugs that can be planted into the reading of pages and of what follows.

In: a patch. Out: nothing; until the patch is undone the bug is there. Each is
one wrong function in the place of a right one.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest

from auditql.catalog import strict_json
from auditql.catalog.record import BadRecord, Record
from auditql.errors import ApiError
from auditql.providers.zendesk import exchange, pages
from auditql.providers.zendesk.exchange import Answer, Exchange
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.pages import BadPage, Page
from auditql.providers.zendesk.session import Session
from auditql.providers.zendesk.walk import Walk
from auditql.results import merge

Patch = pytest.MonkeyPatch

EMPTY: dict[str, object] = {
    "audit_logs": [],
    "meta": {"has_more": False, "after_cursor": None},
}


# --- what a page is


def empty_page_is_the_end(patch: Patch) -> None:
    """An empty page ends the read, whatever it says of more."""
    _before_check(patch, lambda body: EMPTY if body.get("audit_logs") == [] else body)


def missing_meta_is_the_end(patch: Patch) -> None:
    """A page that does not say whether more follows is the last."""

    def mended(body: dict[str, object]) -> dict[str, object]:
        meta = body.get("meta")
        known = isinstance(meta, dict) and "has_more" in meta
        return body if known else {**body, "meta": EMPTY["meta"]}

    _before_check(patch, mended)


def missing_records_are_none(patch: Patch) -> None:
    """A page without `audit_logs` has no records."""
    _before_check(
        patch, lambda body: {**body, "audit_logs": body.get("audit_logs") or []}
    )


def _before_check(
    patch: Patch, mend: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    right = pages.cursor_page
    patch.setattr(pages, "cursor_page", lambda body: right(mend(body)))


def bad_records_are_left_out(patch: Patch) -> None:
    """What cannot be read is skipped."""

    right = pages._records

    def records(body: object) -> list[Record]:
        if not isinstance(body, dict) or not isinstance(body.get("audit_logs"), list):
            return right(body)
        return right({"audit_logs": [r for r in body["audit_logs"] if _is_good(r)]})

    patch.setattr(pages, "_records", records)


def _is_good(raw: object) -> bool:
    try:
        Record.from_json(raw)
    except BadRecord:
        return False
    return True


def html_is_an_empty_answer(patch: Patch) -> None:
    """A page for people with status 200 says that there is nothing."""
    right = Answer.json

    def wrong(answer: Answer) -> object:
        return EMPTY if "html" in answer.content_type else right(answer)

    patch.setattr(Answer, "json", wrong)


def the_last_of_two_keys_counts(patch: Patch) -> None:
    """As `json.loads` has it."""
    patch.setattr(strict_json, "_DECODER", json.JSONDecoder())


def broken_json_is_read_as_far_as_it_goes(patch: Patch) -> None:
    """The whole records of a body that is cut off are taken for the page."""
    right = pages.decode

    def wrong(body: bytes, content_type: str) -> object:
        try:
            return right(body, content_type)
        except BadPage:
            head = body[: body.rfind(b"},") + 1]
            try:
                found = json.loads(head + b"]}")
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise
            return {**EMPTY, **found}

    patch.setattr(exchange, "decode", wrong)


# --- what follows


def records_come_twice(patch: Patch) -> None:
    """Nothing is looked for a second time."""
    order_is_believed(patch)
    patch.setattr(Walk, "_was_there", lambda *_: False)
    patch.setattr(merge, "is_new", lambda *_: True)


def order_is_believed(patch: Patch) -> None:
    """A page out of order is taken as it stands."""
    patch.setattr(Walk, "_checked_order", lambda *_: None)


def circles_are_walked(patch: Patch) -> None:
    """Nobody looks whether a page was there before."""
    patch.setattr(Walk, "step", lambda _, page: page)


def a_short_page_is_the_last(patch: Patch) -> None:
    """The size of a page tells whether more follows."""
    right = Walk.step

    def wrong(walk: Walk, page: Page) -> Page:
        longest = max(len(page.records), len(walk._mark))
        is_last = len(page.records) < longest
        return right(walk, replace(page, has_more=False) if is_last else page)

    patch.setattr(Walk, "step", wrong)


def a_refused_cursor_is_the_end(patch: Patch) -> None:
    """400 in the middle of a read ends it quietly."""
    right = Session.get

    async def wrong(session: Session, url: str, read, *rest):
        try:
            return await right(session, url, read, *rest)
        except ApiError as error:
            if error.status != 400 or "page%5Bafter%5D" not in url:
                raise
            head = {"content-type": "application/json"}
            return read(Answer(200, head, json.dumps(EMPTY).encode()))

    patch.setattr(Session, "get", wrong)


def links_are_followed(patch: Patch) -> None:
    """The next page is where the body says, and nobody looks where that is."""
    page_of, request = pages.cursor_page, Exchange.request
    links: dict[str, str] = {}

    def read(body: dict[str, object]) -> Page:
        page = page_of(body)
        link = (body.get("links") or {}).get("next")
        if page.has_more and link:
            links[quote(page.after, safe="")] = link
        return page

    def follow(exchange: Exchange, method: str, url: str, *rest) -> httpx.Request:
        cursor = url.partition("page%5Bafter%5D=")[2]
        return request(exchange, method, links.get(cursor, url), *rest)

    patch.setattr(pages, "cursor_page", read)
    patch.setattr(Exchange, "request", follow)
    patch.setattr(Origin, "check", lambda *_: None)


def redirects_are_followed(patch: Patch) -> None:
    """With the headers of the request, the credential among them."""
    right = Exchange.send

    async def wrong(self: Exchange, request: httpx.Request) -> Answer:
        answer = await right(self, request)
        while 300 <= answer.status < 400:
            place = answer.headers["location"]
            moved = httpx.Request("GET", place, headers=request.headers)
            answer = await right(self, moved)
        return answer

    patch.setattr(Exchange, "send", wrong)

"""What a page must be to be believed.

In: the bytes of an answer. Out: a Page, or BadPage with what is wrong. A bad
page is never an empty page: JSON is read whole and strictly, and the envelope
and every record are checked.
"""

from collections.abc import Sequence

from auditql.catalog.forms import form
from auditql.catalog.record import BadRecord, Record
from auditql.catalog.strict_json import BadJson, loads
from auditql.plan.reader import Counted


class BadPage(ValueError):
    """An answer with status 200 that is not what the API promises."""


@form
class Page:
    """One page of records.

    Attributes:
        records: in the order of the answer.
        has_more: whether a page follows; nothing else says so.
        after: the cursor of the next page; None where the answer has none.
        before: the cursor of the page before it, which no read needs; None where
            the answer has none.
    """

    records: Sequence[Record]
    has_more: bool
    after: str | None
    before: str | None = None


def decode(body: bytes, content_type: str) -> object:
    """The JSON value of a body, read strictly.

    Raises:
        BadPage: not JSON, cut off, with a key twice, NaN, monstrous numbers,
            or nested too deeply.
    """
    kind = content_type.split(";")[0].strip().lower()
    if kind != "application/json":
        raise BadPage(f"the answer is not JSON ({kind[:60] or 'no content type'})")
    try:
        return loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadPage("the answer is not UTF-8") from None
    except BadJson as error:
        raise BadPage(f"the answer {error}") from None


def cursor_page(body: object) -> Page:
    """The page of cursor paging: `audit_logs` and `meta.has_more`.

    More that is said to follow an empty page, or to follow without a cursor,
    was on none of 230 recorded pages: such a page is not believed, since
    ending there might lose records and going on might never end.

    Raises:
        BadPage: the envelope or a record is not what the API promises.
    """
    meta = body.get("meta") if isinstance(body, dict) else None
    has_more = meta.get("has_more") if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not isinstance(has_more, bool):
        raise BadPage("the answer lacks `meta.has_more`")
    after = meta.get("after_cursor")
    if after is not None and not isinstance(after, str):
        raise BadPage("the answer's `after_cursor` is no text")
    before = meta.get("before_cursor")
    before = before if isinstance(before, str) and before else None
    page = Page(_records(body), has_more, after or None, before)
    if page.has_more and page.after is None:
        raise BadPage("more is said to follow, and no cursor leads there")
    if page.has_more and not page.records:
        raise BadPage("more is said to follow an empty page")
    return page


def offset_page(body: object) -> Page:
    """The page of offset paging: `audit_logs` and `count`; nothing is read on.

    Raises:
        BadPage: the envelope or a record is not what the API promises.
    """
    records = _records(body)
    _count(body, len(records))
    return Page(records, False, None)


def counted(body: object) -> Counted:
    """The `count` of offset paging, and the records beside it.

    Raises:
        BadPage: the answer is no page, or counts fewer records than it holds.
    """
    records = _records(body)
    return Counted(_count(body, len(records)), records)


def looked_up(body: object, number: int) -> Record:
    """The record of a look-up: `audit_log`, with the id that was asked for.

    Raises:
        BadPage: the answer holds none, or another.
    """
    if not isinstance(body, dict) or "audit_log" not in body:
        raise BadPage("the answer lacks `audit_log`")
    record = _record(body["audit_log"])
    if record.id != number:
        raise BadPage(f"record {number} was asked for and record {record.id} came")
    return record


def _count(body: object, held: int) -> int:
    count = body.get("count") if isinstance(body, dict) else None
    if type(count) is not int or count < 0:
        raise BadPage("the answer lacks `count`")
    if count < held:
        raise BadPage(f"the answer counts {count} records and holds {held}")
    return count


def _records(body: object) -> list[Record]:
    found = body.get("audit_logs") if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise BadPage("the answer lacks `audit_logs`")
    return [_record(one) for one in found]


def _record(raw: object) -> Record:
    try:
        return Record.from_json(raw)
    except BadRecord as error:
        raise BadPage(str(error)) from None

"""What both paging styles share: limits, links, orders, the records' bytes.

In: parameters and rows. Out: the parts of an envelope. The styles themselves
are in `cursor_pages` and `offset_pages`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from auditql.emulator import errors
from auditql.emulator.listing import Order
from auditql.emulator.query_string import Param
from auditql.emulator.settings import Settings, TieOrder
from auditql.emulator.store import RecordStore

PAGE_LIMIT = 100
"""Most records on a page, in either style."""

_INTEGER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request went, so that links can lead back there.

    Attributes:
        url: origin and path, without the query.
        query: the raw query string.
    """

    url: str
    query: str

    def without(self, *names: str) -> str:
        """The same address, some parameters dropped, ready for one more."""
        kept = [
            part
            for part in self.query.split("&")
            if part and unquote_plus(part.partition("=")[0]) not in names
        ]
        return f"{self.url}?{'&'.join([*kept, ''])}"


def falling_order(settings: Settings) -> Order:
    """The order of a list whose times fall."""
    rise = settings.ties is TieOrder.IDS_RISE
    return Order.FALLING if rise else Order.MIRRORED


def read_number(found: Param, name: str, default: int) -> int:
    """A whole number of a parameter, `default` if it is not given.

    Raises:
        ApiError: 400, if it is anything else.
    """
    if found is None:
        return default
    if not isinstance(found, str) or not _INTEGER.fullmatch(found):
        raise errors.invalid_attribute(name, "must be an integer")
    return int(found)


def envelope(store: RecordStore, rows: Sequence[int], tail: bytes) -> bytes:
    """The records first, then `tail`, a JSON object, opened up behind them."""
    parts = store.bodies.pick(rows) or [b""]
    # One join of all: a page is large enough that each copy of it shows.
    parts[0] = b'{"audit_logs":[' + parts[0]
    parts[-1] = parts[-1] + b"]," + tail[1:]
    return b",".join(parts)

"""What a file gave: records, and where each can be read again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from auditql.catalog.forms import form
from auditql.catalog.record import BadRecord, Record

_ENVELOPES = ("audit_logs", "audit_log")


Place = tuple[int, int]
"""Where a line begins, in bytes from the beginning of its file, and how long it is."""


@form
class Batch:
    """Records of a file, in its order; those that cannot match may be left out.

    Attributes:
        records: the records.
        read: how many records the lines hold, those left out included.
        places: gives for each record where its line is; None where no line of the
            file is one record.
        is_proven: the lines are proven; see `proof`.
        is_compact: and nothing stands in them that could be left out.
        more: they are a page, which says that records follow it, or that none do;
            None where nothing says so.
    """

    records: Sequence[Record]
    read: int
    places: Callable[[], Sequence[Place]] | None = field(default=None, repr=False)
    is_proven: bool = False
    is_compact: bool = False
    more: bool | None = None


def unfolded(value: object) -> Sequence[object]:
    """The records that a JSON value holds: a page's, a look-up's, or itself."""
    if isinstance(value, Mapping) and "created_at" not in value:
        for name in _ENVELOPES:
            held = value.get(name)
            if isinstance(held, list):
                return held
            if isinstance(held, Mapping):
                return (held,)
    return (value,)


def says_more(value: object) -> bool | None:
    """Whether a page of the API says that records follow it; None where none does."""
    if not isinstance(value, Mapping) or "created_at" in value:
        return None
    if not isinstance(value.get(_ENVELOPES[0]), list):
        return None
    meta = value.get("meta")
    said = meta.get("has_more") if isinstance(meta, Mapping) else None
    if isinstance(said, bool):
        return said
    return value["next_page"] is not None if "next_page" in value else None


def record(raw: object) -> Record | str:
    """The record that a value is, or what is wrong with it."""
    try:
        return Record.from_json(raw)
    except BadRecord as error:
        return str(error)

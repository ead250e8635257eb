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
    """

    records: Sequence[Record]
    read: int
    places: Callable[[], Sequence[Place]] | None = field(default=None, repr=False)
    is_proven: bool = False
    is_compact: bool = False


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


def record(raw: object) -> Record | str:
    """The record that a value is, or what is wrong with it."""
    try:
        return Record.from_json(raw)
    except BadRecord as error:
        return str(error)

"""A mirror with records in it, for tests."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from auditql.catalog.record import Record
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import COLUMNS, ORDER, Mirror, Place
from auditql.providers.mirror.writer import Added, MirrorWriter

ORIGIN = "https://acme.zendesk.com"

NOW_S = 1_800_000_000
"""This machine's time, and the server's."""


def place(folder: Path) -> Place:
    """Where the mirror of a test is."""
    return Place(folder / "mirror" / "acme.zendesk.com.sqlite", ORIGIN)


def opened(there: Place) -> MirrorWriter:
    """The one who writes a mirror."""
    return MirrorWriter(there, clock=lambda: NOW_S)


def records(raws: Iterable[object]) -> list[Record]:
    """Records of decoded JSON, in the order of answers."""
    found = [Record.from_json(raw) for raw in raws]
    return sorted(found, key=lambda record: (-record.created_s, record.id))


def fill(
    writer: MirrorWriter,
    found: Sequence[Record],
    start_s: int,
    end_s: int,
    page: int = 100,
) -> list[Added]:
    """Give a window of records to a writer, in pages of whole seconds."""
    writer.begin(Interval(start_s, end_s), NOW_S)
    mine = [record for record in found if start_s <= record.created_s < end_s]
    added = []
    for end in range(page, len(mine) + page, page):
        down_to = start_s
        if end < len(mine):
            last_s = mine[end - 1].created_s
            down_to = last_s + (mine[end].created_s == last_s)
        added.append(
            writer.page([r for r in mine[:end] if r.created_s >= down_to], down_to)
        )
    if not mine:
        added.append(writer.page([], start_s))
    return added


def held(mirror: Mirror) -> list[Record]:
    """All records of a mirror, in the order of answers."""
    with mirror.snapshot():
        rows = mirror.connection.execute(
            f"SELECT {COLUMNS} FROM record ORDER BY {ORDER}"
        )
        return mirror.restored(rows)


def exactly(record: Record) -> tuple[object, ...]:
    """All that a record says, in a form that tells apart whatever JSON does."""
    return (record.id, record.created_s, _exactly(record.raw))


def _exactly(value: object) -> object:
    if isinstance(value, dict):
        return [(key, _exactly(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [list, *map(_exactly, value)]
    return (bool if isinstance(value, bool) else None, str(value), value)

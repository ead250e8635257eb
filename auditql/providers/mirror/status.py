"""What a mirror holds, in numbers."""

from contextlib import closing

from auditql.catalog.forms import form
from auditql.errors import MirrorDamaged
from auditql.plan.model import Interval
from auditql.providers.mirror.faults import mapped
from auditql.providers.mirror.opening import Mirror, meta
from auditql.providers.mirror.place import Place

_DOUBLES = (
    "SELECT count(*) - count(DISTINCT id) FROM record "
    "WHERE id IN (SELECT id FROM record WHERE variant > 0)"
)


@form
class Status:
    """What a mirror holds.

    Attributes:
        covered: the time that was read whole, ascending.
        records: how many.
        conflicts: how many of them have an id that another one had before.
        bytes_on_disk: of the file and of the log beside it.
        made_s: when it was made, by this machine's clock.
        last_sync_s: when it was written last, by the server's; None if never.
    """

    covered: tuple[Interval, ...]
    records: int
    conflicts: int
    bytes_on_disk: int
    made_s: int
    last_sync_s: int | None


def status(mirror: Mirror) -> Status:
    """What a mirror holds, as of one moment.

    Raises:
        MirrorDamaged: it cannot be said.
    """
    with mapped(mirror.place.path), mirror.snapshot():
        execute = mirror.connection.execute
        said = meta(mirror.connection)
        (records,) = execute("SELECT coalesce(sum(count), 0) FROM slice").fetchone()
        (conflicts,) = execute(
            "SELECT count(*) FROM record WHERE variant > 0"
        ).fetchone()
        made_s, last_s = said.get("made_s"), said.get("last_sync_s")
        return Status(
            mirror.covered(),
            int(records),
            int(conflicts),
            _bytes_on_disk(mirror.place),
            made_s if isinstance(made_s, int) else 0,
            last_s if isinstance(last_s, int) else None,
        )


def doubles(place: Place) -> int | None:
    """How many records are held beside others of their id.

    An account shows one of them: the others can be had nowhere else. None where the
    mirror is too damaged to say.
    """
    try:
        with closing(Mirror(place)) as mirror, mirror.snapshot():
            (number,) = mirror.connection.execute(_DOUBLES).fetchone()
            return int(number)
    except MirrorDamaged:
        return None


def _bytes_on_disk(place: Place) -> int:
    return sum(path.stat().st_size for path in (place.path, place.log) if path.exists())

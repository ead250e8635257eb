"""A served account and the mirror of it, as tests of several verbs use them."""

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from auditql.catalog.record import Record
from auditql.emulator import Emulator, LoopbackServer, Settings, generate
from auditql.errors import ConfigurationError
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import COLUMNS, ORDER, Mirror, Place
from auditql.providers.mirror.verify import verify
from auditql.providers.mirror.writer import SETTLE_S

NOW_S = 1_773_144_000
DAY_S = 86_400

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
ToAccount = Callable[[LoopbackServer], dict[str, str]]
Raws = list[dict[str, object]]


def account(records: Raws, latency_s: float = 0.0) -> Emulator:
    settings = Settings(latency_s=latency_s)
    return Emulator(records, settings, clock=lambda: float(NOW_S))


def made(number: int) -> Raws:
    """Records of a month; some hundred in one second, over several pages."""
    records = list(generate(11, number, NOW_S - 30 * DAY_S, NOW_S))
    for record in records[number // 3 : number // 3 + 350]:
        record["created_at"] = "2026-02-20T08:00:00Z"
    return records


def at(home: Path, server: LoopbackServer) -> tuple[dict[str, str], Place]:
    """The environment in which a mirror lies below `home`, and its place."""
    name = server.url.removeprefix("http://").replace(":", "_") + ".sqlite"
    path = home / "auditql" / "mirror" / name
    return {"XDG_DATA_HOME": str(home)}, Place(path, server.url)


def held(place: Place) -> tuple[list[str], tuple[Interval, ...]]:
    """What a mirror that is sound holds, in order, and its time."""
    mirror = Mirror(place)
    try:
        found = verify(mirror)
        assert found.is_sound, found
        with mirror.snapshot():
            query = f"SELECT {COLUMNS} FROM record ORDER BY {ORDER}"
            records = mirror.restored(mirror.connection.execute(query))
            return [json.dumps(record.raw) for record in records], mirror.covered()
    finally:
        mirror.close()


def undisturbed(records: Raws) -> tuple[list[str], tuple[Interval, ...]]:
    """What the mirror of the whole account holds."""
    found = sorted(map(Record.from_json, records), key=lambda r: (-r.created_s, r.id))
    end_s = NOW_S - SETTLE_S
    raws = [json.dumps(r.raw) for r in found if r.created_s < end_s]
    return list(raws), (Interval(0, end_s),)


def check_whole(place: Place, expected: list[str]) -> None:
    """See that a mirror holds all of what it covers, and nothing else."""
    with suppress(ConfigurationError):  # killed before it was made
        Mirror(place).close()
        raws, covered = held(place)
        seconds = [Record.from_json(json.loads(raw)).created_s for raw in expected]
        assert raws == [
            raw
            for raw, second in zip(expected, seconds, strict=True)
            if any((c.start or 0) <= second < (c.end or 0) for c in covered)
        ]


def covers(place: Place, but_not_s: int | None = None) -> bool:
    """Whether a mirror covers some time; and not all of it, down to a second."""
    with suppress(ConfigurationError):  # it is being made
        mirror = Mirror(place)
        try:
            starts = [time.start or 0 for time in mirror.covered()]
            return bool(starts) and (but_not_s is None or starts[0] > but_not_s)
        finally:
            mirror.close()
    return False

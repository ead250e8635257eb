"""Mirrors of drawn records, for tests of what is read out of them.

In: a seed. Out: a mirror on disk and the raw records that it holds; the same seed
always draws the same. Texts that SQL cannot hold, and times before 1970, are among
them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import generate
import stage_texts

from auditql.catalog.record import Record
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Mirror, Place
from auditql.providers.mirror.writer import MirrorWriter

Raw = dict[str, object]

ORIGIN = "https://acme.zendesk.com"
FIRST_S = -3_000_000_000
LATER_S = generate.NOW_S + 1_000_000
HOSTILE = (
    "Role\0 changed from a\0 to b",
    "\0",
    "half \udc00 role pair",
    "Kelvin \u212a and long \u017f",
    "42",
    "0042",
    "1e3",
    "\ufb01re role",
)
TIMES = ("1969-12-31T23:59:59Z", "1931-05-07T11:12:13Z", "1970-01-01T00:00:00Z")


def random_records(rng: Random, n: int, *, are_old: bool = True) -> list[Raw]:
    """n records, more hostile than elsewhere; with `are_old`, a few before 1970."""
    records = stage_texts.random_records(rng, n)
    for record in records:
        luck = rng.random()
        if luck < 0.04 and are_old:
            record["created_at"] = rng.choice(TIMES)
        elif luck < 0.14:
            names = ("source_label", "actor_name", "change_description", "action")
            record[rng.choice(names)] = rng.choice(HOSTILE)
        elif luck < 0.2:
            record["further"] = {"a": [1, None]}
    return records


@contextmanager
def mirror_of(raws: list[Raw]) -> Iterator[Mirror]:
    """A mirror that holds the records, and covers all their time."""
    with TemporaryDirectory() as folder:
        place = Place(Path(folder) / "mirror" / "acme.sqlite", ORIGIN)
        writer = MirrorWriter(place, clock=lambda: LATER_S)
        try:
            writer.begin(Interval(FIRST_S, generate.NOW_S + 7200), LATER_S)
            found = [Record.from_json(raw) for raw in raws]
            found.sort(key=lambda record: (-record.created_s, record.id))
            writer.page(found, FIRST_S)
        finally:
            writer.close()
        mirror = Mirror(place)
        try:
            yield mirror
        finally:
            mirror.close()

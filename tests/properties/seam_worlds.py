"""One account, queries of it, and mirrors of parts of it: all that a seed decides.

* `draw(seed)`: the account of a seed, its queries and what its mirrors cover.
* `mirror(folder, origin, records, covered)`: the file of a mirror.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random

import end_to_end
import generate
import naive
import seam_alone
import stage_texts
from end_to_end import Raw

import auditql
from auditql.catalog.record import Record
from auditql.emulator.settings import Settings, TieOrder
from auditql.plan.model import Interval
from auditql.plan.plan import Plan
from auditql.plan.planner import plan as planned
from auditql.providers.mirror.place import Place
from auditql.providers.mirror.writer import MirrorWriter
from auditql.providers.zendesk.requests import ZendeskSource

SERVER_S = generate.NOW_S + 10_000
"""The server's time of the sync: all of the account has settled."""

WHOLE = Interval(0, generate.NOW_S + 5_000)
SIZES = (0, 3, *(30,) * 4, *(60,) * 6, *(130,) * 6, *(260,) * 4)
QUERIES = 16
MIRRORS = 2


@dataclass(frozen=True)
class Asked:
    """One query: its plan, the span that its stages fill, an earlier now."""

    plan: Plan
    text: str
    span: tuple[int | None, int | None]
    past_s: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether the answer is more or less than the records that pass."""
        query = self.plan.query
        cuts = (query.limit is not None, query.offset, query.stages, self.plan.sort)
        return any(cuts)


@dataclass(frozen=True)
class World:
    """Everything that one seed decides.

    Attributes:
        covered: what each mirror covers; the first all, the second nothing.
    """

    seed: int
    records: tuple[Raw, ...]
    settings: Settings
    queries: tuple[Asked, ...]
    covered: tuple[tuple[Interval, ...], ...]


def draw(seed: int) -> World:
    """The world of a seed: always the same for the same seed."""
    rng = Random(seed)
    records = tuple(generate.random_records(rng, rng.choice(SIZES)))
    settings = replace(end_to_end.draw_settings(rng, seed), ties=TieOrder.IDS_RISE)
    queries = tuple(_query(rng) for _ in range(QUERIES))
    parts = [_cover(rng, records) for _ in range(MIRRORS)]
    queries = tuple(
        replace(q, past_s=seam_alone.earlier_now(rng, records, rng.choice(parts)))
        for q in queries
    )
    return World(seed, records, settings, queries, ((WHOLE,), (), *parts))


def _query(rng: Random) -> Asked:
    """A filter with clauses, or a text with stages."""
    zone = rng.choice(generate.ZONES)
    if rng.random() < 0.5:
        query = replace(end_to_end.draw(rng.randrange(2**32)).query, zone=zone)
        return Asked(planned(query, ZendeskSource()), "", (None, None))
    is_count = rng.random() < 0.2
    drawn = (stage_texts.random_count if is_count else stage_texts.random_query)(rng)
    plan = auditql.compile(drawn.text, now=generate.NOW_S, tz=zone)
    return Asked(plan, drawn.text, drawn.span)


def _cover(rng: Random, records: Sequence[Raw]) -> tuple[Interval, ...]:
    """Some time between records, or whose ends are records, disjoint, rising."""
    seconds = [naive.second_of(r["created_at"]) for r in records]
    seconds += [generate.NOW_S - rng.randrange(10**8) for _ in range(3)]
    ends = {rng.choice(seconds) + rng.choice((-1, 0, 0, 1)) for _ in range(6)}
    ends |= {0} if rng.random() < 0.4 else set()
    ends |= {generate.NOW_S + 1} if rng.random() < 0.4 else set()
    found = sorted(ends)
    pairs = list(pairwise(found))
    first = rng.randrange(2)
    kept = pairs[first::2] if rng.random() < 0.7 else pairs[first:]
    return _joined([Interval(a, b) for a, b in kept])


def _joined(parts: Sequence[Interval]) -> tuple[Interval, ...]:
    joined: list[Interval] = []
    for part in parts:
        if joined and joined[-1].end == part.start:
            joined[-1] = Interval(joined[-1].start, part.end)
        else:
            joined.append(part)
    return tuple(joined)


# --- mirrors


def mirror(
    folder: Path, origin: str, records: Sequence[Raw], covered: Sequence[Interval]
) -> Path:
    """The file of a mirror that covers these times."""
    path = folder / "mirror.sqlite"
    writer = MirrorWriter(Place(path, origin), clock=lambda: float(SERVER_S))
    found = [Record.from_json(raw) for raw in records]
    found.sort(key=lambda record: (-record.created_s, record.id))
    for window in covered:
        writer.begin(window, SERVER_S)
        start, end = window.start, window.end
        inside = [r for r in found if start <= r.created_s < end]
        writer.page(inside, start)
    assert tuple(covered) == writer.covered()
    writer.close()
    return path

"""The mirror and the flat table that bench_mirror.py asks, filled alike."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from auditql.catalog.record import Record
from auditql.emulator.generator import generate
from auditql.plan.model import Interval
from auditql.providers.mirror.opening import Place
from auditql.providers.mirror.writer import MirrorWriter

ORIGIN = "https://example.zendesk.com"
END_S = 1_773_144_000
MONTHS = 36
MONTH_S = 30 * 86_400 + 36_000
SERVER_S = END_S + 1_000
NOW_S = END_S + 10
FIELDS = (
    "url",
    "id",
    "action_label",
    "actor_id",
    "source_id",
    "source_type",
    "source_label",
    "action",
    "change_description",
    "ip_address",
    "created_at",
    "actor_name",
)
KEYS = "record.created_s, record.id, record.variant"


def months(number: int, *, distinct: bool) -> Iterator[tuple[Interval, list[Record]]]:
    """The records of a month after another, newest first."""
    rng = Random(3)
    for month in range(MONTHS):
        end = END_S - month * MONTH_S
        time_ = Interval(end - MONTH_S, end)
        raws = list(generate(month, number // MONTHS, end - MONTH_S, end))
        for raw in raws:
            text = raw.get("change_description")
            if distinct and text is not None:
                raw["change_description"] = f"{text} by request {rng.getrandbits(60)}"
        records = [Record.from_json(raw) for raw in raws]
        records.sort(key=lambda record: (-record.created_s, record.id))
        yield time_, [r for r in records if time_.start <= r.created_s < end]


def pages(records: Sequence[Record], size: int) -> Iterator[tuple[list[Record], int]]:
    """Pages of whole seconds, and where each ends."""
    page: list[Record] = []
    for record, following in pairwise((*records, None)):
        assert record is not None
        page.append(record)
        is_last = following is None or following.created_s != record.created_s
        if following is not None and is_last and len(page) >= size:
            yield page, record.created_s
            page = []
    yield page, -1


def build(folder: Path, number: int, *, distinct: bool) -> list[float]:
    """Both stores; what a page of 100 took, in milliseconds."""
    took: list[float] = []
    writer = MirrorWriter(place(folder), clock=lambda: SERVER_S)
    flat = sqlite3.connect(folder / "flat.sqlite")
    flat.execute(f"CREATE TABLE log ({', '.join(FIELDS)})")
    marks = ", ".join("?" * len(FIELDS))
    for time_, records in months(number, distinct=distinct):
        filling = writer.begin(time_, SERVER_S)
        keep = writer.page if filling is None else filling.page
        for page, down_to in pages(records, 100 if len(took) < 1_000 else 5_000):
            began = time.perf_counter()
            keep(page, time_.start if down_to < 0 else down_to)
            if len(page) < 200 and len(took) < 1_000:
                took.append((time.perf_counter() - began) * 1_000)
        rows = (tuple(map(held, map(r.raw.get, FIELDS))) for r in records)
        flat.executemany(f"INSERT INTO log VALUES ({marks})", rows)
    writer.close()
    flat.execute("CREATE INDEX log_action ON log (action, created_at)")
    flat.commit()
    flat.close()
    return took


def held(value: object) -> object:
    """A value as SQLite can hold it."""
    return value.encode("utf-8", "replace").decode() if type(value) is str else value


def place(folder: Path) -> Place:
    """Where the mirror is."""
    return Place(folder / "mirror" / "example.sqlite", ORIGIN)

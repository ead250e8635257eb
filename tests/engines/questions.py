"""Drawn queries and the rows that they must give, whatever engine is asked.

In: a seed. Out: a checked query over one fixed set of records, and the rows that the
naive reading gives. Two kinds: filters of every operator drawn as trees, with an
order and a limit; and texts with chains of stages.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import generate
import naive
import naive_stages
import pools
import stage_texts

import auditql
from auditql.catalog.fields import STORED
from auditql.language.query import Query, SortKey

HOSTILE = (
    "it's", '"quoted"', "a\\'b", "\\", "\\\\", "%", "_", "100%_\\", "' OR '1'='1", "--",
    "ß", "ẞ", "SS", "İ", "i̇", "\u0131", "\u212a", "\u212a", "\u017f", "ŉ", "ﬁn",
    "ﬃ", "ǰ", "ά", "ΐ",
    "e\u0301", "É", "\u0345", "ﬆ", "ﬅ", "🦀", "👩‍👩‍👧", "\U00010400", "\u13a0", "ꭰ",
    "", " ", "\t", "a\nb", "a\r\nb\n", "\u2028", "\x01\x7f\x85", "x" * 5_000,
    "{p1}", ":p1", "$p1", "?", "%(p1)s", "__SQLGLOT__LBREAK__", "/* */", ";", "NULL",
)  # fmt: skip
MORE_ADDRESSES = (
    "::", "::1", "1::", "0:0:0:0:0:0:0:0", "1:0:0:2:0:0:0:3", "1:0:0:2::3", "fe80::1%e",
    "::ffff:10.0.0.1", "::FFFF:0a00:1", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:1.2.3.4",
    "1::2:1.2.3.4", "12345::", "1::2::3", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7",
    "::1.2.3",
    ":0:0:0:0:0:ffff:1:2:",
    "255.255.255.255", "256.1.1.1", "0.0.0.0", "1.2.3.4 ",
)  # fmt: skip
PLAIN = {n: k for n, k in stage_texts.RECORD.items() if not n.startswith("changed")}
NUMBER = 300

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Question:
    """A query, and its answer: the columns and the rows in order."""

    query: Query
    names: tuple[str, ...]
    rows: Rows

    @property
    def said(self) -> str:
        """The query for a message."""
        return f"{self.query.text or self.query} in {self.query.zone}"


@lru_cache(1)
def records() -> tuple[dict[str, object], ...]:
    """The records that are asked; no text has half a letter, which no table can."""
    rng = Random(6)
    found = stage_texts.random_records(rng, NUMBER)
    for record in found:
        for name in ("actor_name", "source_label", "action_label"):
            if rng.random() < 0.3:
                record[name] = rng.choice(HOSTILE)
        if rng.random() < 0.1:  # an hour that the session's clock skips
            record["created_at"] = "2026-03-08T02:30:00Z"
        if rng.random() < 0.3:
            record["ip_address"] = rng.choice(MORE_ADDRESSES)
    text = json.dumps(found).replace("\\ud800", "\\ufffd")
    made = json.loads(text)
    for record in made:
        for field in STORED:
            record.setdefault(field.name, None)
    return tuple(made)


def question(seed: int) -> Question:
    """The question of a seed."""
    rng = Random(seed)
    return _filtered(rng) if rng.random() < 0.5 else _staged(rng)


def _filtered(rng: Random) -> Question:
    zone = rng.choice(generate.ZONES)
    order: tuple[SortKey, ...] = ()
    if rng.random() < 0.3:
        names = ("id", "actor_id", "created_at", "action", "actor_name", "source_label")
        order = tuple(
            SortKey(pools.COLUMNS[name], rng.random() < 0.5)
            for name in rng.sample(names, 2)
        )
    limit = rng.choice((None, None, 0, 1, 7, 50))
    offset = rng.choice((0, 0, 0, 3))
    found = generate.random_filter(rng, rng.choice((0, 1, 2, 3)))
    asked = Query(
        found, order, limit, offset, None, None, (), (), pools.NOW_S, zone, ""
    )
    names = tuple(f.name for f in STORED)
    rows = naive.answer(asked, records())
    return Question(asked, names, [tuple(r[n] for n in names) for r in rows])


def _staged(rng: Random) -> Question:
    kept = dict(stage_texts.RECORD)
    if rng.random() < 0.9:  # most without what no engine reads out of a description
        stage_texts.RECORD.clear()
        stage_texts.RECORD.update(PLAIN)
    try:
        drawn = stage_texts.random_query(rng)
    finally:
        stage_texts.RECORD.clear()
        stage_texts.RECORD.update(kept)
    zone = rng.choice(generate.ZONES)
    asked = auditql.compile(drawn.text, now=pools.NOW_S, tz=zone).query
    passing = [r for r in records() if naive.passes(asked.filter, r, zone)]
    passing = naive.in_default_order(passing)
    for key in reversed(asked.order):
        passing = naive.sort_by(passing, key, zone)
    end = None if asked.limit is None else asked.offset + asked.limit
    rows = naive_stages.answer(asked, passing[asked.offset : end], drawn.span)
    stages = ("select", "count", "stats", "top", "distinct", "timeline")
    is_rows = any(f"| {stage}" in drawn.text for stage in stages)
    if is_rows:
        names = tuple(c.name for c in asked.columns)
    else:
        names = tuple(f.name for f in STORED)
    return Question(asked, names, [tuple(r[n] for n in names) for r in rows])

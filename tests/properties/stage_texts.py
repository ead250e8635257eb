"""Drawn queries with stages, as text: chains of every stage in any order.

In: a `random.Random`. Out: a text that compiles, and the range of time that its
filter leaves. Columns are followed from stage to stage, so that each names what
the one before gives; values come from the pools that records are made of.

* `random_query(rng)`: a text and its span.
* `random_count(rng)`: one whose records the API counts, edge seconds among them.
* `random_records(rng, n)`: records, in which an action may be in capitals.
"""

from dataclasses import dataclass
from random import Random

import drawn_records
import pools
from column_texts import (
    STEPS,
    Columns,
    random_filter_over,
    random_keys,
    random_operand,
    random_test,
)
from drawn_records import time_text

RECORD: Columns = {
    "id": "integer",
    "actor_id": "integer",
    "source_id": "integer",
    "action": "word",
    "source_type": "word",
    "source_label": "text",
    "actor_name": "text",
    "ip_address": "address",
    "created_at": "time",
    "changed": "text[]",
    "changed_from": "text[]",
    "changed_to": "text[]",
}
FEW_STEPS = ("1d", "1w", "1mo", "2d", "12h")
LINES = (
    "Role changed from A to B",
    "Role changed from B to A",
    "role changed from A to Admin",
    "Name changed from x to B",
    "a line that says nothing",
)


@dataclass(frozen=True)
class Drawn:
    """A query with stages, and the range of its time."""

    text: str
    span: tuple[int | None, int | None]


def random_query(rng: Random) -> Drawn:
    """A filter, perhaps clauses, and one to four stages."""
    filter_, span = random_filter(rng)
    clauses = ""
    if rng.random() < 0.25:
        key = rng.choice(("created_at", "-created_at", "actor_name", "-source_id, id"))
        clauses += f" order by {key}"
    if rng.random() < 0.15:
        clauses += f" limit {rng.choice((0, 1, 5, 40))}"
    if rng.random() < 0.05:
        clauses += " offset 3"
    columns, stages = RECORD, []
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
        stage, columns = random_stage(rng, columns)
        stages.append(f"| {stage}")
    return Drawn(f"{filter_}{clauses} {' '.join(stages)}".strip(), span)


def random_count(rng: Random) -> Drawn:
    """A bare count of what the API can filter; the range of its time is of no use."""
    tests = []
    if rng.random() < 0.8:
        low, high = sorted(rng.choice(pools.SECONDS) for _ in "ab")
        low, high = low + rng.choice((0, 1)), high + rng.choice((0, 1))
        tests += [f"created_at >= '{time_text(low)}'"] * (rng.random() < 0.8)
        tests += [f"created_at < '{time_text(high)}'"] * (rng.random() < 0.7)
    if rng.random() < 0.5:
        first, second = rng.sample(("create", "destroy", "login", "update"), 2)
        of = rng.choice(("user", "ticket"))
        either = f"(action = {first} and source_type = {of} or action = {second})"
        tests.append(rng.choice((f"action = {first}", f"source_type = {of}", either)))
    return Drawn(f"{' and '.join(tests)} | count", (None, None))


def random_records(rng: Random, n: int) -> list[dict[str, object]]:
    """n records; in some the action is in capitals, or much changed to little."""
    records = drawn_records.random_records(rng, n)
    for record in records:
        if rng.random() < 0.2 and record.get("action") is not None:
            record["action"] = str(record["action"]).upper()
        if rng.random() < 0.3:
            lines = (rng.choice(LINES) for _ in range(rng.randint(1, 3)))
            record["change_description"] = "\n".join(lines)
    return records


def random_filter(rng: Random) -> tuple[str, tuple[int | None, int | None]]:
    """A filter, often of time, and the range of time that it leaves."""
    low, high = sorted(rng.choice(pools.DAYS) for _ in "ab")
    low += rng.choice((0, 0, 0, 1, 3600))
    high += rng.choice((0, 0, 1, 86_400))
    start, end = f"'{time_text(low)}'", f"'{time_text(high)}'"
    either = (min(low, high), max(low, high) + 1)
    choices = [
        ("", (None, None)),
        (f"created_at >= {start}", (low, pools.NOW_S + 1)),
        (f"created_at < {end}", (None, high)),
        (f"created_at >= {start} and created_at < {end}", (low, high)),
        (f"not (created_at < {start} or created_at >= {end})", (low, high)),
        (f"(created_at = {end} or created_at = {start})", either),
    ]
    text, span = rng.choice(choices)
    if span[0] is not None and span[1] is not None and span[0] >= span[1]:
        span = (None, None)  # no time lies in it, so it is no range
    if rng.random() < 0.5:
        other = random_test(rng, {k: v for k, v in RECORD.items() if v != "time"})
        text = f"{text} and ({other})" if text else other
    return text, span


# --- stages


def random_stage(rng: Random, columns: Columns) -> tuple[str, Columns]:
    """A stage over the columns, and the columns that it gives."""
    stages = [_where, _select, _count, _count, _stats, _stats, _top, _distinct]
    stages += [_order_by, _order_by, _limit]
    if columns.get("created_at") == "time":
        stages += [_timeline, _timeline]
    return rng.choice(stages)(rng, columns)


def _where(rng: Random, columns: Columns) -> tuple[str, Columns]:
    return f"where {random_filter_over(rng, columns)}", columns


def _limit(rng: Random, columns: Columns) -> tuple[str, Columns]:
    return f"limit {rng.choice((0, 1, 2, 3, 7, 30))}", columns


def _order_by(rng: Random, columns: Columns) -> tuple[str, Columns]:
    keys = [_order_key(rng, columns) for _ in range(rng.choice((1, 1, 2)))]
    keys = [key for key in keys if key]
    most = f"limit {rng.choice((1, 2, 5, 9))}"
    if not keys:
        return most, columns
    order = f"order by {', '.join(keys)}"
    return (f"{order} | {most}" if rng.random() < 0.4 else order), columns


def _select(rng: Random, columns: Columns) -> tuple[str, Columns]:
    keys, given = random_keys(rng, columns, rng.randint(1, 5), several=True)
    return f"select {keys}", given


def _distinct(rng: Random, columns: Columns) -> tuple[str, Columns]:
    keys, given = random_keys(rng, columns, rng.choice((1, 1, 2, 3)))
    return f"distinct {keys}", given


def _top(rng: Random, columns: Columns) -> tuple[str, Columns]:
    keys, given = random_keys(rng, columns, rng.choice((1, 1, 2)), but=("count",))
    return f"top {rng.choice((1, 2, 3, 10))} {keys}", given | COUNT


def _count(rng: Random, columns: Columns) -> tuple[str, Columns]:
    if rng.random() < 0.3:
        return "count", dict(COUNT)
    keys, given = random_keys(rng, columns, rng.choice((1, 2, 2, 3)), but=("count",))
    return f"count by {keys}", given | COUNT


def _timeline(rng: Random, columns: Columns) -> tuple[str, Columns]:
    if rng.random() < 0.5:
        return f"timeline {rng.choice(STEPS)}", {"time": "time"} | COUNT
    keys, given = random_keys(rng, columns, 1, but=("count", "time"))
    by = f"timeline {rng.choice(FEW_STEPS)} by {keys}"
    return by, {"time": "time"} | given | COUNT


COUNT: Columns = {"count": "integer"}


def _stats(rng: Random, columns: Columns) -> tuple[str, Columns]:
    said, given = [], {}
    keys = ""
    if rng.random() < 0.7:
        keys, given = random_keys(rng, columns, rng.choice((1, 1, 2)))
    for number in range(rng.randint(1, 3)):
        name = f"a{number}"
        while name in given:
            name += "x"
        function = rng.choice(
            ("count", "count_distinct", "min", "max", "first", "last")
        )
        if function == "count":
            said.append(f"count() as {name}")
            given[name] = "integer"
            continue
        operand, kind = random_operand(rng, columns)
        if kind == "address" and function in ("min", "max"):
            function = "first"
        said.append(f"{function}({operand}) as {name}")
        given[name] = "integer" if function == "count_distinct" else kind
    given = {k: v.removesuffix("[]") for k, v in given.items()}
    by = f" by {keys}" if keys else ""
    return f"stats {', '.join(said)}{by}", given


def _order_key(rng: Random, columns: Columns) -> str:
    operand, kind = random_operand(rng, columns)
    if kind == "address":
        return ""
    return rng.choice(("", "-")) + operand

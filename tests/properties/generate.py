"""Drawn filters and records: every operator, and values that meet.

In: a `random.Random`. Out: checked filters and raw records; the same generator
state always draws the same. Filters take their values from the pools that the
records are made of, so that most filters keep some records and drop others.

* `random_filter(rng, depth)`: a tree at most `depth` levels of logic deep.
* `random_test(rng)`: one test; `random_api_test(rng)`: one the API could filter.
* `random_records(rng, n)`: n records with ids of their own, in no order; none
  is later than `NOW_S`.
* `random_description(rng)`, `random_pattern(rng)`: texts for narrower tests.
"""

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from random import Random
from typing import TypeVar

from drawn_records import random_description, random_records, random_second, time_text
from drawn_records import random_record as _record
from pools import (
    ACTIONS,
    ACTORS,
    ADDRESSES,
    COLUMNS,
    CREATED,
    DESCRIPTIONS,
    LABELS,
    LAST_ID,
    LENGTHS,
    NETWORKS,
    NOW_S,
    PATTERNS,
    SOURCE_TYPES,
    SOURCES,
    TEXT_COLUMNS,
    WITH_WILDCARDS,
    WORDS,
    ZONES,
)

from auditql.catalog.kinds import Kind
from auditql.catalog.operators import TextOperator
from auditql.language import query
from auditql.language.query import Apply, Filter, Operand

__all__ = [
    "ACTORS",
    "COLUMNS",
    "NOW_S",
    "SOURCE_TYPES",
    "ZONES",
    "_record",
    "random_api_test",
    "random_description",
    "random_filter",
    "random_pattern",
    "random_records",
    "random_second",
    "random_test",
    "time_text",
]

T = TypeVar("T")


def random_filter(rng: Random, depth: int) -> Filter:
    """A checked filter, at most `depth` levels of logic above its tests."""
    if depth <= 0 or rng.random() < 0.1:
        return random_test(rng)
    luck = rng.random()
    if luck < 0.2:
        return query.Not(random_filter(rng, depth - 1))
    if luck < 0.205:
        return rng.choice((query.And(()), query.Or(())))
    if luck < 0.5:
        count = rng.choice((1, 2, 2, 2, 3))
        return query.And(tuple(random_filter(rng, depth - 1) for _ in range(count)))
    count = rng.choice((1, 2, 2, 3))
    return query.Or(tuple(random_filter(rng, depth - 1) for _ in range(count)))


def random_test(rng: Random) -> Filter:
    """One test; two of three are of a sort that the API could filter."""
    if rng.random() < 0.65:
        return random_api_test(rng)
    return rng.choice(_OTHER_TESTS)(rng)


def random_api_test(rng: Random) -> Filter:
    """One test of a sort that the API could filter."""
    return rng.choice(_API_TESTS)(rng)


def _some(rng: Random, pool: Sequence[T], most: int = 3) -> tuple[T, ...]:
    return tuple(dict.fromkeys(rng.choice(pool) for _ in range(rng.randint(1, most))))


def _one_of(
    name: str, pool: Sequence[int | str], most: int = 4
) -> Callable[[Random], Filter]:
    return lambda rng: query.OneOf(COLUMNS[name], _some(rng, pool, most))


def _typed_source(rng: Random) -> Filter:
    return query.And(
        (
            query.OneOf(COLUMNS["source_type"], _some(rng, SOURCE_TYPES)),
            query.OneOf(COLUMNS["source_id"], _some(rng, SOURCES)),
        )
    )


def _in_range(rng: Random) -> Filter:
    return query.InRange(CREATED, *_range(rng))


def _range(rng: Random) -> tuple[int | None, int | None]:
    low, high = sorted((_edge(rng), _edge(rng)))
    luck = rng.random()
    if luck < 0.25:
        return low, None
    if luck < 0.45:
        return None, high
    if luck < 0.48:
        return high, low  # holds for nothing
    return low, high


def _edge(rng: Random) -> int:
    return random_second(rng) + rng.choice((0, 0, 0, 1, -1))


def _addresses(rng: Random) -> Filter:
    found = tuple(ip_address(text) for text in _some(rng, ADDRESSES))
    return query.OneOf(COLUMNS["ip_address"], tuple(dict.fromkeys(found)))


def _networks(rng: Random) -> Filter:
    found = tuple(ip_network(text) for text in _some(rng, NETWORKS))
    return query.InNetworks(COLUMNS["ip_address"], found)


def _missing(rng: Random) -> Filter:
    return query.Missing(rng.choice(tuple(COLUMNS.values())))


def _missing_applied(rng: Random) -> Filter:
    return query.Missing(rng.choice((_length(rng), _lower(rng), _hour(rng))))


def _search(rng: Random) -> Filter:
    return query.Search(rng.choice((*WORDS, "203.0", "update", "user")))


def _text_operand(rng: Random) -> Operand:
    return _lower(rng) if rng.random() < 0.15 else rng.choice(TEXT_COLUMNS)


def _lower(rng: Random) -> Apply:
    return Apply("lower", rng.choice(TEXT_COLUMNS), Kind.TEXT)


def _length(rng: Random) -> Apply:
    return Apply("length", rng.choice(TEXT_COLUMNS), Kind.INTEGER)


def _hour(_: Random) -> Apply:
    return Apply("hour", CREATED, Kind.INTEGER)


def _text_match(rng: Random) -> Filter:
    op = rng.choice((*TextOperator, TextOperator.LIKE, TextOperator.ILIKE))
    match op:
        case TextOperator.LIKE | TextOperator.ILIKE:
            value = random_pattern(rng)
        case TextOperator.MATCHES | TextOperator.IMATCHES:
            value = rng.choice(PATTERNS)
        case _:
            value = _piece(rng)
    return query.TextMatch(_text_operand(rng), op, value)


def _piece(rng: Random) -> str:
    if rng.random() < 0.4:
        return rng.choice(WORDS)
    text = rng.choice(LABELS + DESCRIPTIONS)
    start = rng.choice((0, rng.randint(0, len(text))))
    piece = text[start : start + rng.randint(0, 4)]
    return piece.swapcase() if rng.random() < 0.3 else piece


def random_pattern(rng: Random) -> str:
    """A LIKE pattern made of a text that records hold."""
    if rng.random() < 0.1:
        return rng.choice(("%", "_", "", "%_%", "\\", "\\%", "%\\", "__", "%%_"))
    text = rng.choice(LABELS + DESCRIPTIONS + ACTIONS + SOURCE_TYPES)
    if rng.random() < 0.25:
        text = rng.choice(WITH_WILDCARDS)
    if rng.random() < 0.3:
        text = text.swapcase()
    out = []
    for c in text:
        luck = rng.random()
        if luck < 0.05:
            out.append("%")
        elif luck < 0.12:
            out.append("_")
        else:
            out.append("\\" + c if c in "%_\\" and rng.random() < 0.8 else c)
    first = rng.choice((0, 0, rng.randint(0, len(out))))
    last = rng.choice((len(out), rng.randint(0, len(out))))
    before = "" if first == 0 and rng.random() < 0.7 else "%"
    after = "" if last == len(out) and rng.random() < 0.5 else "%"
    return before + "".join(out[first:last]) + after


def _equal(rng: Random) -> Filter:
    operand, pool = _ordered(rng)
    return query.OneOf(operand, _some(rng, pool))


def _compare(rng: Random) -> Filter:
    operand, pool = _ordered(rng)
    return query.Compare(operand, rng.choice(tuple(query.Order)), rng.choice(pool))


def _between(rng: Random) -> Filter:
    operand, pool = _ordered(rng)
    low, high = rng.choice(pool), rng.choice(pool)
    if low > high and rng.random() < 0.8:
        low, high = high, low
    return query.Between(operand, low, high)


def _ordered(rng: Random) -> tuple[Operand, Sequence[int] | Sequence[str]]:
    """An operand with an order, and values that it may have."""
    luck = rng.random()
    if luck < 0.15:
        return _hour(rng), range(24)
    if luck < 0.25:
        return Apply("weekday", CREATED, Kind.WEEKDAY), range(7)
    if luck < 0.35:
        return _length(rng), (0, 1, 5, 6, 12, 43)
    if luck < 0.6:
        name = rng.choice(("id", "actor_id", "source_id"))
        pools = {"id": range(1, LAST_ID), "actor_id": ACTORS, "source_id": SOURCES}
        return COLUMNS[name], pools[name]
    if luck < 0.7:
        return COLUMNS["action"], tuple(a.casefold() for a in ACTIONS)
    if luck < 0.8:
        operand = _lower(rng)
        return operand, tuple(label.lower() for label in LABELS)
    name = rng.choice(("source_label", "actor_name", "changed", "changed_to", "url"))
    pool = ("A", "Admin", "End User", "Role", "SS") if "changed" in name else LABELS
    return COLUMNS[name], pool


def _bucket(rng: Random) -> Filter:
    luck = rng.random()
    if luck < 0.35:
        operand = Apply("date", CREATED, Kind.TIME)
    elif luck < 0.5:
        operand = Apply("month", CREATED, Kind.TIME)
    else:
        operand = Apply("bin", CREATED, Kind.TIME, rng.choice(LENGTHS))
    return query.InRange(operand, *_range(rng))


_API_TESTS: tuple[Callable[[Random], Filter], ...] = (
    _one_of("action", ACTIONS),
    _one_of("action", ACTIONS),
    _one_of("source_type", SOURCE_TYPES),
    _one_of("actor_id", ACTORS),
    _one_of("source_id", SOURCES),
    _one_of("id", range(1, LAST_ID), most=60),
    _typed_source,
    _in_range,
    _in_range,
    _in_range,
    _addresses,
    _networks,
)
_OTHER_TESTS: tuple[Callable[[Random], Filter], ...] = (
    _missing,
    _missing_applied,
    _search,
    _text_match,
    _text_match,
    _text_match,
    _equal,
    _compare,
    _between,
    _bucket,
)

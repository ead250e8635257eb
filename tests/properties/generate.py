"""Drawn filters and records: every operator, and values that meet.

In: a `random.Random`. Out: checked filters and raw records; the same generator
state always draws the same. Filters take their values from the pools that the
records are made of, so that most filters keep some records and drop others.

* `random_filter(rng, depth)`: a tree at most `depth` levels of logic deep.
* `random_test(rng)`: one test.
* `random_records(rng, n)`: n records with ids of their own, in no order; none
  is later than `NOW_S`.
* `random_description(rng)`, `random_pattern(rng)`: texts for narrower tests.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from random import Random
from typing import TypeVar

from auditql.catalog.kinds import Kind, Unit
from auditql.catalog.operators import TextOperator
from auditql.language import query
from auditql.language.query import Apply, Column, Filter, Length, Operand

T = TypeVar("T")

NOW_S = 1_773_144_000
"""2026-03-10T12:00:00Z."""

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # clocks skip midnight on 2026-03-08
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # clocks change by half an hour
)


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


DAYS = tuple(
    _second(day + "T00:00:00Z")
    for day in (
        "2025-10-05",  # Lord Howe forward
        "2025-10-26",  # Berlin back
        "2025-11-02",  # New York and Havana back
        "2026-02-28",
        "2026-03-01",
        "2026-03-08",  # New York and Havana forward
        "2026-03-09",
    )
)
SECONDS = tuple(
    _second(text)
    for text in (
        "2026-03-08T05:00:00Z",
        "2026-03-08T04:59:59Z",
        "2026-03-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2025-10-26T01:00:00Z",
        "2025-11-02T05:30:00Z",
        "2026-03-09T12:00:00Z",
        "2026-03-10T12:00:00Z",
    )
)
"""Seconds that many records share."""

LAST_ID = 120
ACTIONS = ("create", "destroy", "exported", "login", "update", "update", "restored")
SOURCE_TYPES = ("user", "user", "ticket", "rule", "zendesk/app_market/app", "räumung")
ACTORS = (-1, 7, 11, 12, 13, 4242, 6139157572367, 2**63 - 1)
SOURCES = (-1, 1, 2, 3, 987654, 17296759404950)
ADDRESSES = (
    "203.0.113.9",
    "203.0.113.10",
    "203.0.113.24",
    "10.1.2.3",
    "192.0.2.1",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "2001:0db8:0000::0001",
    "2001:db8:1::5",
    "::ffff:203.0.113.9",
)
NO_ADDRESSES = (
    "",
    "fe80::1%eth0",
    "010.1.2.3",
    " 203.0.113.9",
    "203.0.113.9\n",
    "203.0.113",
    "٣.٣.٣.٣",
    "unknown",
)
NETWORKS = (
    "203.0.113.9/32",
    "203.0.113.8/30",
    "203.0.113.0/28",
    "203.0.113.0/24",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:db8::1/128",
    "::/0",
)
LABELS = (
    "Role: Team lead",
    "role: team LEAD",
    "Bob Cat",
    "Ada Example",
    "Straße",
    "STRASSE",
    "STRAẞE",
    "Łódź 東京",
    "e\u0301té",
    "Été",
    "İstanbul",
    "100% sure_thing",
    "back\\slash",
    "two\nlines",
    "",
    " ",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "\u202etxt.exe",
    "half \ud800 pair",
    "aaaaaaaaaaaaaaaaaaaaaaaab",
    "ticket 42 of 7",
    "\U0001f980 crab",
)
WITH_WILDCARDS = ("100% sure_thing", "back\\slash", "zendesk/app_market/app")
DESCRIPTIONS = (
    "",
    "Enabled",
    "Role changed from Administrator to End User",
    "Role changed from not set to Administrator",
    "Explore role changed from not set to Admin\nTalk role changed from Agent to Admin",
    "Title changed from Back to work to Home",
    "Recommended changed to High",
    "not set changed to 203.0.113.0/24",
    "Role changed from A",
    "X changed from A to B changed from C to D",
    "Straße changed from ß to SS\r\nnoise\n changed from a to b",
    "Password changed",
)
WORDS = (
    "role",
    "ROLE",
    "e",
    "ss",
    "ß",
    "bob",
    "team lead",
    "admin",
    "東",
    "%",
    "_",
    "\\",
)
PATTERNS = ("r.le", "^(?:bob|ada)", r"\d+$", "[A-F]a", "e|u", "^$", r"\w\s\w", "lead$")

COLUMNS: dict[str, Column] = {
    name: Column(name, kind)
    for name, kind in (
        ("url", Kind.TEXT),
        ("id", Kind.INTEGER),
        ("action_label", Kind.TEXT),
        ("actor_id", Kind.INTEGER),
        ("source_id", Kind.INTEGER),
        ("source_type", Kind.WORD),
        ("source_label", Kind.TEXT),
        ("change_description", Kind.TEXT),
        ("ip_address", Kind.ADDRESS),
        ("created_at", Kind.TIME),
        ("actor_name", Kind.TEXT),
    )
} | {
    "action": Column("action", Kind.WORD, folds_case=True),
    "changed": Column("changed", Kind.TEXT, many=True),
    "changed_from": Column("changed_from", Kind.TEXT, many=True),
    "changed_to": Column("changed_to", Kind.TEXT, many=True),
}
TEXT_COLUMNS = tuple(c for c in COLUMNS.values() if c.kind.is_text)
CREATED = COLUMNS["created_at"]
LENGTHS = (
    Length(1, Unit.HOUR),
    Length(6, Unit.HOUR),
    Length(15, Unit.MINUTE),
    Length(10, Unit.SECOND),
    Length(1, Unit.DAY),
    Length(3, Unit.DAY),
    Length(1, Unit.WEEK),
    Length(2, Unit.WEEK),
    Length(1, Unit.MONTH),
    Length(1, Unit.QUARTER),
    Length(1, Unit.YEAR),
)


# --- records


def random_records(rng: Random, n: int) -> list[dict[str, object]]:
    """n records; nulls, absent fields, ties and hostile values among them."""
    ids = rng.sample(range(1, max(LAST_ID, 2 * n)), n)
    return [_record(rng, number) for number in ids]


def _record(rng: Random, number: int) -> dict[str, object]:
    record: dict[str, object] = {
        "url": f"https://acme.zendesk.com/api/v2/audit_logs/{number}.json",
        "id": number,
        "action_label": rng.choice(LABELS),
        "actor_id": rng.choice(ACTORS),
        "source_id": rng.choice(SOURCES),
        "source_type": rng.choice(SOURCE_TYPES),
        "source_label": rng.choice(LABELS),
        "action": rng.choice(ACTIONS),
        "change_description": random_description(rng),
        "ip_address": rng.choice(ADDRESSES if rng.random() < 0.8 else NO_ADDRESSES),
        "created_at": time_text(random_second(rng)),
        "actor_name": rng.choice(LABELS),
    }
    for name in list(record):
        if name in ("id", "created_at"):
            continue
        luck = rng.random()
        if luck < 0.06:
            record[name] = None
        elif luck < 0.12:
            del record[name]
    return record


def random_second(rng: Random) -> int:
    """A time not after NOW_S, often one that others have too."""
    if rng.random() < 0.4:
        return rng.choice(SECONDS)
    return min(rng.choice(DAYS) + rng.randrange(86_400), NOW_S)


def time_text(second: int) -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def random_description(rng: Random) -> str:
    """One of the known shapes, or several lines put together of their words."""
    if rng.random() < 0.7:
        return rng.choice(DESCRIPTIONS)
    words = (
        "Role",
        " changed",
        " from ",
        "A",
        " to ",
        "not set",
        " changed to ",
        "\n",
        " ",
    )
    return "".join(rng.choice(words) for _ in range(rng.randint(1, 12)))


# --- filters


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
        return rng.choice(_API_TESTS)(rng)
    return rng.choice(_OTHER_TESTS)(rng)


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

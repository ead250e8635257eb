"""The meaning of a checked query, as slowly and plainly as it can be said.

The oracle of the property tests. In: a checked filter or query, and records
as plain dicts. Out: what passes, what the answer is. Written apart from the
evaluators that it judges: it shares the forms of the query with them and the
table of searched fields, and nothing that says what an operator means.

* `passes(filter, record, zone)`: whether one record passes.
* `values(operand, record, zone)`: the operand's values; none if it is missing.
* `sort_by(records, key, zone)`: a stable sort by one key, missing values last.
* `in_default_order(records, ids_fall=False)`: newest first.
* `answer(query, records, ids_fall=False)`: the records of a query without stages.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from naive_text import text_match

from auditql.catalog.kinds import Kind, Unit
from auditql.language import query
from auditql.language.query import Filter, Operand, Query, SortKey

Raw = dict[str, object]

SEARCHED = (
    "action",
    "action_label",
    "actor_name",
    "change_description",
    "ip_address",
    "source_label",
    "source_type",
)


# --- filters


def passes(filter_: Filter, record: Raw, zone: str) -> bool:
    """Whether the record passes; a test on a missing value is false."""
    match filter_:
        case query.And(terms):
            return all(passes(term, record, zone) for term in terms)
        case query.Or(terms):
            return any(passes(term, record, zone) for term in terms)
        case query.Not(term):
            return not passes(term, record, zone)
        case query.Search(text):
            found = [record.get(name) for name in SEARCHED]
            return any(f is not None and text.casefold() in f.casefold() for f in found)
        case query.Missing(operand):
            return len(values(operand, record, zone)) == 0
        case _:
            test = _test(filter_)
            return any(test(v) for v in values(filter_.operand, record, zone))


def _test(node: query.Test) -> Callable[[object], bool]:
    match node:
        case query.OneOf(operand, wanted) if operand.kind is Kind.ADDRESS:
            return lambda v: _address(v) is not None and _address(v) in wanted
        case query.OneOf(operand, wanted):
            fold = _folding(operand)
            return lambda v: any(fold(v) == w for w in wanted)
        case query.Compare(operand, op, bound):
            fold = _folding(operand)
            return {
                query.Order.LT: lambda v: fold(v) < bound,
                query.Order.LE: lambda v: fold(v) <= bound,
                query.Order.GT: lambda v: fold(v) > bound,
                query.Order.GE: lambda v: fold(v) >= bound,
            }[op]
        case query.Between(operand, low, high):
            fold = _folding(operand)
            return lambda v: low <= fold(v) <= high
        case query.InRange(_, start, end):
            return lambda v: (start is None or start <= v) and (end is None or v < end)
        case query.InNetworks(_, networks):
            return lambda v: any(
                _address(v) is not None
                and _address(v).version == network.version
                and _address(v) in network
                for network in networks
            )
        case query.TextMatch(_, op, value):
            return lambda v: text_match(op, value, v)
        case _:
            raise AssertionError(node)


def _folding(operand: Operand) -> Callable[[object], object]:
    if isinstance(operand, query.Column) and operand.folds_case:
        return lambda v: v.casefold()
    return lambda v: v


@lru_cache(256)
def _address(text: str) -> object:
    if "%" in text:
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


# --- operands


def values(operand: Operand, record: Raw, zone: str) -> tuple[object, ...]:
    """The values of an operand: one, several for what changed, none if missing."""
    if isinstance(operand, query.Column):
        return _stored(operand.name, record)
    found = _stored(operand.column.name, record)
    return tuple(_apply(operand, value, zone) for value in found)


def _stored(name: str, record: Raw) -> tuple[object, ...]:
    if name in ("changed", "changed_from", "changed_to"):
        description = record.get("change_description")
        return () if description is None else _changed(name, description)
    value = record.get(name)
    if value is None:
        return ()
    return (second_of(value),) if name == "created_at" else (value,)


@lru_cache(4096)
def second_of(text: str) -> int:
    """A time of the API in whole seconds since 1970 UTC."""
    return int(datetime.fromisoformat(text).timestamp() // 1)


def _changed(name: str, description: str) -> tuple[str, ...]:
    found = []
    for line in description.split("\n"):
        line = line.removesuffix("\r")
        froms = len(re.findall("(?= changed from )", line))
        tos = len(re.findall("(?= changed to )", line))
        what = before = after = None
        if froms == 1:
            what, rest = line.split(" changed from ")
            if what == "" or " changed to " in what:
                continue
            if len(re.findall("(?= to )", rest)) == 1:
                before, after = rest.split(" to ")
        elif froms == 0 and tos == 1:
            before, after = line.split(" changed to ")
        elif froms == tos == 0:
            what, after = _told(line)
        value = {"changed": what, "changed_from": before, "changed_to": after}[name]
        if value is not None and (name == "changed" or value not in ("", "not set")):
            found.append(value)
    return tuple(found)


def _told(line: str) -> tuple[str | None, str | None]:
    """The name and the value after of a line that says no `from` and no `to`."""
    if found := re.fullmatch(r"((?:(?!: ).)+): (.+) is ass?igned", line, re.S):
        name, value = found.groups()
        return (None, None) if ": " in value or value == "not set" else (name, value)
    if found := re.fullmatch(r"(.*\S.*) changed", line, re.S):
        name = found[1]
        twice = " changed" in name
        sentence = re.search(r"(^|\s)(not|was|were|is|are|be|been)\s*$", name)
        return (None if twice or sentence else name), None
    states = "Enabled Disabled Suspended Unsuspended Activated Deactivated"
    return None, (line if line and line in states.split() else None)


def _apply(operand: query.Apply, value: object, zone: str) -> object:
    match operand.function:
        case "lower":
            return value.lower()
        case "length":
            return len(value)
        case "hour":
            return _local(value, zone).hour
        case "weekday":
            return _local(value, zone).weekday()
        case "date":
            return day_start(_local(value, zone).date(), zone)
        case "month":
            return day_start(_local(value, zone).date().replace(day=1), zone)
        case "bin":
            return _bin(value, operand.length.count, operand.length.unit, zone)
        case _:
            raise AssertionError(operand)


@lru_cache(4096)
def _local(second: int, zone: str) -> datetime:
    return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))


@lru_cache(4096)
def day_start(day: date, zone: str) -> int:
    """The first second of a day, found by looking at one minute after another."""
    second = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    second -= 26 * 3600
    while _local(second, zone).date() < day:
        second += 900 if _local(second + 900, zone).date() < day else 60
    return second


@lru_cache(4096)
def _bin(second: int, count: int, unit: Unit, zone: str) -> int:
    """The start of the bucket; lengths below a day must divide a day here."""
    day = _local(second, zone).date()
    match unit:
        case Unit.DAY:
            since = (day - date(1970, 1, 1)).days
            return day_start(day - timedelta(days=since % count), zone)
        case Unit.WEEK:
            since = (day - date(1970, 1, 5)).days
            return day_start(day - timedelta(days=since % (7 * count)), zone)
        case Unit.MONTH | Unit.QUARTER | Unit.YEAR:
            count *= {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
            months = day.year * 12 + day.month - 1
            months -= months % count
            return day_start(date(months // 12, months % 12 + 1, 1), zone)
        case _:
            return _bin_of_a_day(second, count * unit.seconds, zone)


def _bin_of_a_day(second: int, length: int, zone: str) -> int:
    """Walk back to where the clock came to, or jumped over, a multiple."""
    if length < 60:
        return second - second % length  # no clock is changed within a minute
    second -= second % 60
    while True:
        now = _local(second, zone).replace(tzinfo=None)
        before = _local(second - 60, zone).replace(tzinfo=None)
        midnight = now.replace(hour=0, minute=0, second=0)
        gone = (now - midnight) % timedelta(seconds=length)
        if gone == timedelta(0) or before < now - gone:
            return second
        second -= 60


# --- whole queries


def in_default_order(records: Sequence[Raw], *, ids_fall: bool = False) -> list[Raw]:
    """Newest first; within one second ids rise, or fall if the service does so."""
    by_id = sorted(records, key=lambda r: r["id"], reverse=ids_fall)
    return sorted(by_id, key=lambda r: second_of(r["created_at"]), reverse=True)


def sort_by(records: Sequence[Raw], key: SortKey, zone: str) -> list[Raw]:
    """Sorted by one key; ties keep their order, missing values come last."""
    fold = _folding(key.operand)
    there = [r for r in records if values(key.operand, r, zone)]
    missing = [r for r in records if not values(key.operand, r, zone)]
    ordered = sorted(
        there,
        key=lambda r: fold(values(key.operand, r, zone)[0]),
        reverse=key.descending,
    )
    return ordered + missing


def answer(
    query_: Query, records: Sequence[Raw], *, ids_fall: bool = False
) -> list[Raw]:
    """The records that a query without stages gives, in order.

    With keys, ties keep the default order, newest first.
    """
    assert query_.stages == ()
    assert query_.page is None
    found = [r for r in records if passes(query_.filter, r, query_.zone)]
    found = in_default_order(found, ids_fall=ids_fall)
    for key in reversed(query_.order):
        found = sort_by(found, key, query_.zone)
    end = None if query_.limit is None else query_.offset + query_.limit
    return found[query_.offset : end]

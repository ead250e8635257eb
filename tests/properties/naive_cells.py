"""Rows and their cells, as slowly and plainly as it can be said.

In: records or rows of columns, with how each column is written. Out: the values of
an operand (a tuple, none for missing), whether a row passes, and rows as JSON.

* `cell(operand, row, zone)`, `passes(filter_, row, zone)`: values, and tests of them.
* `same(operand, value)`, `rank(operand, value)`: what is equal, and what is less.
* `as_json(row, table, zone)`: what is said of a row.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import naive

from auditql.catalog.kinds import Kind
from auditql.language import query
from auditql.language.query import Filter, Operand

Raw = dict[str, object]
Values = tuple[object, ...]
WRITTEN = {"date": "date", "month": "month", "weekday": "weekday", "bin": "time"}


@dataclass
class Row:
    """A row: a record, or the values of columns by name; the record's time and id."""

    raw: Raw | None
    cells: dict[str, Values] = field(default_factory=dict)
    stamp: tuple[int, int] | None = None


@dataclass
class Table:
    """Rows, and how each column is written; `ways` is None for records."""

    rows: list[Row]
    ways: dict[str, str] | None

    def way(self, operand: Operand, *, single: bool) -> str:
        """How an operand is written; with `[]` behind it, as a list."""
        name = (
            operand.name if isinstance(operand, query.Column) else operand.column.name
        )
        if self.ways is not None:
            way = self.ways[name]
        elif name.startswith("changed"):
            way = "plain[]"
        else:
            way = "time" if name == "created_at" else "plain"
        is_list = way.endswith("[]")
        if isinstance(operand, query.Apply):
            way = WRITTEN.get(operand.function, "plain")
        return way.removesuffix("[]") + "[]" * (is_list and not single)


# --- values


def cell(operand: Operand, row: Row, zone: str) -> Values:
    """The values of an operand in a row."""
    if row.raw is not None:
        return naive.values(operand, row.raw, zone)
    if isinstance(operand, query.Column):
        return row.cells[operand.name]
    found = row.cells[operand.column.name]
    return tuple(naive._apply(operand, value, zone) for value in found)


def passes(filter_: Filter, row: Row, zone: str) -> bool:
    """Whether a row passes; a test on a missing value is false."""
    match filter_:
        case query.And(terms):
            return all(passes(term, row, zone) for term in terms)
        case query.Or(terms):
            return any(passes(term, row, zone) for term in terms)
        case query.Not(term):
            return not passes(term, row, zone)
        case query.Search(text):
            if row.raw is not None:
                return naive.passes(filter_, row.raw, zone)
            looked = [row.cells[n] for n in naive.SEARCHED if n in row.cells]
            return any(text.casefold() in v.casefold() for vs in looked for v in vs)
        case query.Missing(operand):
            return not cell(operand, row, zone)
        case _:
            test = naive._test(filter_)
            return any(test(v) for v in cell(filter_.operand, row, zone))


def same(operand: Operand, value: object) -> object:
    """What stands for all that is equal."""
    if operand.kind is Kind.ADDRESS:
        found = naive._address(value)
        if found is None:
            return value
        hexadecimal = re.fullmatch("::ffff:([0-9a-f]+):([0-9a-f]+)", str(found))
        if hexadecimal is None:
            return str(found)
        high, low = (int(part, 16) for part in hexadecimal.groups())
        return f"::ffff:{high >> 8}.{high & 255}.{low >> 8}.{low & 255}"
    if isinstance(operand, query.Column) and operand.folds_case:
        return value.casefold()
    return value


def rank(operand: Operand, value: object) -> object:
    """What an operand's values are sorted by."""
    if operand.kind is not Kind.ADDRESS:
        return value
    found = naive._address(value)
    return (99, 0, value) if found is None else (found.version, int(found), value)


# --- rows to JSON


def as_json(row: Row, table: Table, zone: str) -> Raw:
    """A row as JSON has it: a record as it came, else its columns."""
    if row.raw is not None:
        return row.raw
    assert table.ways is not None
    made: Raw = {}
    for name, way in table.ways.items():
        values = [
            _text(value, way.removesuffix("[]"), zone) for value in row.cells[name]
        ]
        if way.endswith("[]"):
            made[name] = values or None
        else:
            (made[name],) = values or [None]
    return made


def _text(value: object, way: str, zone: str) -> object:
    match way:
        case "plain":
            return value
        case "weekday":
            return ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[value]
        case "time":
            return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "date":
            return local(value, zone).strftime("%Y-%m-%d")
        case "month":
            return local(value, zone).strftime("%Y-%m")
    raise AssertionError(way)


def local(second: int, zone: str) -> datetime:
    """A second as a clock of the zone shows it."""
    return datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))

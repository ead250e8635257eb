"""Sorting here, where the API cannot: keys of any kind, missing values last.

In: records in the order they were read, the keys. Out: the same records in the
order asked for; ties keep the order of reading.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from auditql.catalog.buckets import buckets
from auditql.catalog.changes import changed, changed_from, changed_to
from auditql.catalog.civil import clock_of
from auditql.catalog.record import Record
from auditql.catalog.text import fold, lower
from auditql.language.query import Apply, Column, Operand, SortKey
from auditql.results.stages.pieces import in_pieces

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

Comparable = int | str
Keyed = tuple[tuple[Comparable | None, ...], Record]
_CHANGES = {"changed": changed, "changed_from": changed_from, "changed_to": changed_to}


class Sorter:
    """Collects records and gives them sorted; with `most`, only the first ones.

    Memory holds at most about twice `most` records where it is given, else all.
    """

    def __init__(self, keys: Sequence[SortKey], zone: str, most: int | None) -> None:
        """Make a sorter.

        Args:
            keys: at least one; the first counts most.
            zone: name of the zone that days and hours are read in.
            most: records that are wanted; None for all.
        """
        self._getters = [(value_of(k.operand, zone), k.descending) for k in keys]
        self._most = most
        self._rows: list[Keyed] = []

    def add(self, records: Sequence[Record]) -> None:
        """Take in records, in the order they were read."""
        self._rows += (
            (tuple(get(record) for get, _ in self._getters), record)
            for record in records
        )
        if self._most is not None and len(self._rows) > 2 * self._most + 1000:
            self._sort()

    def sorted(self) -> list[Record]:
        """The records in order."""
        self._sort()
        return [record for _, record in self._rows]

    def _sort(self) -> None:
        # From the last key to the first: each sort keeps the ties of the one before.
        for place in reversed(range(len(self._getters))):
            self._sort_by(place, descending=self._getters[place][1])
        if self._most is not None:
            del self._rows[self._most :]

    def _sort_by(self, place: int, *, descending: bool) -> None:
        there = [row for row in self._rows if row[0][place] is not None]
        missing = [row for row in self._rows if row[0][place] is None]

        def key(row: Keyed) -> "SupportsRichComparison":
            return row[0][place]  # type: ignore[return-value] # of one kind, and there

        # reverse keeps the order of ties, as a stable sort must.
        there = in_pieces(there, key, reverse=descending)
        self._rows = there + missing


def value_of(operand: Operand, zone: str) -> Callable[[Record], Comparable | None]:
    """A function that gives the operand's value in a record; None for missing."""
    if isinstance(operand, Column):
        return _column(operand)
    column = _column(operand.column)
    function = _function(operand, zone)

    def applied(record: Record) -> Comparable | None:
        value = column(record)
        return None if value is None else function(value)

    return applied


def _column(column: Column) -> Callable[[Record], Comparable | None]:
    name = column.name
    if name == "created_at":
        return lambda record: record.created_s
    if name == "id":
        return lambda record: record.id
    if column.many:
        read = _CHANGES[name]

        def first(record: Record) -> Comparable | None:
            text = record.raw.get("change_description")
            return next(iter(read(text)), None) if isinstance(text, str) else None

        return first

    def get(record: Record) -> Comparable | None:
        value = record.raw.get(name)
        if isinstance(value, str) and column.folds_case:
            return fold(value)
        return value if isinstance(value, int | str) else None

    return get


def _function(operand: Apply, zone: str) -> Callable[..., Comparable]:
    match operand.function:
        case "lower":
            return lower
        case "length":
            return len
        case "date":
            return clock_of(zone).date
        case "month":
            return clock_of(zone).month
        case "hour":
            return clock_of(zone).hour
        case "weekday":
            return clock_of(zone).weekday
        case "bin":
            assert operand.length is not None
            return buckets(operand.length.count, operand.length.unit, zone).start
        case unknown:
            raise AssertionError(f"no function of the catalog: {unknown}")
